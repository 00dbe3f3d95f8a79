"""A view as one HTML file: nothing outside is loaded, and A4 prints it without cutting a figure."""

from __future__ import annotations

from html import escape

from plotly.offline import get_plotlyjs

from analysis import charts
from analysis.citing import method_and_citation, plain
from analysis.fit_words import at_zero, interval, unit
from analysis.report.evidence import Evidence, Gains
from analysis.report.heatmap_words import caption, headline, whose
from analysis.report.markup import figure, table, words
from analysis.transfer import EASY_TO_HARD, FARTHEST, FULL_RANGE, HARD_TO_EASY, OWN_BIN, finding
from analysis.view_state import HeatmapChoices, ViewState

# The policy lets a browser load nothing at all: what is not in the file cannot be asked for.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
CSS = """
@page { size: A4; margin: 15mm; }
body { max-width: 680px; margin: 2rem auto; padding: 0 1rem; color: #1f2937; background: white;
  font: 15px/1.5 "Source Sans", "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2rem; }
h1, h2 { break-after: avoid; }
figure { margin: 1rem 0; overflow-x: auto; }
figure, tr { break-inside: avoid; }
figcaption, caption, .about { color: #5b6470; font-size: 0.85rem; text-align: left; }
caption { padding-bottom: 0.4rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.8rem; margin: 1rem 0; }
thead { display: table-header-group; }
th { text-align: left; border-bottom: 1.5px solid #1f2937; } td { border-bottom: 1px solid #e5e7eb; }
th, td { padding: 0.2rem 0.5rem 0.2rem 0; vertical-align: top; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
a { color: #0072B2; overflow-wrap: anywhere; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10pt; }
  th, td { padding-block: 0; } }
"""
PARTS = {
    EASY_TO_HARD: "Trained on easy items, tested on hard ones",
    HARD_TO_EASY: "Trained on hard items, tested on easy ones",
    FULL_RANGE: "Trained on the full range, tested on all of it",
    OWN_BIN: "Tested on the bin trained on",
    FARTHEST: "Tested four or more bins away from it",
}


def report(found: Evidence, view: ViewState, choices: HeatmapChoices, link: str) -> str:
    """Return the document.

    Parameters
    ----------
    found
        As `gather` returns it for ``view`` and ``choices``.
    view, choices
        What the report shows.
    link
        Address of the same view in the app.
    """
    says = (found.gains and headline(found.gains.contrasts)) or (
        f"Difficulties run from {found.items['mean'].min():.1f} to {found.items['mean'].max():.1f} "
        f"{unit(found.fit)}."
    )
    title = f"{found.about['title']}: {says[0].lower()}{says[1:]}"
    body = [f"<h1>{words(title)}</h1>", f'<p class="about">{words(_about(found, view))}</p>']
    if found.gains:
        body += _gains(found.gains, view, choices)
    body += _difficulty(found, number=2 if found.gains else 1)
    if found.gains:
        body += _claims(found.gains, view)
    body += _sources(found, view, choices, link)
    if found.gains:
        body += _cells(found.gains, view, choices)  # last, since it is pages long
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(plain(title))}</title><style>{CSS}</style>"
        f"<script>{get_plotlyjs()}</script></head><body>{''.join(body)}</body></html>"
    )


def _about(found: Evidence, view: ViewState) -> str:
    origin = (
        "**Bundled study** (small transformers on generated tasks; it says nothing about large language "
        "models)"
        if found.about["origin"] == "bundled"
        else "Imported data"
    )
    runs = f", fine-tune runs of {view.tuned}" if view.base_model else ""
    failed = "" if found.fit["converged"] else " **The fit did not converge: numbers may be wrong.**"
    return (
        f"{origin}. {found.about['items']:,} items, {found.about['models']:,} respondent models{runs}. Fit "
        f"{view.fit}, {found.cut.count} bins ({view.strategy}), data version {view.version}.{failed}"
    )


