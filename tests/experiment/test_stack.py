"""A stack of models is that many models, each on its own."""

# ruff: noqa: E402 (what needs torch is imported after the check for it)

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from data.experiment.bank import draw_unique
from data.experiment.optimiser import rate
from data.experiment.score import exact_match
from data.experiment.stack import Architecture, initial, logits
from data.experiment.tasks.lists import Lists
from data.experiment.tokens import encode, language_of
from data.experiment.train import Schedule, batches, train
from tests.experiment.single import Single

TASK = Lists()
LANGUAGE = language_of([TASK])
ARCHITECTURE = Architecture(LANGUAGE.size, LANGUAGE.length, width=64, depth=2)
EXAMPLES = encode(LANGUAGE, draw_unique(TASK, 300, seed=4))
MODELS = 3
RATES = [1e-3, 5e-3, 2e-2]
SCHEDULE = Schedule(steps=3, warmup=1, batch=16)


def start() -> torch.Tensor:
    """Three models in double precision: Adam turns rounding error into whole steps where gradients vanish."""
    return torch.stack([initial(ARCHITECTURE, seed) for seed in range(MODELS)]).double()


def trained(models: list[int], rates: list[float]) -> torch.Tensor:
    """Train some of the models in one stack and return their parameters."""
    rows = batches([np.arange(300)] * len(models), models, SCHEDULE)
    *_, (parameters, _) = train(ARCHITECTURE, start()[models], rates, EXAMPLES, rows, SCHEDULE)
    return parameters


def test_forward_equals_single_models():
    tokens = torch.from_numpy(EXAMPLES.tokens[:60]).long().view(MODELS, 20, -1)
    stacked = logits(ARCHITECTURE, start(), tokens)
    for model in range(MODELS):
        alone = Single(ARCHITECTURE, start()[model])(tokens[model])
        torch.testing.assert_close(stacked[model], alone, atol=1e-5, rtol=1e-5)


def test_training_equals_single_models_with_torchs_adamw():
    stacked = trained([0, 1, 2], RATES)
    for model in range(MODELS):
        single = Single(ARCHITECTURE, start()[model])
        decayed = [weight for weight in single.parameters() if weight.ndim > 1]
        others = [weight for weight in single.parameters() if weight.ndim == 1]
        optimiser = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
            lr=RATES[model],
            betas=(0.9, 0.98),
        )
        for step, rows in enumerate(batches([np.arange(300)], [model], SCHEDULE)):
            tokens = torch.from_numpy(EXAMPLES.tokens[rows[0]]).long()
            answers = torch.from_numpy(EXAMPLES.answers[rows[0]])[:, 1:]
            predicted = single(tokens[:, :-1])[answers]
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(predicted, tokens[:, 1:][answers]).backward()
            torch.nn.utils.clip_grad_norm_(single.parameters(), 1.0)
            for group in optimiser.param_groups:
                group["lr"] = RATES[model] * rate(step, SCHEDULE.steps, SCHEDULE.warmup)
            optimiser.step()
        torch.testing.assert_close(stacked[model], single.flat(), atol=1e-5, rtol=1e-5)


def test_a_model_does_not_depend_on_its_stack_mates():
    alone = trained([1], [5e-3])[0]
    torch.testing.assert_close(trained([0, 1, 2], [1e-3, 5e-3, 2e-2])[1], alone, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(trained([2, 1], [9e-2, 5e-3])[1], alone, atol=1e-5, rtol=1e-5)


def test_a_rate_of_zero_leaves_a_model_as_it_was():
    parameters = trained([0, 1], [0.0, 1e-3])
    assert torch.equal(parameters[0], start()[0])
    assert not torch.equal(parameters[1], start()[1])


def test_batches_go_through_the_pool_in_passes():
    pool = np.arange(100, 140)
    schedule = Schedule(steps=5, warmup=1, batch=16)
    rows = np.concatenate([step[0] for step in batches([pool], [7], schedule)])
    assert sorted(rows[:40]) == sorted(rows[40:]) == list(pool)
    assert list(rows[:40]) != list(rows[40:])


def test_exact_match_is_greedy_decoding():
    parameters = torch.randn(2, ARCHITECTURE.parameters, generator=torch.Generator().manual_seed(1)) * 0.3
    items = EXAMPLES[:100]
    # Random models are never right: take one model's own greedy answers, all of length one, as the targets.
    begin = LANGUAGE.longest_prompt
    tokens = torch.from_numpy(items.tokens).long().unsqueeze(0)
    for place in range(begin, begin + 3):
        tokens[0, :, place] = logits(ARCHITECTURE, parameters[:1], tokens[:, :, :place])[0, :, -1].argmax(-1)
    answers = np.zeros_like(items.answers)
    answers[:, begin : begin + 3] = True
    greedy = type(items)(tokens[0].numpy().astype(np.uint8), answers)
    right = exact_match(ARCHITECTURE, parameters, greedy)
    assert right[0].all()
    assert not right[1].all()
    greedy.tokens[50, begin + 1] ^= 1
    assert list(np.flatnonzero(~exact_match(ARCHITECTURE, parameters[:1], greedy)[0])) == [50]
