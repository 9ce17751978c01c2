"""Changes of caseload, destination, events and trust; teams for some people only; notices."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.arrays import NOBODY, CaseStatus, Count
from agents.draft import agency_names
from agents.notices import call_under_notice
from scenarios.changes import (
    CaseloadChange,
    DestinationChange,
    EventChange,
    TeamChange,
    TrustChange,
)
from scenarios.load import InputError, load_using
from scenarios.names import NEED_KEYS, Need
from scenarios.schema import Expected
from scenarios.ways import base_of
from sim.model import Place, warm_up_weeks
from sim.policy import policy_at
from tests import conservation
from tests.small import small
from tests.worlds import at_week, changed

HERE = small()
NAMES = agency_names(HERE)
DOOR = {name: d for d, name in enumerate(NAMES)}
START = warm_up_weeks(HERE)
CREW: dict[str, Any] = {
    "kind": "team", "name": "crew", "title": "Crew", "posts": 5, "cases_per_post": 10,
    "cost_gbp_per_post": 50_000, "feed_weeks": 1, "consent": 1.0,
}  # fmt: skip
NOTICE = {
    "deters": 0.25, "displaced_to": "ambulance", "arrest_share": 0.5,
    "fine": {"value": 0.1}, "trust_cost": {"value": 0.2},
}  # fmt: skip


def crew(**more: Any) -> TeamChange:
    return TeamChange.model_validate(CREW | more)


def with_crew(weeks: int, **more: Any) -> Place:
    """A small place some weeks after a team has started."""
    return at_week(changed(HERE, crew(**more)), START + weeks)


def on_the_books(place: Place) -> np.ndarray:
    """The team's open cases."""
    cases = place.world.cases[: place.world.counts[Count.CASES]]
    mine = (cases.door == len(NAMES)) & (cases.status == CaseStatus.OPEN)
    return cases[mine]  # type: ignore[no-any-return]


def levels(place: Place, cases: np.ndarray, need: Need) -> np.ndarray:
    slots = place.world.slot[cases["person"]]
    return place.world.awake.level[slots, need]  # type: ignore[no-any-return]


# --- what agencies and people are told ---


def test_a_worker_with_twice_the_cases_does_half_as_much_for_each() -> None:
    change = CaseloadChange(kind="caseload", agency="early_help", multiply=2.0)
    before, after = policy_at(HERE, 0, 0).doors, policy_at(changed(HERE, change), 0, 0).doors
    d = DOOR["early_help"]
    assert after.places[d] == pytest.approx(2 * before.places[d], abs=1)
    assert after.effect[d] == pytest.approx(before.effect[d] / 2)
    assert after.budget_pence[d] == before.budget_pence[d]
    assert np.array_equal(np.delete(after.effect, d, 0), np.delete(before.effect, d, 0))


def test_referrals_of_a_need_are_sent_elsewhere() -> None:
    change = DestinationChange(
        kind="destination", need="family", source="childrens_social_care",
        target="early_help", share=0.5,
    )  # fmt: skip
    before, after = policy_at(HERE, 0, 0).doors, policy_at(changed(HERE, change), 0, 0).doors
    k = Need.FAMILY
    was, now = (np.diff(doors.accepts[k], prepend=0.0) for doors in (before, after))
    moved = was[DOOR["childrens_social_care"]] / 2
    assert now[DOOR["childrens_social_care"]] == pytest.approx(moved)
    assert now[DOOR["early_help"]] == pytest.approx(was[DOOR["early_help"]] + moved)
    assert np.array_equal(np.delete(after.accepts, k, 0), np.delete(before.accepts, k, 0))


def test_one_event_strikes_less_often_and_the_others_as_before() -> None:
    change = EventChange(kind="event", event="eviction", multiply=0.5)
    before, after = policy_at(HERE, 0, 0).course, policy_at(changed(HERE, change), 0, 0).course
    e = list(HERE.evidence.events).index("eviction")
    assert after.event_slope[e] == pytest.approx(before.event_slope[e] / 2)
    assert np.array_equal(np.delete(after.event_slope, e, 0), np.delete(before.event_slope, e, 0))
    assert after.event_slope_all == pytest.approx(after.event_slope.sum(axis=0))


