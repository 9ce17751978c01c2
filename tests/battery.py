"""A heavy test of the random numbers (``make random-numbers``): 3e9 draws and 5e8 keys.

Every order of `tests.orders` is read for 1e8 draws: are all four quarters of a word even over
65,536 values, and is each of its eight bytes unrelated to the same byte of the neighbour? Then
what turns when one number of an address grows by one, all draws that one person takes from a
stream, the noise that shakes needs, and keys: none twice, and gaps between them as chance has it.

Seed 0 is used throughout, so the battery passes for ever or tells of a change. Chance alone would
fail it with probability `FALSE_ALARM`, shared evenly among all its p-values. These are two-sided:
draws that are too even are as wrong as draws that are not even enough.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from agents.arrays import Ints
from agents.compile_course import NOISE_SD_PER_STEP
from agents.kernel import inlined, kernel
from agents.streams import Stream, address, bits, child_key, run_key
from scenarios.names import N_NEEDS
from tests.drawing import Words, repeated
from tests.orders import PARTS, WEEK, Order, newcomer, part_of, resident, word

FALSE_ALARM = 1e-3
DRAWS = 100_000_000
RUN = np.uint64(run_key(0, 0))
_CELLS = 1 << 16


class Found(NamedTuple):
    """One test: what was looked at, how many draws or keys, and how likely chance was to do it."""

    what: str
    draws: int
    p: float


def two_sided(statistic: float, distribution: stats.distributions.rv_frozen) -> float:
    """The probability of a value as far out on its own side, doubled."""
    return float(min(1.0, 2.0 * min(distribution.sf(statistic), distribution.cdf(statistic))))


def even(counts: NDArray[np.uint32] | Ints) -> float:
    """Chi-square against equal shares."""
    expected = counts.sum(dtype=np.int64) / counts.size
    chi = float(((counts - expected) ** 2).sum() / expected)
    return two_sided(chi, stats.chi2(counts.size - 1))


def normal(z: float) -> float:
    """The probability of a standard normal as far from 0."""
    return float(2.0 * stats.norm.sf(abs(z)))


def worst(ps: list[float]) -> float:
    """The smallest of several p-values, corrected for their number."""
    return min(1.0, min(ps) * len(ps))


# --- every order ---


@kernel
def _count(order, run, pairs, quarters, together):
    """Read words two by two.

    quarters   uint32[4, 65536]  out: values of each 16 bits, of both words
    together   uint32[8, 65536]  out: values of each byte of the first word with the second's
    """
    mask, byte = np.uint64(0xFFFF), np.uint64(0xFF)
    for j in range(pairs):
        a, b = word(order, run, 2 * j), word(order, run, 2 * j + 1)
        for q in range(4):
            by = np.uint64(16 * q)
            quarters[q, np.int64((a >> by) & mask)] += np.uint32(1)
            quarters[q, np.int64((b >> by) & mask)] += np.uint32(1)
        for q in range(8):
            by = np.uint64(8 * q)
            both = (((a >> by) & byte) << np.uint64(8)) | ((b >> by) & byte)
            together[q, np.int64(both)] += np.uint32(1)


def of_order(order: Order, draws: int) -> Iterator[Found]:
    """Evenness of each part of a word, and neighbours beside each other."""
    quarters, together = np.zeros((4, _CELLS), np.uint32), np.zeros((8, _CELLS), np.uint32)
    _count(order, RUN, draws // 2, quarters, together)
    name = order.name.lower().replace("_", " ")
    yield Found(f"{name}: even, highest 16 bits", draws, even(quarters[3]))
    yield Found(f"{name}: even, other bits", draws, worst([even(q) for q in quarters[:3]]))
    yield Found(f"{name}: neighbours, highest bytes", draws, even(together[7]))
    yield Found(f"{name}: neighbours, other bytes", draws, worst([even(b) for b in together[:7]]))


# --- one number of an address grows by one ---

STEPS = ("resident", "newcomer", "child", "stream", "week", "part", "seed", "replicate")


@inlined
def _stepped(step, run, n, more):
    """A word whose address moves by ``more`` in one of its numbers; ``n`` says where it stands."""
    if step == 0:
        return bits(address(run, Stream.EVENT, WEEK), resident(run, 2 * n + more))
    if step == 1:
        return bits(address(run, Stream.EVENT, WEEK), newcomer(run, 2 * n + more))
    if step == 2:
        return bits(address(run, Stream.EVENT, WEEK), child_key(resident(run, n), more))
    if step == 3:
        return bits(address(run, 1 + n % 31 + more, WEEK), resident(run, n))
    if step == 4:
        return bits(address(run, Stream.EVENT, n % 1000 + more), resident(run, n))
    if step == 5:
        return part_of(address(run, Stream.ROUTE, WEEK), resident(run, n), n % PARTS + more)
    if step == 6:
        return bits(address(run_key(2 * n + more, 0), Stream.EVENT, WEEK), np.uint64(12345))
    return bits(address(run_key(n // 500, 2 * (n % 500) + more), Stream.EVENT, WEEK), np.uint64(9))


@kernel
def _turn(step, run, n, distance, turned):
    """What differs between two words of neighbouring addresses.

    distance   int64[65]  out: how often so many bits differ
    turned     int64[64]  out: how often each bit differs
    """
    for j in range(n):
        differs = _stepped(step, run, j, 0) ^ _stepped(step, run, j, 1)
        ones = 0
        for b in range(64):
            bit = np.int64((differs >> np.uint64(b)) & np.uint64(1))
            turned[b] += bit
            ones += bit
        distance[ones] += 1


def of_steps(draws: int) -> Iterator[Found]:
    """Half of the bits turn, binomially, whichever number of an address grows by one."""
    n = draws // 16
    for step, name in enumerate(STEPS):
        distance, turned = np.zeros(65, np.int64), np.zeros(64, np.int64)
        _turn(step, RUN, n, distance, turned)
        yield Found(f"next {name}: bits that turn", 2 * n, binomial(distance, n))
        z = (turned - n / 2) / np.sqrt(n / 4)
        yield Found(f"next {name}: each bit", 2 * n, worst([normal(float(one)) for one in z]))


def binomial(distance: Ints, n: int) -> float:
    """Chi-square of counted distances against Binomial(64, 1/2); rare ends are joined."""
    expected = n * stats.binom.pmf(np.arange(65), 64, 0.5)
    ends = expected < 10
    low, high = ends & (np.arange(65) < 32), ends & (np.arange(65) > 32)
    found = [*distance[~ends], distance[low].sum(), distance[high].sum()]
    wanted = [*expected[~ends], expected[low].sum(), expected[high].sum()]
    chi = sum((f - w) ** 2 / w for f, w in zip(found, wanted, strict=True))
    return two_sided(float(chi), stats.chi2(len(found) - 1))


# --- all draws of one person in one week and stream ---


@kernel
def _products(run, people, products):
    """products float64[PARTS, PARTS] out: sums of products of centred draws, above the diagonal."""
    base = address(run, Stream.ROUTE, WEEK)
    us = products[PARTS]
    for j in range(people):
        key = resident(run, j)
        for part in range(PARTS):
            us[part] = np.float64(part_of(base, key, part) >> np.uint64(11)) / 2.0**53 - 0.5
        for a in range(PARTS):
            for b in range(a + 1, PARTS):
                products[a, b] += us[a] * us[b]


def of_parts(draws: int) -> Iterator[Found]:
    """Every pair of the draws that `agents.streams.uniform_of` gives one person is unrelated."""
    people = draws // PARTS
    products = np.zeros((PARTS + 1, PARTS))  # the last row is scratch
    _products(RUN, people, products)
    z = 12.0 * products[:PARTS][np.triu_indices(PARTS, 1)] / np.sqrt(people)
    yield Found("parts: each of 861 correlations", draws, worst([normal(float(x)) for x in z]))
    yield Found("parts: all of them", draws, two_sided(float((z**2).sum()), stats.chi2(len(z))))


# --- the noise that shakes needs ---


@kernel
def _shake(run, people, weeks, together):
    """together uint32[K, K, 128, 128] out: how often two needs' steps come together."""
    for week in range(weeks):
        base = address(run, Stream.NOISE, week)
        for j in range(people):
            noise = bits(base, resident(run, j))
            for a in range(N_NEEDS):
                step = np.int64((noise >> np.uint64(7 * a)) & np.uint64(127))
                for b in range(a + 1):
                    other = np.int64((noise >> np.uint64(7 * b)) & np.uint64(127))
                    together[a, b, step, other] += np.uint32(1)