def _gains(gains: Gains, view: ViewState, choices: HeatmapChoices) -> list[str]:
    cells = gains.cells
    drawn = charts.gain_heatmap(
        cells,
        charts.LIGHT,
        measure=choices.measure,
        marks=choices.marks,
        mask=choices.mask,
        intervals=choices.intervals,
    )
    known = gains.pattern.dropna(subset="gain")
    findings = "".join(
        f"<li>{words(f'{says}: {finding(known.loc[part])}.')}</li>"
        for part, says in PARTS.items()
        if part in known.index
    )
    alt = f"Heatmap of {cells['row'].nunique()} training sets by {cells['test_bin'].nunique()} test bins"
    return [
        "<h2>What training on one difficulty does to the others</h2>",
        f"<ul>{findings}</ul>",
        f'<p class="about">Gain over zero-shot of {escape(view.tuned)}, with 95% intervals from resampling '
        "items and runs. Easy and hard are the easiest and the hardest third.</p>",
        figure(drawn, 1, alt, caption(view, choices, cells)),
    ]


def _cells(gains: Gains, view: ViewState, choices: HeatmapChoices) -> list[str]:
    cells = gains.cells
    numbers = cells.assign(
        **{name: 100 * cells[name] for name in ("gain", "before", "after")}, bin=cells["test_bin"] + 1
    )
    heads = {"train": "Trained on bin", "bin": "Test bin", "before": "Before, %", "after": "After, %"}
    heads |= {"gain": "Gain, points", "value": f"Measure: {choices.measure}", "low": "95% from", "high": "to"}
    heads |= {"q": "q", "items": "Items", "seeds": "Seeds"}
    formats = {"Test bin": ".0f", "Before, %": ".0f", "After, %": ".0f", "Gain, points": "+.1f", "q": ".3f"}
    formats |= {heads["value"]: "+.3f", "95% from": "+.3f", "to": "+.3f", "Items": ".0f", "Seeds": ".0f"}
    return [
        "<h2>Every cell in numbers</h2>",
        table(
            numbers[list(heads)].rename(columns=heads),
            formats,
            f"{whose(view, choices)}. The measure and its interval are in the measure's unit (gains: "
            "proportions); q: false discovery rate (Benjamini–Hochberg over all cells).",
        ),
    ]


def _difficulty(found: Evidence, number: int) -> list[str]:
    items, fit = found.items, found.fit
    drawn = charts.difficulty_distribution(items, found.cut.edges, charts.LIGHT, unit(fit))
    bins = found.cut.summary(items["mean"].to_numpy(), items["proportion"].to_numpy())
    bins[["proportion", "p_in_bin"]] *= 100
    heads = {"bin": "Bin", "items": "Items", "easiest": "From", "hardest": "To", "proportion": "Right, %"}
    heads |= {"p_in_bin": "P(in bin), %"}
    formats = {"Bin": ".0f", "Items": ",.0f", "From": ".2f", "To": ".2f", "Right, %": ".0f"}
    formats |= {"P(in bin), %": ".0f"}
    return [
        "<h2>How hard the items are</h2>",
        figure(
            drawn,
            number,
            f"Histogram of the difficulty of {len(items)} items with the edges of {found.cut.count} bins",
            f"Posterior means of {len(items):,} items; dotted: edges of the {found.cut.count} bins. At zero "
            f"the average model is right {at_zero(fit)}. {interval(fit)}.",
        ),
        table(
            bins[list(heads)].rename(columns=heads),
            formats,
            f"The bins; difficulty in {unit(fit)}. P(in bin): mean posterior probability of an item's bin, "
            "edges cut anew in every draw.",
        ),
    ]


def _claims(gains: Gains, view: ViewState) -> list[str]:
    rows = "".join(
        f"<tr><td>{each.claim.number}</td><td>{words(each.claim.title)}</td><td><b>{each.verdict}</b></td>"
        f"<td>{words(each.sentence)}</td></tr>"
        for each in gains.verdicts
    )
    return [
        "<h2>What the literature claims, tested here</h2>",
        "<table><caption>Each at 95%, for this benchmark and these runs of "
        f"{escape(view.tuned)}; intervals in brackets.</caption><thead><tr><th></th><th>Claim</th>"
        f"<th>Verdict</th><th>In words</th></tr></thead><tbody>{rows}</tbody></table>",
    ]


def _sources(found: Evidence, view: ViewState, choices: HeatmapChoices, link: str) -> list[str]:
    how = caption(view, choices, found.gains.cells) if found.gains else ""
    return [
        "<h2>Methods and citation</h2>",
        f"<p>{escape(method_and_citation(how, found.about, found.fit, view.version).strip())}</p>",
        f'<p>The same view, live: <a href="{escape(link)}">{escape(link)}</a></p>',
    ]
