"""The inner loops of the likelihood, compiled once and kept on disk by numba.

They release the interpreter lock, so that chains run side by side.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def integrate(
    slope: np.ndarray,
    offset: np.ndarray,
    count: np.ndarray,
    pattern: np.ndarray,
    start: np.ndarray,
    stop: np.ndarray,
    curves: np.ndarray,
    theta: np.ndarray,
    base: np.ndarray,
    mass: np.ndarray,
    mean_ability: np.ndarray,
) -> float:
    """Sum of count × log ∫ exp(slope θ − offset + curve(θ)) φ(θ) dθ over rows; fills the two outputs.

    Parameters
    ----------
    slope, offset, count, pattern, start, stop
        Of each row: the integrand's terms, how often it counts, which curve it has, and its window on the
        grid; shape ``(rows,)``.
    curves
        The part of the log integrand that a pattern's rows share, shape ``(patterns, grid)``.
    theta, base
        Abilities of the grid, and log φ + log weight there, shape ``(grid,)``.
    mass
        Output, zeroed by the caller: expected number of models by pattern and place, ``(patterns, grid)``.
    mean_ability
        Output: each row's posterior mean θ, shape ``(rows,)``.
    """
    total = 0.0
    integrand = np.empty(len(theta))
    for row in range(len(slope)):
        own, first, last = pattern[row], start[row], stop[row]
        largest = -np.inf
        for k in range(first, last):
            integrand[k] = slope[row] * theta[k] + curves[own, k] + base[k]
            largest = max(largest, integrand[k])
        area = 0.0
        for k in range(first, last):
            integrand[k] = np.exp(integrand[k] - largest)
            area += integrand[k]
        total += count[row] * (largest + np.log(area) - offset[row])
        scale, average = count[row] / area, 0.0
        for k in range(first, last):
            mass[own, k] += scale * integrand[k]
            average += integrand[k] * theta[k]
        mean_ability[row] = average / area
    return total


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def spread(
    difficulty: np.ndarray,
    kind: np.ndarray,
    first_node: float,
    spacing: float,
    coefficients: np.ndarray,
    moments: np.ndarray,
) -> bool:
    """Distribute each item over the nodes around its difficulty; False if one lies beyond the nodes.

    Parameters
    ----------
    difficulty, kind
        Of each item: b, and the row of ``moments`` it counts in.
    first_node, spacing
        The nodes, equally spaced.
    coefficients
        Of the interpolation weights as polynomials of the place between two nodes, highest power first;
        shape ``(powers, weights)``.
    moments
        Output, zeroed by the caller: shape ``(kinds, nodes)``.
    """
    powers, width = coefficients.shape
    weight = np.empty(width)
    for item in range(len(difficulty)):
        place = (difficulty[item] - first_node) / spacing
        if not 0.0 <= place < moments.shape[1]:
            return False
        left = int(place) - width // 2 + 1
        if left < 0 or left + width > moments.shape[1]:
            return False
        place -= int(place)
        for j in range(width):
            weight[j] = coefficients[0, j]
        for power in range(1, powers):
            for j in range(width):
                weight[j] = weight[j] * place + coefficients[power, j]
        row = kind[item]
        for j in range(width):
            moments[row, left + j] += weight[j]
    return True


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def gather(
    difficulty: np.ndarray,
    kind: np.ndarray,
    first_node: float,
    spacing: float,
    coefficients: np.ndarray,
    values: np.ndarray,
    result: np.ndarray,
) -> None:
    """Read ``values``, shape ``(kinds, nodes)``, at each item's difficulty: the transpose of `spread`."""
    powers, width = coefficients.shape
    weight = np.empty(width)
    for item in range(len(difficulty)):
        place = (difficulty[item] - first_node) / spacing
        left = int(place) - width // 2 + 1
        place -= int(place)
        for j in range(width):
            weight[j] = coefficients[0, j]
        for power in range(1, powers):
            for j in range(width):
                weight[j] = weight[j] * place + coefficients[power, j]
        row, total = kind[item], 0.0
        for j in range(width):
            total += weight[j] * values[row, left + j]
        result[item] = total


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def sum_log_one_plus_exp(
    difficulty: np.ndarray,
    discrimination: np.ndarray,
    kind: np.ndarray,
    theta: np.ndarray,
    by_kind: np.ndarray,
    probability: np.ndarray,
) -> None:
    """Sum log(1 + exp(a (θ − b))) over the items of each kind, and keep the logistic for the derivative.

    A logarithm costs many times as much as a product, so that of hundreds of factors is taken at a time;
    1 + exp(−|z|) is at most 2, which keeps the product finite.

    Parameters
    ----------
    difficulty, discrimination, kind
        Of each item; shape ``(items,)``.
    theta
        Abilities, shape ``(grid,)``.
    by_kind
        Output, zeroed by the caller, shape ``(kinds, grid)``.
    probability
        Output: logistic(a (θ − b)), shape ``(items, grid)``.
    """
    kinds, places = by_kind.shape
    product = np.ones((kinds, places))
    factors = np.zeros(kinds, dtype=np.int64)
    for item in range(len(difficulty)):
        own, a, b = kind[item], discrimination[item], difficulty[item]
        for k in range(places):
            logit = a * (theta[k] - b)
            small = np.exp(-abs(logit))
            product[own, k] *= 1.0 + small
            by_kind[own, k] += max(logit, 0.0)
            probability[item, k] = (1.0 if logit > 0 else small) / (1.0 + small)
        factors[own] += 1
        if factors[own] == 500:
            for k in range(places):
                by_kind[own, k] += np.log(product[own, k])
                product[own, k] = 1.0
            factors[own] = 0
    for own in range(kinds):
        for k in range(places):
            by_kind[own, k] += np.log(product[own, k])