def of_noise(draws: int) -> Iterator[Found]:
    """Steps of 128 of each need: mean 0, the variance that the model divides by, independent."""
    people, weeks = draws // 100, 100
    together = np.zeros((N_NEEDS, N_NEEDS, 128, 128), np.uint32)
    _shake(RUN, people, weeks, together)
    n, steps = people * weeks, np.arange(128) - 63.5
    alone = np.array([np.diagonal(together[k, k]) for k in range(N_NEEDS)]).astype(np.float64)
    variance, fourth = NOISE_SD_PER_STEP**2, (steps**4).mean()
    means = alone @ steps / n / np.sqrt(variance / n)
    variances = (alone @ steps**2 / n - variance) / np.sqrt((fourth - variance**2) / n)
    pairs = [even(together[a, b]) for a in range(N_NEEDS) for b in range(a)]
    yield Found("noise: means of nine needs", n, worst([normal(float(z)) for z in means]))
    yield Found("noise: variances", n, worst([normal(float(z)) for z in variances]))
    yield Found("noise: 128 steps even", n, worst([even(one) for one in alone.astype(np.int64)]))
    yield Found("noise: 36 pairs of needs", n, worst(pairs))


# --- keys ---


@kernel
def _keys(of_runs, run, first, keys):
    """Keys of so many runs, or of residents, newcomers, children and grandchildren in turn."""
    for j in range(len(keys)):
        n = first + j
        if of_runs:
            keys[j] = run_key(n // 1000, n % 1000)
        elif n % 8 == 0:
            keys[j] = newcomer(run, n // 8)
        elif n % 8 == 1:
            keys[j] = resident(run, n // 8)
        elif n % 8 < 5:
            keys[j] = child_key(resident(run, n // 8), n % 8 - 2)
        else:
            keys[j] = child_key(child_key(resident(run, n // 8), 0), n % 8 - 5)


def keys_of(of_runs: bool, first: int, n: int) -> Words:
    """A stretch of keys."""
    keys = np.empty(n, np.uint64)
    _keys(of_runs, RUN, first, keys)
    return keys


def of_keys(draws: int) -> Iterator[Found]:
    """No key twice. Of n keys cut to b bits, about n^2 / 2^(b+1) meet: a Poisson number.

    b is chosen so that 16 to 64 are expected. Two whole keys of people meet with probability
    n^2 / 2^65, 3e-4 for 1e8; keys of runs never do.
    """
    cut = int(2 * np.log2(draws)) - 6
    for of_runs, name in ((False, "people"), (True, "runs")):
        keys = keys_of(of_runs, 0, draws)
        expected = stats.poisson(0.0 if of_runs else draws**2 / 2.0**65)
        p = float(expected.sf(repeated(keys) - 1))
        yield Found(f"keys of {name}: none twice", draws, p)
        mean = draws**2 / 2.0 ** (cut + 1)
        for end, kept in (("first", keys >> np.uint64(64 - cut)),
                          ("last", keys & np.uint64((1 << cut) - 1))):  # fmt: skip
            p = two_sided_count(repeated(kept), mean)
            yield Found(f"keys of {name}: {end} {cut} bits met", draws, p)
        yield from of_spacings(of_runs, name, draws)


def of_spacings(of_runs: bool, name: str, draws: int) -> Iterator[Found]:
    """Birthday spacings (Marsaglia): among n keys, n^3 / 2^66 gaps are as long as another."""
    n, rounds = 1 << 24, max(1, draws >> 24)
    equal = sum(repeated(np.diff(np.sort(keys_of(of_runs, r * n, n)))) for r in range(rounds))
    p = two_sided_count(equal, rounds * n**3 / 2.0**66)
    yield Found(f"keys of {name}: birthday spacings", rounds * n, p)


def two_sided_count(count: int, mean: float) -> float:
    """The Poisson probability of a count as far out on its own side, doubled."""
    expected = stats.poisson(mean)
    return float(min(1.0, 2.0 * min(expected.sf(count - 1), expected.cdf(count))))


# --- the whole battery ---


def findings(draws: int) -> Iterator[Found]:
    """Every test, in turn."""
    for order in Order:
        yield from of_order(order, draws)
    yield from of_steps(draws)
    yield from of_parts(draws)
    yield from of_noise(draws)
    yield from of_keys(draws)


def main() -> int:
    """Print a table; 1 if any p-value is smaller than chance may be blamed for."""
    parser = argparse.ArgumentParser(description="A heavy test of the random numbers")
    parser.add_argument("--draws", type=int, default=DRAWS, help="a test (default: %(default)s)")
    draws = parser.parse_args().draws
    begun, found = perf_counter(), []
    for one in findings(draws):
        found.append(one)
        print(f"{one.what:<46}{one.draws:>14,}{one.p:>12.3g}", flush=True)
    limit = FALSE_ALARM / len(found)
    failed = [one.what for one in found if one.p < limit]
    print(f"{len(found)} tests, {perf_counter() - begun:.0f} s, smallest p allowed {limit:.1e}")
    print(f"smallest p {min(one.p for one in found):.2g}; failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
