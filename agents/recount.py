"""Counts that need a look at every awake person: at the end of a quarter, a half-year, a year."""

import numpy as np

from agents.arrays import MAX_DOORS, Count, QuarterCount, YearCount
from agents.kernel import allocating, kernel
from agents.selection import nth_lowest
from agents.view import own_slice, seen
from scenarios.names import ADULT_BAND, N_NEEDS, Need

_K = N_NEEDS
_SUBSTANCE_BITS = (1 << int(Need.ALCOHOL)) | (1 << int(Need.DRUGS))
_HOUSING_BIT = 1 << int(Need.HOUSING)
_OFFENDING_BIT = 1 << int(Need.OFFENDING)
KNOWN_TO_MANY = 5
"""Agencies in contact within a year from which a person counts as known to many."""
MULTIPLE = 3
"""High needs at once that count as multiple."""
COMPLEX_NEEDS = 6
COMPLEX_AGENCIES = 9
_HIDDEN_BURDEN = 1.0


@kernel
def bit_count(x):
    """How many bits are set."""
    n = 0
    while x:
        x &= x - 1
        n += 1
    return n


@kernel
def count_year(people, awake, years, row, year):
    """Add one awake person's year to the tally: at the year's end, or when the row is vacated."""
    helped = awake.helped[row]
    for door in range(MAX_DOORS):
        years.helped[year, door] += np.int64((helped >> np.uint32(door)) & np.uint32(1))
    if people.band[awake.person[row]] < ADULT_BAND:
        return
    counts = years.counts[year]
    needs = np.int64(awake.high_needs[row])
    agencies = bit_count(np.int64(awake.contacted[row]))
    domains = np.int64((needs & _SUBSTANCE_BITS) != 0)
    domains += np.int64((needs & _HOUSING_BIT) != 0) + np.int64((needs & _OFFENDING_BIT) != 0)
    if domains >= 2:
        counts[YearCount.TWO_OF_THREE] += 1
    if agencies >= KNOWN_TO_MANY:
        counts[YearCount.KNOWN_TO_MANY] += 1
        if helped == 0:
            counts[YearCount.HELPED_BY_NONE] += 1
    if awake.multiple[row] == 1:
        counts[YearCount.MULTIPLE_NEEDS] += 1
        counts[YearCount.MULTIPLE_NEEDS_PENCE] += awake.spend[row]
    if bit_count(needs) >= COMPLEX_NEEDS and agencies >= COMPLEX_AGENCIES:
        counts[YearCount.MOST_COMPLEX] += 1


@allocating
def end_of_quarter(world, course, doors, quarter):
    """Concentration of police contacts, hidden need, and people by group; then a new quarter."""
    awake = world.awake
    n = world.counts[Count.AWAKE]
    counts = world.quarters.counts[quarter]
    heavy = np.zeros(n)
    callers = 0
    for row in range(n):
        if awake.police_mh[row] > 0:
            heavy[callers] = awake.police_mh[row]
            callers += 1
        awake.police_mh[row] = 0
    counts[QuarterCount.POLICE_MH_PEOPLE] = callers
    for c in range(callers):
        counts[QuarterCount.POLICE_MH_CONTACTS] += np.int64(heavy[c])
    others = callers - int(np.ceil(0.09 * callers))
    if callers:
        nth_lowest(heavy[:callers], others)
    for c in range(others, callers):
        counts[QuarterCount.POLICE_MH_TOP_9PCT] += np.int64(heavy[c])
    for row in range(n):
        if _below_every_threshold(awake, course, doors, row):
            counts[QuarterCount.HIDDEN] += 1
        _count_groups(world, course, world.quarters.groups[quarter], row)
    people = world.people
    for i in range(world.counts[Count.PEOPLE]):
        if people.resident[i] == 1:
            world.quarters.residents[quarter, people.band[i]] += 1


@kernel
def _below_every_threshold(awake, course, doors, row):
    """High need in all, and below the threshold of each agency taken alone, as far as it sees."""
    total = 0.0
    for k in range(_K):
        total += awake.level[row, k]
    if total < _HIDDEN_BURDEN:
        return False
    for d in range(doors.n_agencies):
        if doors.gated[d] and own_slice(awake, doors, row, d) > 0.0:
            view = seen(awake, course, doors, row, d, doors.information[d])
            if view >= doors.threshold[d]:
                return False
    return True


@kernel
def _count_groups(world, course, groups, row):
    """Add one person to each of her or his groups, by multiple needs and by crisis."""
    people, awake = world.people, world.awake
    high = 0
    top = 0.0
    for k in range(_K):
        high += awake.level[row, k] >= course.high_level
        top = max(top, awake.level[row, k])
    multiple = np.int64(high >= MULTIPLE)
    crisis = np.int64(top >= course.crisis_level)
    if multiple + crisis == 0:
        return
    i = awake.person[row]
    been_in_care = np.int64(people.care[i] > 0)
    for g in (
        np.int64(people.male[i]),
        2 + np.int64(people.band[i]),
        14 + np.int64(people.quintile[i]),
        19 + been_in_care,
    ):
        groups[g, 0] += multiple
        groups[g, 1] += crisis


@kernel
def end_of_half_year(world):
    """This half-year's emergency contacts become last half-year's."""
    n = world.counts[Count.AWAKE]
    for row in range(n):
        world.awake.emergency[row, 1] = world.awake.emergency[row, 0]
        world.awake.emergency[row, 0] = 0


@kernel
def end_of_year(world, year):
    """Count everybody's year; then a new year."""
    awake = world.awake
    for row in range(world.counts[Count.AWAKE]):
        count_year(world.people, awake, world.years, row, year)
        awake.contacted[row] = 0
        awake.helped[row] = 0
        awake.high_needs[row] = 0
        awake.multiple[row] = 0
        awake.spend[row] = 0
