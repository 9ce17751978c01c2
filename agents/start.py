"""The people of the first week: who lives here, their families, and what they already carry.

Everything is a function of a resident's key, so that the same people stand at the start of every
scenario with the same seed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.arrays import FIRST_WEEK, NOBODY, CaseStatus, Floats, Ints, World
from agents.doors import NO_WAIT, add_case, count_opening
from agents.kernel import allocating, kernel
from agents.lifecourse import add_person, schedule_life
from agents.moving import BIRTH_SPREAD, OLDEST_MOTHER, YOUNGEST_MOTHER
from agents.onset import onset_of, schedule_onset, settle, wake
from agents.streams import Stream, address, mix, pick, uniform_of
from scenarios.names import ADULT_BAND, N_NEEDS, Need

_FAMILY = np.int64(Need.FAMILY)
_MALE_PARTNER_GAP_WEEKS = 104
_MOTHER_SPAN_WEEKS = 26


@kernel
def populate(world, course, per_band, quintiles, run_key):
    """Add the residents of the first week, band by band; ages are even within a band.

    per_band   int64[B]    residents of each age band
    quintiles  float64[5]  cumulative shares of deprivation fifths
    """
    base = address(run_key, Stream.PERSON, FIRST_WEEK)
    number = 0
    for band in range(len(per_band)):
        span = course.band_week[band + 1] - course.band_week[band]
        span = min(span, 20 * 52)
        for _ in range(per_band[band]):
            key = mix(base + np.uint64(number) * np.uint64(0x9E3779B97F4A7C15))
            number += 1
            age = course.band_week[band] + int(uniform_of(base, key, 0) * span)
            male = 1 if uniform_of(base, key, 1) < 0.5 else 0
            quintile = pick(quintiles, uniform_of(base, key, 2))
            add_person(world, course, key, -age, male, quintile, FIRST_WEEK)


def join_families(
    world: World, mothers_age: float, father_share: float, run_key: np.uint64
) -> None:
    """Give every child a mother of a likely age, and some mothers a partner.

    Women and men are taken in the order of their birth weeks.
    """
    people, n = world.people, int(world.counts[0])
    women = np.flatnonzero((people.male[:n] == 0) & (people.band[:n] >= ADULT_BAND))
    men = np.flatnonzero((people.male[:n] == 1) & (people.band[:n] >= ADULT_BAND))
    children = np.flatnonzero(people.band[:n] < ADULT_BAND)
    women = women[np.argsort(people.birth_week[women], kind="stable")]
    men = men[np.argsort(people.birth_week[men], kind="stable")]
    if len(women) == 0:
        return
    base = np.uint64(address(run_key, Stream.FAMILY, 0))
    births = people.birth_week[women]
    u = _uniforms(base, people.key[children], 4)
    ages = mothers_age + BIRTH_SPREAD * (u[:, :3].sum(axis=1) - 1.5)
    ages = np.clip(ages, YOUNGEST_MOTHER, OLDEST_MOTHER) * 52.0
    mothers = women[_near(births, people.birth_week[children] - ages, u[:, 3])]
    _link(people, children, mothers)
    if len(men):
        heads = np.unique(mothers)
        v = _uniforms(base, people.key[heads], 2)
        heads, v = heads[v[:, 0] < father_share], v[v[:, 0] < father_share]
        wanted = people.birth_week[heads] - _MALE_PARTNER_GAP_WEEKS
        people.family[men[_near(people.birth_week[men], wanted, v[:, 1])]] = heads


def _near(sorted_births: NDArray[Any], wanted: Floats, u: Floats) -> Ints:
    """For each wanted birth week, the position of someone born within half a year of it."""
    low = np.searchsorted(sorted_births, wanted - _MOTHER_SPAN_WEEKS)
    high = np.searchsorted(sorted_births, wanted + _MOTHER_SPAN_WEEKS)
    place = low + np.floor(u * np.maximum(1, high - low)).astype(np.int64)
    return np.asarray(np.clip(place, 0, len(sorted_births) - 1))


@allocating
def _uniforms(base, keys, parts):
    """uniform[len(keys), parts]"""
    out = np.empty((len(keys), parts))
    for j in range(len(keys)):
        for part in range(parts):
            out[j, part] = uniform_of(base, keys[j], part)
    return out


@kernel
def _link(people, children, mothers):
    """Hang each child on its mother's list; it lives in her neighbourhood."""
    for j in range(len(children)):
        child = children[j]
        mother = mothers[j]
        people.family[child] = mother
        people.family[mother] = mother
        people.quintile[child] = people.quintile[mother]
        people.next_sibling[child] = people.first_child[mother]
        people.first_child[mother] = child
        people.children[mother] += 1


@kernel
def begin(world, course, doors, years_of_onsets, care_rate, run_key):
    """Draw both calendars; wake those who already have needs, and children already in care.

    years_of_onsets  float64[K]  onsets of so many years are present in the first week, by need
    care_rate        float64     looked-after children per child
    """
    people, awake, counts = world.people, world.awake, world.counts
    base = address(run_key, Stream.START, FIRST_WEEK)
    for i in range(counts[0]):
        schedule_life(world, course, i, FIRST_WEEK, run_key)
        in_care = uniform_of(base, people.key[i], 0) < care_rate
        if people.band[i] < ADULT_BAND and in_care:
            row = wake(world, course, i, FIRST_WEEK)
            settle(people, awake, course, row, _FAMILY, 0.6)
            _already_in_care(world, doors, i, row)
        else:
            _begin_needs(world, course, i, years_of_onsets, base)
        if world.slot[i] == NOBODY:
            schedule_onset(world, course, i, FIRST_WEEK, run_key)
        else:
            row = np.int64(world.slot[i])
            awake.burden_last[row] = awake.level[row].sum()


@kernel
def _begin_needs(world, course, i, years_of_onsets, base):
    """The needs of one person that stand in the first week, each by a chance of its own."""
    people, awake = world.people, world.awake
    key = people.key[i]
    for k in range(N_NEEDS):
        onsets = onset_of(people, course, i, k, FIRST_WEEK) * 52.0 * years_of_onsets[k]
        if uniform_of(base, key, 1 + 2 * k) < 1.0 - np.exp(-onsets):
            if world.slot[i] == NOBODY:
                wake(world, course, i, FIRST_WEEK)
            row = np.int64(world.slot[i])
            level = course.set_point_at_onset[k] * (0.6 + 0.8 * uniform_of(base, key, 2 + 2 * k))
            settle(people, awake, course, row, k, level)


@kernel
def _already_in_care(world, doors, i, row):
    """A child who is looked after on the first day has an open case, if there is such an agency."""
    if doors.care_door >= 0:
        world.people.care[i] = 1
        door = doors.care_door
        add_case(world, row, _FAMILY, door, door, 0.0, CaseStatus.OPEN.value, FIRST_WEEK)
        count_opening(world, row, door, _FAMILY, NO_WAIT, FIRST_WEEK)


def residents_per_band(population: dict[str, float]) -> Ints:
    """Whole residents of each age band."""
    return np.asarray(np.rint(list(population.values())), dtype=np.int64)
