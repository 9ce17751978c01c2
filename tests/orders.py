"""The engine's draws in the orders in which one draw may be read beside another.

Each order gives the ``n``-th of an endless row of 64-bit words, so that any stretch of it can be
tested or written out. Words that stand side by side belong to neighbours: the next resident, the
next week, the next stream, a key that differs by one bit. The addresses are those that the model
uses: keys of residents are made as `agents.start.populate` makes them, newcomers' as
`agents.lifecourse.arrive` does.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from agents.arrays import FIRST_WEEK
from agents.kernel import inlined, kernel
from agents.streams import Stream, address, bits, child_key, mix, run_key
from tests.drawing import Words

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
WEEK = 100
STREAMS = len(Stream)
ARRIVALS = 16
"""Newcomers a week."""
PARTS = 42
"""As many draws as one person ever takes from a stream in a week: three for each of 14 contacts."""
PLACE = 1000
"""People of the small place whose whole weeks are read one after the other."""


class Order(IntEnum):
    """Which draw follows which."""

    PEOPLE = 0  # the residents of a first week, in one week of one stream
    COUNTED = 1  # the same, with keys 0, 1, 2: worse than any that are used
    ONE_BIT = 2  # pairs of keys that differ by one bit
    NEWCOMERS = 3  # those who move in, week by week
    CHILDREN = 4  # three children of each mother
    WEEKS = 5  # one person, week after week
    STREAMS = 6  # one person, all streams of a week, then of the next
    PARTS = 7  # all draws of one person in one week and stream, then the next person's
    SEEDS = 8  # the same draw under seed 0, 1, 2
    REPLICATES = 9  # the same draw in the replicates of one seed
    NOISE = 10  # the words that shake needs, week by week of a small place
    EVERYTHING = 11  # all streams of all people of a small place, week by week


@inlined
def resident(run, number):
    """The key of a resident of the first week."""
    base = address(run, Stream.PERSON, FIRST_WEEK)
    return mix(base + np.uint64(number) * GOLDEN)


@inlined
def newcomer(run, number):
    """The key of a newcomer, so many of them a week."""
    base = address(run, Stream.ARRIVAL, number // ARRIVALS)
    return mix(base + np.uint64(number % ARRIVALS) * GOLDEN)


@inlined
def part_of(base, key, part):
    """The word behind `agents.streams.uniform_of`."""
    return mix(bits(base, key) + np.uint64(part + 1) * GOLDEN)


@kernel
def word(order, run, n):
    """The ``n``-th word of an order in a run.

    In the row of streams each week begins one stream later, so that pairs of words, taken two by
    two, meet every pair of neighbouring streams.
    """
    event = address(run, Stream.EVENT, WEEK)
    if order == Order.PEOPLE:
        return bits(event, resident(run, n))
    if order == Order.COUNTED:
        return bits(event, np.uint64(n))
    if order == Order.ONE_BIT:
        flipped = np.uint64(n % 2) << np.uint64((n // 2) % 64)
        return bits(event, resident(run, n // 2) ^ flipped)
    if order == Order.NEWCOMERS:
        return bits(event, newcomer(run, n))
    if order == Order.CHILDREN:
        return bits(event, child_key(resident(run, n // 3), n % 3))
    if order == Order.WEEKS:
        return bits(address(run, Stream.CONTACT, n), resident(run, 12345))
    if order == Order.STREAMS:
        week = n // STREAMS
        return bits(address(run, 1 + (n + week) % STREAMS, week), resident(run, 12345))
    if order == Order.PARTS:
        return part_of(address(run, Stream.ROUTE, WEEK), resident(run, n // PARTS), n % PARTS)
    if order == Order.SEEDS:
        return bits(address(run_key(n, 0), Stream.EVENT, WEEK), np.uint64(12345))
    if order == Order.REPLICATES:
        seed, replicate = n >> 24, n & 0xFFFFFF
        return bits(address(run_key(seed, replicate), Stream.EVENT, WEEK), np.uint64(12345))
    if order == Order.NOISE:
        return bits(address(run, Stream.NOISE, n // PLACE), resident(run, n % PLACE))
    person, stream = (n // STREAMS) % PLACE, 1 + n % STREAMS
    return bits(address(run, stream, n // (STREAMS * PLACE)), resident(run, person))


@kernel
def _fill(order, run, first, out):
    for j in range(len(out)):
        out[j] = word(order, run, first + j)


def stretch(order: Order, run: np.uint64, first: int, n: int) -> Words:
    """``n`` words of an order, from the ``first`` on."""
    out = np.empty(n, np.uint64)
    _fill(order, run, first, out)
    return out


def reversed_bits(words: Words) -> Words:
    """The same words with the lowest bit first: what a battery looks at least comes to the top."""
    turned = words.byteswap()
    for by, mask in ((4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555)):
        low, shift = np.uint64(mask), np.uint64(by)
        turned = ((turned >> shift) & low) | ((turned & low) << shift)
    return turned
