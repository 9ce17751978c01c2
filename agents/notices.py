"""Notices: enforcement against those who call most, as against Mr A (S000).

Whoever is under a notice calls the police less often, and others instead; a call to the police may
end in an arrest for breach, with a fine that adds to money troubles. Each costs trust. What made
the person call is untouched. So a notice can make things better for the police, and worse in all.
"""

from agents.arrays import Happening
from agents.inputs import Effect
from agents.kernel import kernel
from agents.onset import raise_need
from agents.streams import Stream, address, uniform_of
from agents.trace import tell
from scenarios.names import Need

_MONEY = int(Need.MONEY)


@kernel
def call_under_notice(world, course, doors, row, team, c, week, run_key):
    """The ``c``-th contact this week would be a call to the police: the door it is made at."""
    key = world.awake.key[row]
    base = address(run_key, Stream.NOTICE, week)
    if uniform_of(base, key, 2 * c) < doors.deters[team]:
        return doors.displaced_to[team]
    if uniform_of(base, key, 2 * c + 1) < doors.arrest_share[team]:
        _breach(world, course, doors, row, team, week)
    return doors.police


@kernel
def _breach(world, course, doors, row, team, week):
    """Arrested and fined: counted and paid for as an arrest, without prison."""
    awake = world.awake
    raise_need(world.people, awake, course, row, _MONEY, doors.fine[team])
    awake.trust[row] *= 1.0 - doors.trust_cost[team]
    for e in range(course.n_events):
        if course.event_effect[e] == Effect.PRISON:
            world.tally.events[week, e] += 1
            tell(world, week, awake.person[row], Happening.LIFE_EVENT.value, detail=e)
            awake.spend[row] += course.arrest_pence
            return
