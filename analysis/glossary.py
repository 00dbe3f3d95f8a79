"""Every term of the field that pages use, in a sentence or two that a newcomer understands."""

from __future__ import annotations

TERMS = {
    "difficulty": "How hard an item is for language models: the ability at which a model gets it right half "
    "the time (without guessing). Zero is an item that the average model gets right half the time.",
    "ability": "How good a model is at a benchmark's items, on the scale of their difficulty. On a Wright "
    "map models and items stand on that one axis.",
    "Wright map": "Models by ability and items by difficulty on one axis: where no models are, difficulty is "
    "known badly.",
    "logit": "Unit of difficulty and ability: the natural logarithm of the odds, p / (1 − p). One logit more "
    "ability makes a right answer 2.7 times as likely against a wrong one.",
    "Rasch": "The simplest item response model: the log odds of a right answer are ability minus difficulty. "
    "All items tell good models from bad ones equally well.",
    "2PL": "An item response model in which each item also has a discrimination of its own.",
    "discrimination": "How sharply an item tells good models from bad ones: log odds gained by one standard "
    "deviation of ability. Near zero, right answers are luck or noise.",
    "asymptote": "The share of right answers that even the worst model gets, by guessing: a quarter with "
    "four choices.",
    "respondent model": "A language model whose right and wrong answers the difficulties come from.",
    "lineage": "Which models descend from each other. Relatives make the same mistakes, so they count for "
    "less than as many strangers.",
    "effective number": "As many unrelated models would tell as much about the items as these models do, "
    "many of which are near-copies.",
    "interval": "The values that the data are compatible with: of many 95% intervals, 95 in 100 contain the "
    "true value.",
    "standard deviation": "How far apart values are: about two thirds of them are within one of it of "
    "their mean.",
    "HDI": "Highest-density interval: the shortest one that holds 94% of what is thought possible after "
    "seeing the data.",
    "R-hat": "Whether the sampler's chains agree: 1 if they do. Above 1.01 a fit is not used.",
    "ESS": "Effective sample size: how many independent draws the sampler's draws are worth. Below 400 a fit "
    "is not used.",
    "divergence": "A place where the sampler lost its way, so that a part of what is possible may be "
    "missing. A fit with any is not used.",
    "bin": "A group of items of similar difficulty. Bin 1 is the easiest.",
    "P(in bin)": "How sure it is that an item belongs to its bin: the share of its posterior inside, edges "
    "cut anew in every draw.",
    "quantile": "Cut so that every bin holds as many items.",
    "natural breaks": "Cut so that the items of a bin are as alike in difficulty as can be (exact k-means in "
    "one dimension).",
    "zero-shot": "The base model before any training on the benchmark. Gains are over it, on the same items.",
    "gain": "Accuracy after training minus accuracy before (zero-shot), on the same items, in percentage "
    "points.",
    "held-out": "Items that the run was not trained on. A model may have learned the others by heart, which "
    "is no generalization.",
    "seed": "One run of the same training with other random numbers. How far seeds are apart is the noise of "
    "training.",
    "recipe": "How runs were trained: learning rate, steps and what else was the same for all of them.",
    "headroom": "Share of what was left to gain: a rise from 80% to 90% is half of it. Where accuracy fell, "
    "share of what there was to lose.",
    "log odds": "ln(p / (1 − p)) after minus before. Near 0% and 100%, where a point is harder to come by, "
    "it counts for more, so that ceiling and floor do not pose as decay.",
    "detectable gain": "The smallest true gain that so many items and seeds would show four times in five. A "
    "smaller one may be there without being seen.",
    "false discovery rate": "q: of all the cells with so small a q, the share that are expected to be false "
    "alarms (Benjamini–Hochberg). It allows for looking at many cells.",
    "simultaneous": "Holds for all cells at once: in 95 of 100 studies none of the intervals misses. Wider "
    "than an interval of one cell alone.",
    "McNemar": "Compares items gained with items lost by one run; items that did not change say nothing.",
    "decay": "Whether gain falls the farther the tested bin is from the bin trained on.",
    "asymmetry": "Gain on the harder bin of a pair when trained on the easier one, less the gain the other "
    "way round. Above zero, training carries better from easy to hard.",
    "boundary": "The difficulty at which gain changes its course: it drops faster beyond, or levels off.",
    "infit": "Whether models near an item's own difficulty answer it as the IRT model expects: 1 if they do, "
    "more if answers are noisier, less if they are more regular.",
    "outfit": "As infit, over all models: it finds easy items that good models miss and hard ones that bad "
    "models get.",
    "item-rest": "Correlation of an item with the score on all others. Below zero, better models do worse on "
    "it: look at its answer key.",
    "Q3": "Correlation of two items' residuals: what they share beyond ability. Far from zero, one may be a "
    "copy of the other.",
}


def explain(*terms: str) -> str:
    """Return what terms mean, for a tooltip; a paragraph each.

    Raises
    ------
    KeyError
        If a term is not in `TERMS`.
    """
    if len(terms) == 1:
        return TERMS[terms[0]]
    return "\n\n".join(f"**{term}** {TERMS[term]}" for term in terms)
