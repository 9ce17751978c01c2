"""Random numbers as a function of an address, not a sequence that is consumed.

A draw is addressed by (seed, stream, week, person). It is computed from its address by a 64-bit
hash, so no draw depends on how many were made before it, on the order of people, on the number
of workers or on what is recorded. Two scenarios with the same seed therefore give a person the
same luck, and differ only where the change reaches that person.

The hash is a variant of MurmurHash3's finaliser by Pelle Evensen ("moremur", 2019): a bijection
on 64 bits in which every input bit moves every output bit about half of the time.
"""

from enum import IntEnum

import numpy as np
from numba import njit, uint64

from agents.kernel import inlined, kernel

_M1 = np.uint64(0x3C79AC492BA7B653)
_M2 = np.uint64(0x1C69B3F74AC4AE35)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_STREAM = np.uint64(0xD1B54A32D192ED03)
_S27 = np.uint64(27)
_S33 = np.uint64(33)
_S11 = np.uint64(11)
_TWO_53 = 1.0 / 9007199254740992.0


class Stream(IntEnum):
    """One stream per kind of decision. Values are part of every result: append, never renumber."""

    PERSON = 1
    FRAILTY = 2
    PROPENSITY = 3
    ACES = 4
    START = 5
    FAMILY = 6
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
    BACKGROUND = 29
    CHILD = 30
    REACH = 31
    FINDING = 32
    NOTICE = 33


@njit(uint64(uint64), cache=True, forceinline=True)
def mix(x):
    """Scramble 64 bits, one to one."""
    x ^= x >> _S27
    x *= _M1
    x ^= x >> _S33
    x *= _M2
    x ^= x >> _S27
    return x


@kernel
def address(run_key, stream, week):
    """The part of an address that a whole week of one stream shares. Week must not be negative."""
    return mix(mix(run_key + np.uint64(stream) * _STREAM) + np.uint64(week) * _GOLDEN)


@inlined
def bits(base, key):
    """64 random bits for a person (``key``) at an address (``base``)."""
    return mix(base ^ key)


@inlined
def uniform(base, key):
    """A uniform in [0, 1) for a person at an address: 53 bits."""
    return np.float64(mix(base ^ key) >> _S11) * _TWO_53


@inlined
def uniform_of(base, key, part):
    """As `uniform`, for the ``part``-th of several draws of one person in one week and stream."""
    return np.float64(mix(mix(base ^ key) + np.uint64(part + 1) * _GOLDEN) >> _S11) * _TWO_53


@kernel
def pick(cumulative, u):
    """The first index whose cumulative share exceeds ``u``; the last if rounding left none."""
    for j in range(len(cumulative)):
        if u < cumulative[j]:
            return j
    return len(cumulative) - 1


@kernel
def child_key(mother_key, birth_order):
    """The key of a newborn: a function of the mother and of which of her children it is."""
    return mix(mother_key + np.uint64(birth_order + 1) * _STREAM)


@kernel
def run_key(seed, replicate):
    """The key of one replicate. One to one in (seed, replicate), so that no two collide.

    seed 0 to 2**40 - 1, replicate 0 to 2**24 - 1.
    """
    return mix(mix((np.uint64(seed) << np.uint64(24)) | np.uint64(replicate)) + _GOLDEN)
