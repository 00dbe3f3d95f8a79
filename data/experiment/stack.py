"""Many small decoder-only transformers of one architecture, computed together.

All parameters lie in one matrix, a row a model, so that every layer is one batched matrix product and the
optimiser is a handful of element-wise operations, whatever the number of models.
"""

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor
from torch.nn import functional as F

HEAD_WIDTH = 32
# Large enough that later blocks still see tokens and positions beside what earlier blocks wrote.
EMBEDDING_SPREAD = 0.3


@dataclass(frozen=True)
class Architecture:
    """Shape of a pre-norm decoder-only transformer with learned positions.

    Attributes
    ----------
    vocabulary, length
        Number of tokens, and of positions.
    width
        Size of the residual stream, a multiple of 32; the feed-forward layers are four times as wide.
    depth
        Number of blocks.
    """

    vocabulary: int
    length: int
    width: int
    depth: int

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every parameter of one model, in the order of the parameter matrix."""
        wide = self.width
        shapes: dict[str, tuple[int, ...]] = {
            "tokens": (self.vocabulary, wide),
            "positions": (self.length, wide),
        }
        for block in range(self.depth):
            shapes |= {
                f"{block}.attention.gain": (wide,),
                f"{block}.attention.shift": (wide,),
                f"{block}.attention.in": (wide, 3 * wide),
                f"{block}.attention.out": (wide, wide),
                f"{block}.feed.gain": (wide,),
                f"{block}.feed.shift": (wide,),
                f"{block}.feed.in": (wide, 4 * wide),
                f"{block}.feed.bias": (4 * wide,),
                f"{block}.feed.out": (4 * wide, wide),
            }
        shapes |= {"final.gain": (wide,), "final.shift": (wide,), "unembed": (wide, self.vocabulary)}
        return shapes

    @property
    def parameters(self) -> int:
        """Number of parameters of one model."""
        return sum(prod(shape) for shape in self.shapes().values())


def initial(architecture: Architecture, seed: int) -> Tensor:
    """Return the freshly initialised parameters of one model, shape (parameters,).

    Matrices are normal with standard deviation 1/√(inputs), divided by √(2 depth) where they write to the
    residual stream (as in GPT-2).
    """
    generator = torch.Generator().manual_seed(seed)
    pieces = []
    for name, shape in architecture.shapes().items():
        if name.endswith("gain"):
            piece = torch.ones(shape)
        elif len(shape) == 1:
            piece = torch.zeros(shape)
        else:
            spread = EMBEDDING_SPREAD if name in ("tokens", "positions") else shape[0] ** -0.5
            if name.endswith(".out"):
                spread /= (2 * architecture.depth) ** 0.5
            piece = torch.randn(shape, generator=generator) * spread
        pieces.append(piece.flatten())
    return torch.cat(pieces)


def logits(architecture: Architecture, parameters: Tensor, tokens: Tensor) -> Tensor:
    """Compute next-token logits of every model.

    Parameters
    ----------
    architecture
        The models' common shape.
    parameters
        Shape (models, parameters).
    tokens
        Shape (models, batch, time), or (1, batch, time) for the same tokens to every model.

    Returns
    -------
    Tensor
        Shape (models, batch, time, vocabulary).
    """
    models, (_, batch, time) = len(parameters), tokens.shape
    shapes = architecture.shapes()
    # One split, not one slice a parameter: its backward pass is a single concatenation.
    pieces = parameters.split([prod(shape) for shape in shapes.values()], dim=1)
    named = zip(shapes.items(), pieces, strict=True)
    weight = {name: piece.view(models, *shape) for (name, shape), piece in named}

    def norm(x: Tensor, name: str) -> Tensor:
        gain, shift = weight[f"{name}.gain"].unsqueeze(1), weight[f"{name}.shift"].unsqueeze(1)
        return torch.addcmul(shift, F.layer_norm(x, (architecture.width,)), gain)

    offsets = architecture.vocabulary * torch.arange(models, device=tokens.device).view(-1, 1, 1)
    x = F.embedding(tokens + offsets, weight["tokens"].reshape(-1, architecture.width))
    x = (x + weight["positions"][:, None, :time]).view(models, batch * time, architecture.width)
    heads = (models * batch, time, architecture.width // HEAD_WIDTH, HEAD_WIDTH)
    for block in range(architecture.depth):
        qkv = torch.bmm(norm(x, f"{block}.attention"), weight[f"{block}.attention.in"])
        query, key, value = (part.reshape(heads).transpose(1, 2) for part in qkv.chunk(3, dim=-1))
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        mixed = mixed.transpose(1, 2).reshape(x.shape)
        x = torch.baddbmm(x, mixed, weight[f"{block}.attention.out"])
        hidden = torch.baddbmm(
            weight[f"{block}.feed.bias"].unsqueeze(1), norm(x, f"{block}.feed"), weight[f"{block}.feed.in"]
        )
        x = torch.baddbmm(x, F.relu(hidden), weight[f"{block}.feed.out"])
    return torch.bmm(norm(x, "final"), weight["unembed"]).view(models, batch, time, architecture.vocabulary)
