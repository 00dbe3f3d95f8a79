"""The methods as the docstrings of public functions tell them, so that they cannot drift from the code.

Sources are read, not imported: some of these modules load a sampler, which takes seconds.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from pathlib import Path

PARTS = {
    "Difficulty": "irt",
    "Bins": "bins",
    "Detectable gain": "power",
    "Gains": "transfer",
    "Claims": "transfer/claims",
}
"""Parts of the methods, and where in this package each is."""

FORMULAS = {
    "irt/likelihood": (
        r"P(Y_{mi}=1)=\gamma+(1-\gamma)\,\frac{1}{1+e^{-a_i(\theta_m-b_i)}}",
        r"\log L=\sum_m\log\int\prod_i P(y_{mi}\mid\theta)\,\varphi(\theta;\mu,\sigma)\,d\theta",
    ),
    "irt/item_fit": (
        r"\text{infit}_i=\frac{\sum_m(y_{mi}-p_{mi})^2}{\sum_m p_{mi}(1-p_{mi})}\qquad"
        r"\text{outfit}_i=\frac1M\sum_m\frac{(y_{mi}-p_{mi})^2}{p_{mi}(1-p_{mi})}",
    ),
    "irt/residuals": (r"Q_{3,ij}=\operatorname{corr}_m(y_{mi}-p_{mi},\;y_{mj}-p_{mj})",),
    "bins/cutting": (
        r"P(i\in k)=\frac1S\sum_{s=1}^S\mathbf 1\!\left[e_{k-1}^{(s)}\le b_i^{(s)}<e_k^{(s)}\right]",
    ),
    "transfer/measures": (
        r"\text{gain}=p_1-p_0\qquad\text{headroom}=\frac{p_1-p_0}{1-p_0}\ \text{or}\ \frac{p_1-p_0}{p_0}",
        r"\text{log odds}=\ln\frac{p_1}{1-p_1}-\ln\frac{p_0}{1-p_0}",
    ),
    "transfer/significance": (
        r"q_{(k)}=\min_{j\ge k}\frac{m\,p_{(j)}}{j}\qquad"
        r"\text{detectable}=\left(t_{.975}+t_{.8}\right)\cdot\text{se}",
    ),
    "transfer/decay": (r"\text{gain}_{te}=\alpha_t+\beta_e+\lambda\,|d_{te}|+\varepsilon_{te}",),
}
"""LaTeX by module."""


@dataclass(frozen=True)
class Function:
    """A public function or class.

    Attributes
    ----------
    name
        As it is called.
    summary, details
        What its docstring says before its first section, Markdown.
    returns
        What it says of what it returns.
    """

    name: str
    summary: str
    details: str
    returns: str


@dataclass(frozen=True)
class Module:
    """A module with its public functions.

    Attributes
    ----------
    name
        Below `analysis`: ``irt/likelihood``.
    summary, details
        Of its docstring, Markdown.
    formulas
        LaTeX.
    functions
        In the order of the file.
    """

    name: str
    summary: str
    details: str
    formulas: tuple[str, ...]
    functions: tuple[Function, ...]


@cache
def modules(part: str) -> tuple[Module, ...]:
    """Return the modules of a part that define something public.

    Parameters
    ----------
    part
        A key of `PARTS`.
    """
    here = Path(__file__).parent
    place = here / PARTS[part]
    files = sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    read = [_module(file, file.relative_to(here).with_suffix("").as_posix()) for file in files]
    return tuple(module for module in read if module.functions)


def sections(docstring: str) -> dict[str, str]:
    """Return the sections of a numpydoc docstring by title; what precedes the first one has none.

    Parameters
    ----------
    docstring
        Without its indentation.
    """
    parts = re.split(r"^(\w[\w ]*)\n-{3,}\n", docstring, flags=re.MULTILINE)
    return {"": parts[0].strip()} | {
        title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _module(file: Path, name: str) -> Module:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    summary, details = _split(sections(ast.get_docstring(tree) or "")[""])
    functions = tuple(_function(node) for node in public if ast.get_docstring(node))
    return Module(name, summary, details, FORMULAS.get(name, ()), functions)


def _function(node: ast.FunctionDef | ast.ClassDef) -> Function:
    found = sections(cleandoc(ast.get_docstring(node) or ""))
    return Function(node.name, *_split(found[""]), _returns(found.get("Returns", "")))


def _returns(text: str) -> str:
    """Return numpydoc's list of what is returned as one paragraph: `type`: description."""
    named = re.sub(
        r"^(\S.*)\n\s+", lambda kind: f"``{kind[1].replace('``', '')}``: ", text, flags=re.MULTILINE
    )
    return _markdown(" ".join(named.split()))


def _split(text: str) -> tuple[str, str]:
    summary, _, details = text.partition("\n\n")
    return _markdown(summary), _markdown(details)


def _markdown(text: str) -> str:
    """Return reStructuredText as Markdown; a dollar would begin a formula, and a lone star emphasis."""
    code = text.replace("``", "`")
    emphasised = re.sub(r"(?<!\w)\*(\w[^*]*\w)\*(?!\w)", r"_\1_", code)
    return re.sub(r"([$*])", r"\\\1", emphasised)
