"""Staff, beds and vehicles as salabim components that last; those they serve are plain objects.

Making a component takes salabim a quarter of a millisecond, so there is none per crisis. A worker
is passive until it is given a case, and then once more active: when the case's time is over.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import salabim

GONE = -1.0
"""What `begin` says of somebody who has given up waiting."""
STAY = -2.0
"""What `then` says when the worker stays with the case until somebody else has come, too."""
FREE = -3.0
"""What `then` says when the worker is done with the case."""


class Job(NamedTuple):
    """A case for a worker: ``begin`` says how many hours it takes, ``then`` what follows."""

    case: Any
    begin: Callable[[Any], float]
    then: Callable[[Any, Worker], float]


class Worker(Protocol):
    """Somebody or something with one case at a time."""

    job: Job | None

    def go_on(self, hours: float, job: Job) -> None:
        """End a STAY: the worker is busy for so many hours more."""


class Pool:
    """Several of the same kind, their rota, and those who wait for them, first come first served.

    Whoever is busy at the end of a shift finishes the case first. ``busy`` counts those at work,
    ``area`` adds up their hours, ``waiting_area`` the hours of those who wait.
    """

    def __init__(self, name: str, make: Callable[[Pool], list[Any]], now: Callable[[], float]):
        self.name, self.now = name, now
        self.on_duty = self.busy = 0
        self.queue: deque[Job] = deque()
        self.idle: list[Any] = make(self)
        self.area = self.waiting_area = self.since = 0.0

    def count(self) -> None:
        """Bring the sums of hours up to now."""
        now = self.now()
        self.area += self.busy * (now - self.since)
        self.waiting_area += len(self.queue) * (now - self.since)
        self.since = now

    @property
    def free(self) -> bool:
        """Whether somebody is on shift and without a case."""
        return self.busy < self.on_duty

    def send(self, job: Job) -> None:
        """Give a case to whoever is free, or let it wait."""
        if self.busy < self.on_duty:
            self._start(job)
        else:
            self.count()
            self.queue.append(job)

    def _start(self, job: Job) -> None:
        hours = job.begin(job.case)
        if hours == GONE:
            return
        self.count()
        self.busy += 1
        worker = self.idle.pop()
        worker.job = job
        worker.start(hours)

    def take(self) -> bool:
        """Keep a place for somebody, for nobody knows how long; False when none is free."""
        if not self.free:
            return False
        self.count()
        self.busy += 1
        return True

    def give_back(self) -> None:
        """The place is free again."""
        self.count()
        self.busy -= 1

    def set_on_duty(self, number: int) -> None:
        """A shift begins or ends."""
        self.on_duty = number
        while self.queue and self.busy < number:
            self.count()
            self._start(self.queue.popleft())

    def finished(self, worker: Any) -> float:
        """The worker's time is over: how long the next takes, or STAY or FREE."""
        job = worker.job
        hours: float = job.then(job.case, worker)
        if hours != FREE:
            return hours
        self.count()
        while self.queue and self.busy <= self.on_duty:
            following = self.queue.popleft()
            hours = following.begin(following.case)
            if hours != GONE:
                worker.job = following
                return hours
        worker.job = None
        self.busy -= 1
        self.idle.append(worker)
        return FREE


class Member(salabim.Component):  # type: ignore[misc]  # salabim has no types
    """A member of a pool: a professional, a car, a bed."""

    def setup(self, pool: Pool) -> None:
        """Salabim calls this in place of a constructor."""
        self.pool = pool
        self.job: Job | None = None
        self.status.monitor(
            False
        )  # the pool counts hours; salabim need not, at a sixth of the time

    def start(self, hours: float) -> None:
        """Begin a case that takes so many hours."""
        self.activate(delay=hours)

    def go_on(self, hours: float, job: Job) -> None:
        """End a STAY: busy for so many hours more."""
        self.job = job
        self.activate(delay=hours)

    def process(self) -> Iterator[None]:
        """Passive until a case's time is over; then the next case, or passive again."""
        yield self.passivate()
        while True:
            hours = self.pool.finished(self)
            if hours >= 0.0:
                yield self.hold(hours)
            else:
                yield self.passivate()


