"""The pools of the crisis door against the theory of queues, one resource at a time.

Each threshold is a two-sided t-test over replicates at fixed seeds; a true model would fail it once
in a thousand times.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from sim.crisis.pools import FREE, GONE, STAY, Door, Job, Pool, Worker

FALSE_ALARM = 0.001
REPLICATES = 12
CUSTOMERS = 6_000
SKIPPED = 500


@dataclass
class Customer:
    came: float
    service: float
    began: float = -1.0


def one_queue(staff: int, load: float, seed: int) -> tuple[list[Customer], Pool, float]:
    """M/M/c with a mean service of an hour; all customers, the pool and the time it took."""
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.exponential(1.0 / (load * staff), CUSTOMERS)).tolist()
    services = rng.exponential(1.0, CUSTOMERS).tolist()
    customers = [Customer(t, s) for t, s in zip(times, services, strict=True)]
    door = Door({"staff": (staff,)})
    pool = door.pools["staff"]

    def begin(customer: Customer) -> float:
        customer.began = door.now()
        return customer.service

    door.run(
        times, lambda n: pool.send(Job(customers[n], begin, lambda *_: FREE)), times[-1] + 1_000.0
    )
    pool.count()
    return customers, pool, door.now()


def erlang_c(staff: int, load: float) -> float:
    """The probability of having to wait."""
    a = staff * load
    top = a**staff / math.factorial(staff) / (1.0 - load)
    return top / (sum(a**k / math.factorial(k) for k in range(staff)) + top)


def agrees(values: list[float], expected: float) -> None:
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(len(values))
    limit = student.ppf(1.0 - FALSE_ALARM / 2.0, len(values) - 1)
    assert abs(mean - expected) < limit * error, (mean, expected, limit * error)


@pytest.mark.parametrize(("staff", "load"), [(1, 0.6), (3, 0.7), (5, 0.8)])
def test_waits_are_erlangs(staff: int, load: float) -> None:
    runs = [one_queue(staff, load, 100 + r)[0][SKIPPED:] for r in range(REPLICATES)]
    waited = [float(np.mean([c.began > c.came for c in run])) for run in runs]
    wait = [float(np.mean([c.began - c.came for c in run])) for run in runs]
    agrees(waited, erlang_c(staff, load))
    agrees(wait, erlang_c(staff, load) / (staff * (1.0 - load)))


def test_littles_law_holds_exactly() -> None:
    """Those who wait, times the time, are the hours waited: to rounding, for it is no statistic."""
    customers, pool, _ = one_queue(2, 0.8, 7)
    assert pool.waiting_area == pytest.approx(sum(c.began - c.came for c in customers), rel=1e-9)
    assert pool.area == pytest.approx(sum(c.service for c in customers), rel=1e-9)


def test_first_come_is_first_served() -> None:
    customers, _, _ = one_queue(2, 0.9, 3)
    began = [c.began for c in customers]
    assert began == sorted(began)


def test_nobody_begins_off_shift_and_whoever_is_busy_finishes() -> None:
    """On duty in the first hour of two: a case may run over, none begins in the second hour."""
    door = Door({"staff": (1, 0)})
    began: list[float] = []

    def begin(_: Any) -> float:
        began.append(door.now())
        return 0.7

    door.run(
        [0.1 * n for n in range(1, 30)],
        lambda n: door.pools["staff"].send(Job(n, begin, lambda *_: FREE)),
        40.0,
    )
    assert began[:3] == pytest.approx([0.1, 0.8, 2.0])
    assert all(t % 2.0 < 1.0 for t in began)


def test_those_who_have_left_are_passed_over() -> None:
    door = Door({"staff": (1,)})
    served: list[int] = []

    def begin(number: int) -> float:
        if number == 1:
            return GONE
        served.append(number)
        return 1.0

    door.run(
        [0.0, 0.1, 0.2],
        lambda n: door.pools["staff"].send(Job(n, begin, lambda *_: FREE)),
        5.0,
    )
    assert served == [0, 2]
    assert door.pools["staff"].busy == 0


def test_two_who_must_meet_wait_for_each_other() -> None:
    door = Door({"a": (1,), "b": (1,)})
    there: list[Worker] = []
    ends: list[float] = []

    def arrived(case: int, worker: Worker) -> float:
        if not there:
            there.append(worker)
            return STAY
        first = there.pop()
        assert first.job is not None
        first.go_on(2.0, Job(case, first.job.begin, lambda *_: FREE))
        assert worker.job is not None
        worker.job = Job(case, worker.job.begin, left)
        return 2.0

    def left(_: int, __: Worker) -> float:
        ends.append(door.now())
        return FREE

    def call(_: int) -> None:
        door.pools["a"].send(Job(0, lambda _: 1.0, arrived))
        door.pools["b"].send(Job(0, lambda _: 3.0, arrived))

    door.run([0.5], call, 20.0)
    assert ends == [5.5]
    assert door.pools["a"].busy == door.pools["b"].busy == 0
    assert door.pools["a"].area == pytest.approx(5.0)


def test_the_diary_keeps_the_order_of_times() -> None:
    door = Door({"a": (1,)})
    seen: list[tuple[float, str]] = []

    def note(what: str) -> None:
        seen.append((door.now(), what))

    def arrive(_: int) -> None:
        door.after(3.0, note, "late")
        door.after(1.0, note, "soon")
        door.after(1.0, note, "soon after")

    door.run([1.0], arrive, 10.0)
    assert seen == [(2.0, "soon"), (2.0, "soon after"), (4.0, "late")]


def test_python_s_own_random_numbers_are_left_alone() -> None:
    """Salabim would reseed them for the whole process."""
    random.seed(5)
    before, legacy = random.getstate(), np.random.get_state()[1].tobytes()  # type: ignore[union-attr]
    one_queue(1, 0.5, 1)
    assert random.getstate() == before
    assert np.random.get_state()[1].tobytes() == legacy  # type: ignore[union-attr]
