"""The end of the week: those who have recovered and are known to no one go back to sleep."""

import numpy as np

from agents.arrays import Count
from agents.kernel import kernel
from agents.onset import onset_hazard, schedule_onset, set_due, vacate


@kernel
def settle_down(world, course, week, run_key):
    """Remember this week's burdens; let those go who have no need and no case."""
    people, awake = world.people, world.awake
    for row in range(world.counts[Count.AWAKE] - 1, -1, -1):
        awake.burden_last[row] = awake.burden[row]
        if awake.burden[row] == 0.0 and awake.n_cases[row] == 0 and awake.present[row] == 0:
            i = awake.person[row]
            people.trust[i] = awake.trust[row]
            vacate(world, row, week)
            schedule_onset(world, course, i, week, run_key)


@kernel
def change_onsets(world, before, after, week, run_key):
    """Hazards of onset have changed: what is left of each sleeper's time is stretched to fit.

    For an exponential time this is exact, and it moves nobody whose hazard stayed the same. A time
    that had no end cannot be stretched: it is drawn.
    """
    people = world.people
    for i in range(world.counts[Count.PEOPLE]):
        if people.resident[i] == 0:
            continue
        old = onset_hazard(people, before, i, week)
        _change_onset(world, after, i, old, week, run_key)


@kernel
def cross_ages(world, course, ages, week, run_key):
    """Birthdays at which a change of onset begins or ends to reach someone.

    ages   int64[n]   in weeks, each once; not those at which an age band begins, where
                      the demographic calendar draws anew
    """
    people = world.people
    for i in range(world.counts[Count.PEOPLE]):
        age = week - people.birth_week[i]
        for a in ages:
            if age == a and people.resident[i] == 1:
                old = onset_hazard(people, course, i, week - 1)
                _change_onset(world, course, i, old, week, run_key)


@kernel
def _change_onset(world, course, i, old, week, run_key):
    """The hazard of resident ``i`` was ``old`` until this week."""
    people = world.people
    new = onset_hazard(people, course, i, week)
    if world.slot[i] >= 0:
        world.awake.onset_hazard[world.slot[i]] = new
    elif old == 0.0 and new > 0.0:
        schedule_onset(world, course, i, week, run_key)
    elif new != old:
        left = np.float64(people.wake_week[i] - week)
        weeks = 1.0e8 if new == 0.0 else np.ceil(left * old / new)
        people.wake_week[i] = min(2.0**30, week + max(1.0, weeks))
        set_due(world, i)
