"""Shares of a whole among causes that act together (Shapley 1953).

A cause's share is what it adds, averaged over all orders in which the causes might be brought in.
So shares do not depend on which cause is thought of first, and they add up to the whole. With few
causes every subset is worked out; with many, some orders are drawn by lot. Each order's additions
add up to the whole, and so does their mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations
from math import factorial

import numpy as np

from agents.arrays import Floats

Subset = frozenset[int]
EXACT_UP_TO = 6
"""Causes: 64 subsets."""


def all_subsets(n: int) -> list[Subset]:
    """Every subset of ``n`` causes, smaller ones first."""
    sizes = (combinations(range(n), size) for size in range(n + 1))
    return [frozenset(some) for some in chain.from_iterable(sizes)]


def exact(values: dict[Subset, Floats], n: int) -> Floats:
    """[..., n] The share of each cause, from the values of all subsets."""
    shares = []
    for i in range(n):
        total = np.zeros_like(values[frozenset()])
        for subset, value in values.items():
            if i not in subset:
                size = len(subset)
                weight = factorial(size) * factorial(n - size - 1) / factorial(n)
                total = total + weight * (values[subset | {i}] - value)
        shares.append(total)
    return np.stack(shares, axis=-1)


def some_orders(n: int, pairs: int, seed: Sequence[int]) -> list[tuple[int, ...]]:
    """Orders drawn by lot, each with its reverse: what one order brings in early, the other
    brings in late (antithetic sampling)."""
    rng = np.random.default_rng(list(seed))
    orders = []
    for _ in range(pairs):
        order = tuple(int(i) for i in rng.permutation(n))
        orders += [order, order[::-1]]
    return orders


def subsets_of(orders: Sequence[tuple[int, ...]]) -> list[Subset]:
    """The subsets that come up when causes are brought in in these orders."""
    found = [frozenset(order[:k]) for order in orders for k in range(len(order) + 1)]
    return list(dict.fromkeys(found))


def sampled(values: dict[Subset, Floats], orders: Sequence[tuple[int, ...]], n: int) -> Floats:
    """[..., n] The mean addition of each cause over these orders."""
    shares = [np.zeros_like(values[frozenset()]) for _ in range(n)]
    for order in orders:
        for k, cause in enumerate(order):
            added = values[frozenset(order[: k + 1])] - values[frozenset(order[:k])]
            shares[cause] = shares[cause] + added / len(orders)
    return np.stack(shares, axis=-1)
