"""The weekly model with the crisis door's own model behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from agents.arrays import MAX_OUTCOMES
from scenarios.changes import Change, CrisisChange, CrisisNumberChange, CrisisResourceChange
from scenarios.resolved import Scenario
from sim.costs import Kind, added_up
from sim.crisis import tables
from sim.crisis.ask import WEEKS_BETWEEN_ASKS
from sim.metrics import ledger_of
from sim.model import Place
from sim.policy import crisis_door_at, crisis_doors
from sim.record import record_of
from tests.reference.first_week import twin_of
from tests.small import small
from tests.worlds import changed, differing, finished

SUITES = CrisisResourceChange(kind="crisis_resource", resource="suite", add=2)
NO_CELLS = CrisisNumberChange(kind="crisis_number", name="share_custody_without_suite", set=0.0)
SHARE = 0.06
YEARS = 1


@pytest.fixture(scope="module", autouse=True)
def coarse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Small tables, in a folder of their own, for all tests here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPSTREAM_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("UPSTREAM_CRISIS_GRID", "small")
        patch.setattr(tables._ByKey, "tables", {})
        yield


def pathway(*changes: Change, start: int = 0) -> Scenario:
    """A small place whose door answers for itself, with changes from a week on."""
    scenario = replace(small(share=SHARE, years=YEARS), crisis_door="pathway")
    return changed(scenario, *changes, start=start) if changes else scenario


def outcomes(place: Place) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    found: np.ndarray[tuple[int, ...], np.dtype[np.int32]] = place.world.tally.crisis_outcome
    return found


@pytest.mark.parametrize(("start", "stopped"), [(20, 9), (21, 22), (21, 21)])
def test_resumed_equals_uninterrupted(start: int, stopped: int) -> None:
    """Wherever it stops between two asks, before or after a change."""
    whole = Place(pathway(NO_CELLS, start=start), 5, 0, 0)
    whole.run_to(whole.warm_up_weeks + stopped)
    snapshot = whole.snapshot()
    whole.run_to(whole.weeks)
    resumed = Place(pathway(NO_CELLS, start=start), 5, 0, 0, snapshot)
    resumed.run_to(resumed.weeks)
    assert differing(resumed.world, whole.world) == []
    assert resumed.crisis_pence is not None and whole.crisis_pence is not None
    assert resumed.crisis_pence.tobytes() == whole.crisis_pence.tobytes()


def test_worlds_are_the_same_to_the_byte_until_the_change_and_then_differ() -> None:
    change_week = 20
    plain, closed = Place(pathway(), 5, 0, 0), Place(pathway(NO_CELLS, start=change_week), 5, 0, 0)
    for place in (plain, closed):
        place.run_to(place.warm_up_weeks + change_week)
    assert differing(plain.world, closed.world) == []
    for place in (plain, closed):
        place.run_to(place.weeks)
    custody = list(plain.scenario.evidence.crisis.outcomes).index("custody")
    after = plain.warm_up_weeks + change_week
    assert outcomes(plain)[after:, custody].sum() > outcomes(closed)[after:, custody].sum()


def test_a_change_switches_tables_on_its_day() -> None:
    scenario = pathway(SUITES, start=20)
    doors = [crisis_door_at(scenario, week) for week in (None, 0, 19, 20, 40)]
    suites = [door.inputs.capacity["suite"][0] for door in doors if door]
    assert suites == [1, 1, 1, 3, 3]
    assert len(crisis_doors(scenario)) == 2
    assert crisis_doors(small()) == []


def test_the_ledger_pays_what_crises_cost_week_by_week() -> None:
    place = finished(pathway())
    assert place.crisis_pence is not None
    weeks = slice(place.warm_up_weeks, place.weeks)
    counted = outcomes(place)[weeks, None, :].astype(np.int64)
    expected = (counted * place.crisis_pence[weeks]).sum()
    lines = [x for x in ledger_of(record_of(place)).lines if x.kind is Kind.CRISIS]
    assert int(added_up(lines, YEARS * 52).sum()) == expected > 0


def test_the_load_is_that_of_the_last_eight_weeks() -> None:
    place = Place(pathway(), 5, 0, 0)
    place.run_to(place.warm_up_weeks)
    place.world.tally.crisis_outcome[place.week - 9] = 10_000  # nine weeks ago: forgotten
    place.step()
    here = place.doors.crisis_outcome.copy()
    place.world.tally.crisis_outcome[place.week - 1] = 10_000
    place.run_to(place.warm_up_weeks + WEEKS_BETWEEN_ASKS)
    assert (here == place.doors.crisis_outcome).all()  # not asked again yet
    place.step()
    assert (here != place.doors.crisis_outcome).any()
    again = Place(pathway(), 5, 0, 0)
    again.run_to(again.warm_up_weeks + 1)
    assert (again.doors.crisis_outcome == here).all()


def test_the_mix_is_that_of_the_crises_of_late() -> None:
    """More of them with drink or drugs: more hours of the police, for the same crises."""
    hours = []
    for share in (0, 1):
        place = Place(pathway(), 5, 0, 0)
        place.run_to(place.warm_up_weeks)
        tally = place.world.tally
        tally.crisis_with_drink[:] = share * tally.crisis_outcome.sum(axis=1)
        place.step()
        assert place.crisis_pence is not None
        hours.append(place.crisis_pence[place.week - 1, 1].sum())
    assert hours[0] < hours[1]


def test_shares_moved_by_other_changes_move_what_the_door_says() -> None:
    move = CrisisChange(kind="crisis", source="custody", target="ae_wait", share=1.0)
    only = move.model_copy(update={"only": "table"})
    custody = list(small().evidence.crisis.outcomes).index("custody")

    def share(scenario: Scenario) -> float:
        place = Place(scenario, 5, 0, 0)
        place.run_to(place.warm_up_weeks + 1)
        return float(np.diff(place.doors.crisis_outcome[:MAX_OUTCOMES], prepend=0.0)[custody])

    assert share(pathway(move)) == pytest.approx(0.0)
    assert share(pathway(only)) == share(pathway()) > 0


def test_with_a_table_rotas_change_nothing() -> None:
    scenario = small(years=1)
    plain, with_rota = finished(scenario), finished(changed(scenario, SUITES, NO_CELLS))
    assert differing(plain.world, with_rota.world) == []
    assert plain.crisis_pence is None


def test_the_plain_twin_is_told_the_same() -> None:
    """A few weeks, in which the twin must count the same crises by outcome as the engine."""
    place = Place(pathway(), 3, 0, 0)
    twin = twin_of(place)
    for _ in range(6):
        place.step()
        twin.step()
    for week in range(6):
        counted = [twin.record.weeks[week]["crisis_outcome", o] for o in range(MAX_OUTCOMES)]
        assert counted == outcomes(place)[week].tolist()
    assert outcomes(place)[:6].sum() > 0