def test_less_trust_is_lost_to_what_is_named_and_half_of_it_half_way_up_a_ramp() -> None:
    change = TrustChange(kind="trust", losses=["refusal"], multiply=0.5)
    before = policy_at(HERE, 0, 0).course
    after = policy_at(changed(HERE, change), 0, 0).course
    half_way = policy_at(changed(HERE, change, ramp=8), 0, 0).course
    assert after.trust_loss_refusal == pytest.approx(before.trust_loss_refusal / 2)
    assert half_way.trust_loss_refusal == pytest.approx(0.75 * before.trust_loss_refusal)
    assert after.trust_loss_closure == before.trust_loss_closure


# --- when ---


def intervention(folder: Path, change: str) -> Path:
    path = folder / "grant.toml"
    head = 'title = "T"\nsummary = "S"\nevidence_note = "N"\n'
    path.write_text(f"{head}[[changes]]\n{change}\n", encoding="utf-8")
    return path


BUDGET = 'kind = "budget"\nagency = "early_help"\nmultiply = 1.2\n'


def test_a_change_may_come_later_and_last_for_a_time(tmp_path: Path) -> None:
    path = intervention(tmp_path, BUDGET + "after_weeks = 10\nfor_weeks = 20")
    (scenario,) = load_using(base_of("portsmouth"), {"grant": [path]})
    (dated,) = scenario.changes
    weeks = [(date - scenario.start) // dt.timedelta(weeks=1) for date in (dated.start, dated.end)]
    assert weeks == [10, 30]
    assert scenario.name == "grant"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('kind = "event"\nevent = "evicton"\nmultiply = 0.5', "did you mean 'eviction'"),
        ('kind = "caseload"\nagency = "police"\nmultiply = 2', "turns nobody away"),
        (
            'kind = "destination"\nneed = "family"\nshare = 1\n'
            'source = "early_help"\ntarget = "gp"',
            "no front door",
        ),
        (
            'kind = "team"\nname = "crew"\ntitle = "N"\nposts = 1\ncases_per_post = 1\n'
            'cost_gbp_per_post = 1\nnotice = {deters = 0, displaced_to = "housing", '
            "arrest_share = 0, fine = 0, trust_cost = 0}",
            "does not take calls from everybody",
        ),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, change: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_using(base_of("portsmouth"), {"grant": [intervention(tmp_path, change)]})


def test_nothing_found_must_be_measured() -> None:
    about = {"measure": "contacts.police", "why": "Because."}
    with pytest.raises(ValueError, match="give found"):
        Expected.model_validate(about | {"direction": "none"})
    Expected.model_validate(about | {"direction": "lower"})


# --- teams for certain people ---


def test_a_team_finds_those_it_is_for() -> None:
    place = with_crew(1, finds_with={"offending": 0.5})
    mine = on_the_books(place)
    assert len(mine) > 0
    assert (levels(place, mine, Need.OFFENDING) >= 0.5).all()


def test_a_team_for_young_people_once_in_care_finds_only_them() -> None:
    place = with_crew(4, care_experienced=True, age_from=12, age_below=40, adults_only=False)
    people, mine = place.world.people, on_the_books(place)
    assert len(mine) > 0
    age = (place.week - 1 - people.birth_week[mine["person"]]) / 52
    assert (people.care[mine["person"]] > 0).all()
    assert (age >= 11.9).all() and (age < 40.1).all()


def test_whoever_must_be_asked_may_refuse_and_whoever_need_not_be_may_not() -> None:
    assert len(on_the_books(with_crew(2, consent=0.0))) == 0
    assert len(on_the_books(with_crew(2, consent=0.0, compulsory=True))) > 0


def test_until_consent_and_assessment_are_done_a_place_is_taken_and_nobody_comes() -> None:
    early, late = with_crew(3), with_crew(3, delay_weeks=8)
    team = len(NAMES)
    attended = [place.world.tally.attended[:, team].sum() for place in (early, late)]
    assert len(on_the_books(late)) == len(on_the_books(early)) > 0
    assert attended[0] > 0 == attended[1]
    awake = [place.world.awake[: place.world.counts[Count.AWAKE]] for place in (early, late)]
    assert (awake[0].team == team).any() and (awake[1].team == NOBODY).all()
    done = with_crew(12, delay_weeks=8)
    assert done.world.tally.attended[:, team].sum() > 0


def test_people_are_put_off_the_books_at_a_level_of_need() -> None:
    place = with_crew(12, removed_at={"offending": 0.3})
    mine = on_the_books(place)
    earlier = mine[mine["since_week"] < place.week - 1]
    assert len(earlier) > 0
    assert (levels(place, earlier, Need.OFFENDING) < 0.3).all()
    assert place.world.tally.closed[:, len(NAMES)].sum() > 0


def test_a_team_without_conditions_is_told_none() -> None:
    doors, team = policy_at(changed(HERE, crew()), 0, 1).doors, len(NAMES)
    assert not doors.finds_with[team].any() and (doors.removed_at[team] > 1).all()
    assert (doors.delay_weeks[team], doors.compulsory[team], doors.notice[team]) == (0, 0, 0)
    assert tuple(doors.found_ages[team]) == (0, 121 * 52)


def test_cases_and_places_balance_with_teams_of_every_kind() -> None:
    late = crew(name="late", delay_weeks=6, removed_at={"offending": 0.5})
    notices = crew(name="notices", notice=NOTICE, max_weeks=8)
    scenario = changed(HERE, crew(compulsory=True, max_weeks=10), late, notices)
    place = at_week(scenario, START + 30, teams=3)
    assert not conservation.lost_cases(place).any()
    assert conservation.miscounted_places(place) == pytest.approx(0.0, abs=1e-9)
    assert conservation.in_two_states(place) == 0
    closed = place.world.tally.closed.sum(axis=(0, 2))
    assert (closed[len(NAMES) : len(NAMES) + 3] > 0).all()


# --- notices ---


def called(**more: Any) -> tuple[int, Place, Place]:
    """Someone under a notice calls the police: where it is answered, and the world besides."""
    before, after = (with_crew(1, notice=NOTICE | more) for _ in range(2))
    door = call_under_notice(
        after.world, after.course, after.doors, 0, len(NAMES), 0, after.week - 1, after.key
    )
    return int(door), before, after


def test_a_deterred_call_is_made_elsewhere_and_changes_nothing_else() -> None:
    door, before, after = called(deters=1.0, arrest_share=1.0)
    assert door == DOOR["ambulance"]
    assert after.world.awake.trust[0] == before.world.awake.trust[0]


def test_a_breach_costs_money_and_trust_and_is_paid_for_as_an_arrest() -> None:
    door, before, after = called(deters=0.0, arrest_share=1.0)
    assert door == DOOR["police"]
    was, now, money = before.world.awake, after.world.awake, NEED_KEYS.index("money")
    assert now.level[0, money] > was.level[0, money]
    assert now.trust[0] == pytest.approx(0.8 * was.trust[0])
    assert now.spend[0] - was.spend[0] == after.course.arrest_pence
    assert after.world.tally.events.sum() - before.world.tally.events.sum() == 1


def test_a_call_without_arrest_is_a_call() -> None:
    door, before, after = called(deters=0.0, arrest_share=0.0)
    assert door == DOOR["police"]
    assert after.world.awake.trust[0] == before.world.awake.trust[0]


def test_being_served_a_notice_costs_trust_and_nobody_is_asked() -> None:
    plain, served = with_crew(1, compulsory=True), with_crew(1, notice=NOTICE, consent=0.0)
    cases = on_the_books(served)
    assert len(cases) == len(on_the_books(plain)) > 0
    slots = served.world.slot[cases["person"]]
    with_notice, without = served.world.awake.trust[slots], plain.world.awake.trust[slots]
    assert with_notice == pytest.approx(0.8 * without)
