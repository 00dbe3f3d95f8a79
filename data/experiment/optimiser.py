"""AdamW for a stack of models: every model has its own learning rate, clipping and schedule."""

from math import cos, pi

import torch
from torch import Tensor

from data.experiment.stack import Architecture

BETAS = (0.9, 0.98)
EPSILON = 1e-8


def decay_mask(architecture: Architecture) -> Tensor:
    """Return 1 where weight decay applies (matrices) and 0 elsewhere, shape (parameters,)."""
    return torch.cat(
        [torch.full(shape, float(len(shape) > 1)).flatten() for shape in architecture.shapes().values()]
    )


def rate(step: int, steps: int, warmup: int) -> float:
    """Return the share of the learning rate in force at a step: linear warm-up, then cosine to a tenth.

    Parameters
    ----------
    step
        0 to `steps` - 1.
    steps
        Length of the run.
    warmup
        Steps until the full rate.
    """
    if step < warmup:
        return (step + 1) / warmup
    return 0.1 + 0.45 * (1 + cos(pi * (step - warmup) / max(1, steps - warmup)))


class StackedAdamW:
    """AdamW (Loshchilov & Hutter 2019) on a matrix of parameters, a row a model.

    Parameters
    ----------
    parameters
        Shape (models, parameters); updated in place.
    rates
        Learning rate of every model, shape (models,).
    decayed
        1 where weight decay applies, shape (parameters,).
    weight_decay
        Decoupled weight decay, multiplied by the learning rate.
    clip
        Largest Euclidean norm of one model's gradient.
    """

    def __init__(
        self,
        parameters: Tensor,
        rates: Tensor,
        decayed: Tensor,
        weight_decay: float = 0.01,
        clip: float = 1.0,
    ) -> None:
        self._parameters = parameters
        self._rates = rates.unsqueeze(1)
        self._decay = decayed * weight_decay
        self._clip = clip
        self._mean = torch.zeros_like(parameters)
        self._square = torch.zeros_like(parameters)
        self._steps = 0

    @torch.no_grad()
    def step(self, gradient: Tensor, share: float = 1.0) -> None:
        """Take one step.

        Parameters
        ----------
        gradient
            Shape (models, parameters); clipped in place.
        share
            Part of the learning rates in force, from the schedule.
        """
        self._steps += 1
        norm = gradient.norm(dim=1, keepdim=True)
        gradient.mul_((self._clip / (norm + 1e-6)).clamp_(max=1.0))
        first, second = BETAS
        self._mean.lerp_(gradient, 1 - first)
        self._square.mul_(second).addcmul_(gradient, gradient, value=1 - second)
        rates = self._rates * share
        self._parameters.mul_(1 - rates * self._decay)
        scale = rates / (1 - first**self._steps)
        spread = (self._square / (1 - second**self._steps)).sqrt_().add_(EPSILON)
        self._parameters.sub_(scale * self._mean / spread)
