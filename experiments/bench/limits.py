"""What this machine can do at most, by tiny kernels: instructions, reads, waits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Ints
from agents.kernel import kernel
from experiments.bench.clock import TIMES, seconds

SPINS = 20_000_000
SPINS_COUNTED = 2_000_000
"""As many are enough to count, and valgrind is slow."""
READ_BYTES = 256 * 2**20
STEPS = 2_000_000
LINE = 64


@kernel
def spin(times):
    """Eight chains that do not wait for each other, of the model's own kind of arithmetic."""
    a, b, c, d = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    e, f, g, h = np.uint64(5), np.uint64(6), np.uint64(7), np.uint64(8)
    one, two = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)
    for _ in range(times):
        a, b, c, d = (a ^ one) + two, (b + one) ^ two, (c ^ two) + one, (d + two) ^ one
        e, f, g, h = (e ^ one) + two, (f + one) ^ two, (g ^ two) + one, (h + two) ^ one
    return np.int64(a ^ b ^ c ^ d ^ e ^ f ^ g ^ h)


@kernel
def _sum(values: Ints) -> int:
    """Read everything once, in order."""
    total = 0
    for value in values:
        total += value
    return total


@kernel
def _follow(after: NDArray[np.int64], steps: int) -> int:
    """Go where each place points to: the next step waits for the last."""
    at = 0
    for _ in range(steps):
        at = after[at]
    return at


def spins_per_second() -> float:
    """Rounds of `spin` a second, the fastest of five."""
    spin(1)
    return SPINS / min(seconds(lambda: spin(SPINS)) for _ in range(TIMES))


def bytes_per_second(size: int = READ_BYTES) -> float:
    """Memory read in order, the fastest of five; what fits a cache is read from there."""
    values = np.ones(size // 8, np.int64)
    rounds = max(1, READ_BYTES // size)

    def read() -> None:
        for _ in range(rounds):
            _sum(values)

    read()
    return rounds * values.nbytes / min(seconds(read) for _ in range(TIMES))


def wait_ns(size: int) -> float:
    """One read at a random place of a table of ``size`` bytes, each waiting for the one before."""
    lines = size // LINE
    order = np.random.default_rng(1).permutation(lines)
    after = np.zeros(size // 8, np.int64)
    stride = LINE // 8
    after[order * stride] = np.roll(order, -1) * stride
    _follow(after, lines)
    return min(seconds(lambda: _follow(after, STEPS)) for _ in range(TIMES)) / STEPS * 1e9