class Diary(salabim.Component):  # type: ignore[misc]  # salabim has no types
    """What is to happen at a time by itself: an officer reaches A&E, somebody is sober."""

    def setup(self) -> None:
        """Nothing is due at first."""
        self.due: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self.entries = 0
        self.at_work = False
        self.status.monitor(False)

    def after(self, hours: float, what: Callable[[Any], None], case: Any) -> None:
        """Note something for later; those due at the same time come in the order noted."""
        entry = (self.env._now + hours, self.entries, what, case)
        self.entries += 1
        heapq.heappush(self.due, entry)
        if self.due[0] is entry and not self.at_work:
            self.activate(at=entry[0])

    def process(self) -> Iterator[None]:
        """Do what is due, then sleep until the next."""
        while True:
            self.at_work = True
            while self.due and self.due[0][0] <= self.env._now:
                _, _, what, case = heapq.heappop(self.due)
                what(case)
            self.at_work = False
            if self.due:
                yield self.hold(till=self.due[0][0])
            else:
                yield self.passivate()


class Rota(salabim.Component):  # type: ignore[misc]  # salabim has no types
    """Changes the shifts of all pools, week after week."""

    def setup(self, pools: Sequence[Pool], capacity: Sequence[Sequence[int]]) -> None:
        """capacity  by pool and hour of the week"""
        hours = len(capacity[0])
        self.changes = [
            (hour, pool, by_hour[hour])
            for hour in range(hours)
            for pool, by_hour in zip(pools, capacity, strict=True)
            if by_hour[hour] != by_hour[hour - 1]
        ]
        for pool, by_hour in zip(pools, capacity, strict=True):
            pool.set_on_duty(by_hour[0])
        self.hours_a_week = hours

    def process(self) -> Iterator[None]:
        """Wake at every change of shift."""
        week = 0.0
        while self.changes:
            for hour, pool, number in self.changes:
                yield self.hold(till=week + hour)
                pool.set_on_duty(number)
            week += self.hours_a_week
        yield self.passivate()


class Calls(salabim.Component):  # type: ignore[misc]  # salabim has no types
    """Crises, each at its time."""

    def setup(self, times: Sequence[float], arrive: Callable[[int], None]) -> None:
        """``arrive`` gets the number of the crisis."""
        self.times, self.arrive = times, arrive
        self.status.monitor(False)

    def process(self) -> Iterator[None]:
        """One event a crisis."""
        for number, time in enumerate(self.times):
            yield self.hold(till=time)
            self.arrive(number)


class Door:
    """A salabim environment with its pools and its diary: what a pathway runs on."""

    def __init__(self, capacity: dict[str, Sequence[int]]) -> None:
        salabim.yieldless(False)
        self.env = salabim.Environment(
            trace=False, yieldless=False, random_seed="", blind_animation=True
        )
        self.pools = {
            name: Pool(name, self._members(max(by_hour)), self.now)
            for name, by_hour in capacity.items()
        }
        self.diary = Diary(env=self.env)
        Rota(pools=list(self.pools.values()), capacity=list(capacity.values()), env=self.env)

    def now(self) -> float:
        """Hours since the beginning."""
        return float(self.env._now)

    def after(self, hours: float, what: Callable[[Any], None], case: Any) -> None:
        """Something that happens by itself."""
        self.diary.after(hours, what, case)

    def run(self, times: Sequence[float], arrive: Callable[[int], None], until: float) -> None:
        """Let crises arrive, until an hour."""
        Calls(times=times, arrive=arrive, env=self.env)
        self.env.run(till=until)

    def _members(self, number: int) -> Callable[[Pool], list[Any]]:
        return lambda pool: [Member(pool=pool, name=pool.name, env=self.env) for _ in range(number)]
