"""Posterior predictive checks: whether data drawn from the fitted IRT model look like the real ones.

After Gelman, Meng & Stern (1996, "Posterior predictive assessment of model fitness via realized
discrepancies", Statistica Sinica 6) and, for item response models, Sinharay (2006, "Bayesian item fit
analysis for unidimensional item response theory models", British Journal of Mathematical and Statistical
Psychology 59). Each check compares the data with replicates drawn at posterior draws of the parameters,
missing responses missing in both.

Whose abilities a replicate has decides what a check can see. The score distribution asks whether abilities
are normally distributed, so its replicates are of *new* models, θ ~ Normal(μ, σ). Proportions and curves ask
how items go with ability whatever its distribution, so theirs are of the *same* models: abilities are drawn
from each model's own posterior.
"""

from analysis.irt.predictive_items import ItemChecks, item_checks
from analysis.irt.predictive_scores import ScoreCheck, score_check

__all__ = ["ItemChecks", "ScoreCheck", "item_checks", "score_check"]
