"""Training of a stack: every model sees its own sequence of batches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from data.experiment.optimiser import StackedAdamW, decay_mask, rate
from data.experiment.stack import Architecture, logits
from data.experiment.tokens import Encoded


@dataclass(frozen=True)
class Schedule:
    """How a stack is trained.

    Attributes
    ----------
    steps, warmup
        Length of the run, and of its linear warm-up.
    batch
        Examples a step and model.
    """

    steps: int
    warmup: int
    batch: int


def batches(pools: list[np.ndarray], seeds: list[int], schedule: Schedule) -> Iterator[np.ndarray]:
    """Yield the rows of every model's next batch, shape (models, batch).

    Each model goes through its own pool in passes, each pass in a new random order from the model's own seed,
    so that what a model sees does not depend on its stack-mates.

    Parameters
    ----------
    pools
        For every model, the rows that it may train on.
    seeds
        For every model, the seed of its order.
    schedule
        Number of batches and their size.
    """
    needed = schedule.steps * schedule.batch
    orders = []
    for pool, seed in zip(pools, seeds, strict=True):
        rng = np.random.default_rng(seed)
        passes = -(-needed // len(pool))
        order = np.concatenate([rng.permutation(pool) for _ in range(passes)])[:needed]
        orders.append(order.astype(np.int32))
    stacked = np.stack(orders).reshape(len(pools), schedule.steps, schedule.batch)
    for step in range(schedule.steps):
        yield stacked[:, step]


def answer_loss(architecture: Architecture, parameters: Tensor, tokens: Tensor, answers: Tensor) -> Tensor:
    """Return every model's mean cross-entropy over its answer tokens, in nats, shape (models,)."""
    predicted = logits(architecture, parameters, tokens[:, :, :-1])
    wanted = tokens[:, :, 1:]
    losses = F.cross_entropy(predicted.flatten(0, 2), wanted.flatten(), reduction="none").view(wanted.shape)
    counted = answers[:, :, 1:].to(losses.dtype)
    return (losses * counted).sum((1, 2)) / counted.sum((1, 2))


def train(
    architecture: Architecture,
    parameters: Tensor,
    rates: list[float],
    examples: Encoded,
    rows: Iterable[np.ndarray],
    schedule: Schedule,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Train a stack step by step.

    Parameters
    ----------
    architecture
        The models' common shape.
    parameters
        Shape (models, parameters), on the device that trains; not changed.
    rates
        Learning rate of every model.
    examples
        Everything that may be trained on.
    rows
        One array of rows of `examples` a step, shape (models, batch).
    schedule
        Schedule.

    Yields
    ------
    Tensor
        The parameters after each step, shape (models, parameters); the same storage each time.
    Tensor
        Every model's loss in that step, before it, shape (models,).
    """
    device = parameters.device
    tokens = torch.from_numpy(examples.tokens).to(device)
    answers = torch.from_numpy(examples.answers).to(device)
    trained = parameters.clone().requires_grad_()
    optimiser = StackedAdamW(trained, torch.tensor(rates, device=device), decay_mask(architecture).to(device))
    for step, chosen in enumerate(rows):
        index = torch.from_numpy(chosen).to(device).long()
        # Models are summed, not averaged: a model's gradient must not depend on how many share its stack.
        loss = answer_loss(architecture, trained, tokens[index].long(), answers[index])
        (gradient,) = torch.autograd.grad(loss.sum(), trained)
        optimiser.step(gradient, rate(step, schedule.steps, schedule.warmup))
        yield trained.detach(), loss.detach()
