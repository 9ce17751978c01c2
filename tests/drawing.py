"""Many draws at once, and how far they may stray from what chance allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Floats
from agents.kernel import allocating
from agents.streams import address, bits, child_key, mix, run_key, uniform, uniform_of

Words = NDArray[np.uint64]
DRAWS = 1_000_000


@allocating
def over_people(run, stream, week, keys):
    """One draw for each person."""
    out = np.empty(len(keys))
    base = address(run, stream, week)
    for j in range(len(keys)):
        out[j] = uniform(base, keys[j])
    return out


@allocating
def over_weeks(run, stream, key, weeks):
    """One draw for each of ``weeks`` weeks of one person."""
    out = np.empty(weeks)
    for week in range(weeks):
        out[week] = uniform(address(run, stream, week), key)
    return out


@allocating
def over_streams(run, streams, weeks, key):
    """uniform[weeks, streams] for one person."""
    out = np.empty((weeks, streams))
    for week in range(weeks):
        for stream in range(streams):
            out[week, stream] = uniform(address(run, stream + 1, week), key)
    return out


@allocating
def over_parts(run, stream, week, keys, parts):
    """uniform[people, parts]"""
    out = np.empty((len(keys), parts))
    base = address(run, stream, week)
    for j in range(len(keys)):
        for part in range(parts):
            out[j, part] = uniform_of(base, keys[j], part)
    return out


@allocating
def over_runs(runs, stream, week, key):
    """The same draw in each of many runs."""
    out = np.empty(len(runs))
    for j in range(len(runs)):
        out[j] = uniform(address(runs[j], stream, week), key)
    return out


@allocating
def words(run, stream, week, keys):
    """64 bits for each person."""
    out = np.empty(len(keys), np.uint64)
    base = address(run, stream, week)
    for j in range(len(keys)):
        out[j] = bits(base, keys[j])
    return out


@allocating
def flipped(inputs, bit):
    """What changes in the hash of each word when one of its bits is turned over."""
    out = np.empty(len(inputs), np.uint64)
    for j in range(len(inputs)):
        out[j] = mix(inputs[j]) ^ mix(inputs[j] ^ (np.uint64(1) << np.uint64(bit)))
    return out


@allocating
def keys_of_runs(first_seed, seeds, replicates):
    """Every run's key, for so many seeds and replicates."""
    out = np.empty(seeds * replicates, np.uint64)
    for s in range(seeds):
        for r in range(replicates):
            out[s * replicates + r] = run_key(first_seed + s, r)
    return out


@allocating
def keys_of_children(mothers, orders):
    """The keys of the first ``orders`` children of each mother."""
    out = np.empty(len(mothers) * orders, np.uint64)
    for j in range(len(mothers)):
        for order in range(orders):
            out[j * orders + order] = child_key(mothers[j], order)
    return out


def residents(n: int) -> Words:
    """Keys as those of the residents of a first week: scrambled numbers."""
    golden = np.uint64(0x9E3779B97F4A7C15)
    return words(np.uint64(7), 1, 0, np.arange(n, dtype=np.uint64) * golden)


def repeated(keys: Words) -> int:
    """How many keys are there already."""
    keys = np.sort(keys)
    return int((keys[1:] == keys[:-1]).sum())


def bits_set(given: Words) -> NDArray[np.int64]:
    """How often each of the 64 bits is set."""
    return np.array([int(((given >> np.uint64(b)) & np.uint64(1)).sum()) for b in range(64)])


def correlation_z(a: Floats, b: Floats) -> float:
    """Correlation of two samples of uniforms in standard errors: about normal when independent."""
    return float(12.0 * ((a - 0.5) * (b - 0.5)).sum() / np.sqrt(a.size))
