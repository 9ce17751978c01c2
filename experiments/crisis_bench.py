"""What salabim costs at the crisis door: the same pathway on SimPy beside it.

SimPy is no dependency: without it only salabim is measured. ``python -m experiments.crisis_bench``
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from experiments.output import say
from scenarios.crisis_door import HOURS_A_WEEK
from scenarios.load import load_scenario
from sim.crisis.inputs import RESOURCES, inputs_of, residents_of
from sim.crisis.pathway import Pathway
from sim.crisis.pools import Job, Pool
from sim.crisis.run import AFTER_WEEKS, WARM_UP_WEEKS, opened

BASE: Final = Path(__file__).parents[1] / "scenarios" / "portsmouth" / "do_nothing.toml"
PER_WEEK, WEEKS = 53.0, 400


class SimPyMember:
    """A member of a pool as a SimPy process for each spell of work, as SimPy likes it."""

    def __init__(self, pool: Pool, env: Any) -> None:
        self.pool, self.env = pool, env
        self.job: Job | None = None

    def start(self, hours: float) -> None:
        """Begin a case that takes so many hours."""
        self.env.process(self._work(hours))

    def go_on(self, hours: float, job: Job) -> None:
        """End a STAY: busy for so many hours more."""
        self.job = job
        self.start(hours)

    def _work(self, hours: float) -> Iterator[Any]:
        while hours >= 0.0:
            yield self.env.timeout(hours)
            hours = self.pool.finished(self)


class SimPyDoor:
    """The same pools on a SimPy environment."""

    def __init__(self, capacity: dict[str, Sequence[int]]) -> None:
        import simpy

        self.env: Any = simpy.Environment()
        self.pools = {
            name: Pool(name, self._members(max(by_hour)), self.now)
            for name, by_hour in capacity.items()
        }
        self.env.process(self._rota(capacity))

    def now(self) -> float:
        """Hours since the beginning."""
        return float(self.env.now)

    def after(self, hours: float, what: Callable[[Any], None], case: Any) -> None:
        """Something that happens by itself."""
        self.env.timeout(hours).callbacks.append(lambda _: what(case))

    def run(self, times: Sequence[float], arrive: Callable[[int], None], until: float) -> None:
        """Let crises arrive, until an hour."""
        self.env.process(self._calls(times, arrive))
        self.env.run(until=until)

    def _members(self, number: int) -> Callable[[Pool], list[Any]]:
        return lambda pool: [SimPyMember(pool, self.env) for _ in range(number)]

    def _calls(self, times: Sequence[float], arrive: Callable[[int], None]) -> Iterator[Any]:
        for number, time in enumerate(times):
            yield self.env.timeout(max(0.0, time - self.env.now))
            arrive(number)

    def _rota(self, capacity: dict[str, Sequence[int]]) -> Iterator[Any]:
        for name, by_hour in capacity.items():
            self.pools[name].set_on_duty(by_hour[0])
        while True:
            for hour in range(1, HOURS_A_WEEK + 1):
                yield self.env.timeout(1.0)
                for name, by_hour in capacity.items():
                    number = by_hour[hour % HOURS_A_WEEK]
                    if number != self.pools[name].on_duty:
                        self.pools[name].set_on_duty(number)


def main() -> int:
    """Run both, say how fast each was and whether they came to the same."""
    scenario = load_scenario(BASE)
    inputs = inputs_of(scenario.evidence.crisis_pathway, residents_of(scenario))
    until = float((WARM_UP_WEEKS + WEEKS + AFTER_WEEKS) * HOURS_A_WEEK)
    ends = {}
    for name in ("salabim", "SimPy"):
        door: Any
        door, pathway, times = opened(inputs, PER_WEEK, WEEKS, 1, 0)
        if name == "SimPy":
            try:
                door = SimPyDoor({n: inputs.capacity[n] for n in RESOURCES})
            except ImportError:
                say("SimPy is not installed: nothing to compare with")
                break
            pathway = Pathway(door, inputs, pathway.luck)
        begun, begun_cpu = perf_counter(), process_time()
        door.run(times, pathway.arrive, until)
        wall, cpu = perf_counter() - begun, process_time() - begun_cpu
        ends[name] = [(c.number, int(c.end), round(c.police_hours, 6)) for c in pathway.ended]
        say(
            f"{name}: {len(times):,} crises, {len(times) / cpu:,.0f} a second of processor time, "
            f"{len(times) / wall:,.0f} by the clock"
        )
    if len(ends) == 2:
        same = len(set(ends["salabim"]) & set(ends["SimPy"])) / len(set(ends["salabim"]))
        say(f"{100 * same:.2f}% of crises ended alike")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
