"""Random numbers from an address: which decision, which week, which person, which of several.

A 64-bit hash in plain integers ("moremur", Pelle Evensen 2019). Nothing is consumed: asking twice
gives the same answer, and no question changes the answer to another.
"""

from __future__ import annotations

from enum import IntEnum

_WORD = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_STREAM = 0xD1B54A32D192ED03


class Stream(IntEnum):
    """The decisions that a draw may be for, after the first week."""

    FRAILTY = 2
    PROPENSITY = 3
    ACES = 4
    LIFE = 7
    BIRTH = 8
    ARRIVAL = 9
    ONSET_WEEK = 10
    ONSET_NEED = 11
    ONSET_LEVEL = 12
    NOISE = 13
    EVENT = 14
    EVENT_KIND = 15
    CONTACT = 16
    ROUTE = 17
    REFER = 18
    SCREEN = 19
    TIE = 20
    GIVE_UP = 21
    ASSESS = 22
    ATTEND = 23
    TURNOVER = 24
    CARE = 25
    CONSENT = 26
    ADVOCACY = 27
    CRISIS = 28
    CHILD = 30
    REACH = 31
    FINDING = 32
    NOTICE = 33


def mix(x: int) -> int:
    """Scramble 64 bits, one to one."""
    x ^= x >> 27
    x = x * 0x3C79AC492BA7B653 & _WORD
    x ^= x >> 33
    x = x * 0x1C69B3F74AC4AE35 & _WORD
    return x ^ x >> 27


def address(run_key: int, stream: int, week: int) -> int:
    """What all draws of one decision in one week of one run have in common."""
    of_stream = mix(run_key + stream * _STREAM & _WORD)
    return mix(of_stream + week * _GOLDEN & _WORD)


def uniform(base: int, key: int) -> float:
    """A number in [0, 1) for a person (``key``) at an address (``base``)."""
    return (mix(base ^ key) >> 11) * 2.0**-53


def uniform_of(base: int, key: int, part: int) -> float:
    """The ``part``-th of several numbers for one person at one address."""
    return (mix(mix(base ^ key) + (part + 1) * _GOLDEN & _WORD) >> 11) * 2.0**-53


def key_of_child(mother_key: int, birth_order: int) -> int:
    """A newborn's key: a function of the mother and of which of her children it is."""
    return mix(mother_key + (birth_order + 1) * _STREAM & _WORD)


def key_of_newcomer(base: int, number: int) -> int:
    """The key of the ``number``-th newcomer of a week."""
    return mix(base + number * _GOLDEN & _WORD)


def pick(cumulative: list[float], u: float) -> int:
    """The first place whose cumulative share exceeds ``u``; the last if rounding left none."""
    for place, share in enumerate(cumulative):
        if u < share:
            return place
    return len(cumulative) - 1


class Draws:
    """Every draw of one week."""

    def __init__(self, run_key: int, week: int) -> None:
        self._base = {stream: address(run_key, stream, week) for stream in Stream}

    def base(self, stream: Stream) -> int:
        """This week's address of one decision."""
        return self._base[stream]

    def one(self, stream: Stream, key: int) -> float:
        """The uniform that decides this for the person this week."""
        return uniform(self._base[stream], key)

    def of(self, stream: Stream, key: int, part: int) -> float:
        """As `one`, where a decision needs several numbers or is taken at several doors."""
        return uniform_of(self._base[stream], key, part)

    def bits(self, stream: Stream, key: int) -> int:
        """Sixty-four random bits."""
        return mix(self._base[stream] ^ key)

    def bell(self, stream: Stream, key: int, part: int) -> float:
        """Mean 0, standard deviation 1, never beyond 3: the sum of three uniforms."""
        a, b, c = (self.of(stream, key, 3 * part + j) for j in range(3))
        return 2.0 * (a + (b + c) - 1.5)
