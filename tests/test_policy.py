"""What a scenario's dated changes and switches tell the kernels, week by week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents.arrays import MAX_DOORS, NEVER, NOBODY, Count, PeopleCount
from agents.compile_doors import UNLIMITED
from agents.draft import agency_names
from agents.inputs import NO_EXCLUSION, Doors, ReviewRule
from agents.onset import onset_hazard, onset_of
from agents.streams import pick
from scenarios.changes import (
    BudgetChange,
    Change,
    CourseChange,
    EngagementChange,
    ExclusionChange,
    Group,
    InformationChange,
    OnsetChange,
    RedirectChange,
    ReferralChange,
    ReviewChange,
    RouteChange,
    StaffingChange,
    TeamChange,
    ThresholdChange,
)
from scenarios.names import N_NEEDS, NEED_KEYS, Need
from scenarios.quantities import Quantity
from scenarios.resolved import Scenario
from sim.model import Place, warm_up_weeks
from sim.policy import policy_at, policy_weeks
from tests.reference.neighbourhood import TEAMS, needy
from tests.small import small, without
from tests.worlds import at_week, changed, finished, in_use, lives, same_record, slots_of

HERE = small()
DOOR = {name: d for d, name in enumerate(agency_names(HERE))}
SUBSTANCE, EARLY_HELP = DOOR["substance"], DOOR["early_help"]
START = warm_up_weeks(HERE)
HALVED = BudgetChange(kind="budget", agency="substance", multiply=0.5)
TEAM = TeamChange(
    kind="team", name="crew", title="Crew", posts=3, cases_per_post=8, cost_gbp_per_post=52_000
)


def doors(scenario: Scenario, week: int | None = 0, teams: int = 0) -> Doors:
    return policy_at(scenario, week, teams).doors


def with_change(change: Change) -> Doors:
    """The doors when one change is fully in force."""
    return doors(changed(HERE, change))


def fields_that_differ(a: Doors, b: Doors) -> set[str]:
    return {name for name in a.dtype.names if not np.array_equal(a[name], b[name])}


# --- when ---


@pytest.mark.parametrize("week", [None, -1, 0, 9])
def test_a_policy_is_unchanged_before_its_change_starts(week: int | None) -> None:
    later = changed(HERE, HALVED, start=10, ramp=8)
    assert same_record(doors(later, week), doors(HERE, week))


def test_a_change_ramps_up_every_four_weeks() -> None:
    later = changed(HERE, HALVED, start=10, ramp=12)
    full = doors(HERE).budget_pence[SUBSTANCE]
    found = [doors(later, week).budget_pence[SUBSTANCE] / full for week in range(8, 30)]
    share = [1.0] * 2 + [5 / 6] * 4 + [4 / 6] * 4 + [3 / 6] * 12
    assert found == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize("ramp", [0, 1, 4])
def test_without_a_longer_ramp_a_change_acts_at_once(ramp: int) -> None:
    later = changed(HERE, HALVED, start=10, ramp=ramp)
    assert same_record(doors(later, 10), doors(changed(HERE, HALVED)))


def test_a_change_ends() -> None:
    passing = changed(HERE, HALVED, start=10, end=20)
    assert not same_record(doors(passing, 19), doors(HERE))
    assert same_record(doors(passing, 20), doors(HERE))


def test_a_change_from_before_the_start_is_in_force_at_the_start_and_not_before() -> None:
    old = changed(HERE, HALVED, start=-30, ramp=26)
    assert same_record(doors(old, -1), doors(HERE))
    assert same_record(doors(old, 0), doors(changed(HERE, HALVED)))


@pytest.mark.parametrize("start", [-7, 0, 10, 97])
@pytest.mark.parametrize("ramp", [0, 3, 26])
def test_the_weeks_in_which_a_policy_may_differ_are_known(start: int, ramp: int) -> None:
    scenario = changed(HERE, HALVED, TEAM, start=start, end=start + 61, ramp=ramp)
    known = policy_weeks(scenario)
    before = doors(scenario, 0, 1)
    for week in range(1, 104):
        now = doors(scenario, week, 1)
        assert week in known or same_record(now, before)
        before = now


def test_changes_act_in_the_order_in_which_they_are_named() -> None:
    sum_of_money = BudgetChange(
        kind="budget", agency="substance", set_gbp_per_year=Quantity(value=520_000)
    )
    weekly = {
        doors(changed(HERE, *both)).budget_pence[SUBSTANCE]
        for both in ((sum_of_money, HALVED), (HALVED, sum_of_money))
    }
    assert weekly == {500_000, 1_000_000}


# --- money, posts, places ---


def test_a_budget_buys_posts_and_posts_give_places() -> None:
    spec = HERE.evidence.agencies["substance"]
    money = 10 * spec.cost_gbp_per_post.value
    change = BudgetChange(kind="budget", agency="substance", set_gbp_per_year=Quantity(value=money))
    now = with_change(change)
    assert now.places[SUBSTANCE] == np.floor(10 * spec.cases_per_post.value)
    assert now.assessments[SUBSTANCE] == 10 * spec.assessments_per_post_per_week.value
    assert now.budget_pence[SUBSTANCE] == round(100 * money / 52)


def test_no_budget_leaves_no_place() -> None:
    gone = with_change(BudgetChange(kind="budget", agency="substance", multiply=0.0))
    assert (
        gone.places[SUBSTANCE] == gone.assessments[SUBSTANCE] == gone.budget_pence[SUBSTANCE] == 0
    )


def test_a_budget_changes_nothing_but_capacity() -> None:
    differing = fields_that_differ(with_change(HALVED), doors(HERE))
    assert differing == {"places", "assessments", "budget_pence"}


# --- set and multiply ---

SET = {
    "threshold": ThresholdChange(kind="threshold", agency="substance", add=-0.1, door="assessment"),
    "screen": ThresholdChange(kind="threshold", agency="substance", add=-0.1, door="screen"),
    "exclude": ExclusionChange(kind="exclusion", agency="substance", need="mental_health"),
    "rule": ReviewChange(kind="review", agency="substance", rule="keep"),
    "quiet_weeks": ReviewChange(kind="review", agency="substance", quiet_weeks=40),
    "max_weeks": ReviewChange(kind="review", agency="substance", max_weeks=40),
    "quality": ReferralChange(kind="referral", agency="substance", quality=1.0),
    "refers": ReferralChange(kind="referral", agency="substance", multiply=0.5),
    "information": InformationChange(kind="information", agencies=["substance"], share=0.7),
    "attendance": EngagementChange(kind="engagement", agency="substance", attendance=0.5),
    "missed_limit": EngagementChange(kind="engagement", agency="substance", missed_limit=20),
    "turnover": StaffingChange(kind="staffing", agency="substance", turnover_per_year=0.52),
}


@pytest.mark.parametrize("field", SET)
def test_a_change_moves_its_own_number_at_its_own_agency(field: str) -> None:
    now, before = with_change(SET[field]), doors(HERE)
    assert fields_that_differ(now, before) == {field}
    others = np.arange(int(before.n_doors)) != SUBSTANCE
    assert np.array_equal(now[field][:17][others], before[field][:17][others])


def test_each_number_moves_to_where_it_was_told() -> None:
    before = doors(HERE)
    now = {field: with_change(change)[field][SUBSTANCE] for field, change in SET.items()}
    assert now["threshold"] == pytest.approx(before.threshold[SUBSTANCE] - 0.1)
    assert now["screen"] == pytest.approx(before.screen[SUBSTANCE] - 0.1)
    assert (now["exclude"] == NO_EXCLUSION).all()
    assert now["rule"] == ReviewRule.KEEP
    assert now["quiet_weeks"] == now["max_weeks"] == 40
    assert now["quality"] == 1.0
    assert now["refers"] == pytest.approx(0.5 * before.refers[SUBSTANCE])
    assert (now["information"], now["attendance"], now["missed_limit"]) == (0.7, 0.5, 20)
    assert now["turnover"] == pytest.approx(0.01)


def test_half_way_up_a_ramp_a_number_is_half_way_there() -> None:
    change = EngagementChange(kind="engagement", agency="substance", attendance=0.25)
    before = doors(HERE).attendance[SUBSTANCE]
    half = doors(changed(HERE, change, ramp=8)).attendance[SUBSTANCE]
    assert half == pytest.approx((before + 0.25) / 2)


def test_a_route_moves_contacts_from_door_to_door() -> None:
    change = RouteChange(
        kind="route", need="mental_health", source="police", target="gp", share=0.5
    )
    now, before = (
        np.diff(d.route, axis=2, prepend=0.0)[0] for d in (with_change(change), doors(HERE))
    )
    moved = before[:, DOOR["police"]] / 2
    assert now[:, DOOR["police"]] == pytest.approx(moved)
    assert now[:, DOOR["gp"]] == pytest.approx(before[:, DOOR["gp"]] + moved)
    assert now.sum(axis=1) == pytest.approx(1.0)


def test_a_redirect_names_its_door_and_share() -> None:
    now = with_change(
        RedirectChange(kind="redirect", agency="substance", target="early_help", share=0.4)
    )
    assert (now.redirect_to[SUBSTANCE], now.redirect_share[SUBSTANCE]) == (EARLY_HELP, 0.4)


def test_half_way_up_a_ramp_the_share_passed_on_is_half_way_from_todays() -> None:
    """Not half way from none: a programme that begins does not first stop what is done already."""
    agency = "childrens_social_care"
    at = DOOR[agency]
    today = HERE.evidence.agencies[agency]
    assert today.redirects_to == "early_help" and today.redirect_share.value == 0.12
    for target, half_way in (("early_help", (0.12 + 0.6) / 2), ("voluntary", 0.6 / 2)):
        change = RedirectChange(kind="redirect", agency=agency, target=target, share=0.6)
        half = doors(changed(HERE, change, ramp=8))
        assert half.redirect_share[at] == pytest.approx(half_way)


def test_cumulative_shares_end_at_1_and_never_fall() -> None:
    now = doors(HERE)
    for shares in (now.route, now.accepts, now.crisis_outcome):
        assert (np.diff(shares, axis=-1) >= 0.0).all()
        assert (shares[..., -1] == 1.0).all()


def test_shares_that_add_up_to_slightly_less_than_1_leave_nothing_over() -> None:
    """A file's shares may be short of 1 by a millionth; it used to fall to door 31."""
    register = HERE.evidence
    routes = {
        need: route.model_copy(update={"day": _a_little_less(route.day)})
        for need, route in register.routes.items()
    }
    crisis = register.crisis
    crisis = crisis.model_copy(update={"outcomes": _a_little_less(crisis.outcomes)})
    now = doors(replace(HERE, evidence=replace(register, routes=routes, crisis=crisis)))
    just_below_1 = np.nextafter(1.0, 0.0)
    agencies = [pick(shares, just_below_1) for shares in now.route.reshape(-1, MAX_DOORS)]
    assert max(agencies) < len(DOOR)
    assert pick(now.crisis_outcome, just_below_1) == len(crisis.outcomes) - 1


def _a_little_less(shares: dict[str, float]) -> dict[str, float]:
    return {name: share * (1.0 - 9e-7) for name, share in shares.items()}


# --- teams ---


def test_a_team_is_a_door_after_the_agencies() -> None:
    n = len(DOOR)
    now = doors(changed(HERE, TEAM), 0, 1)
    assert (now.n_agencies, now.n_doors, now.places[n]) == (n, n + 1, 24)
    assert now.budget_pence[n] == 100 * 3 * 1000
    assert now.case_week_pence[n] == 100 * 3 * 1000 / 24


def test_a_door_kept_for_a_team_that_is_not_there_is_shut_and_costs_nothing() -> None:
    n = len(DOOR)
    padded = doors(HERE, 0, 2)
    assert padded.n_doors == n + 2
    for field in ("places", "budget_pence", "slice", "effect", "consent", "finding", "advocacy"):
        assert not padded[field][n:].any()
    assert (padded.exclude[n : n + 2] == NO_EXCLUSION).all()


def test_before_it_starts_and_after_it_ends_a_team_has_no_place() -> None:
    passing = changed(HERE, TEAM, start=10, end=20)
    n = len(DOOR)
    assert [doors(passing, week, 1).places[n] for week in (9, 10, 19, 20)] == [0, 24, 24, 0]
    assert [doors(passing, week, 1).budget_pence[n] > 0 for week in (9, 10, 20)] == [
        False,
        True,
        False,
    ]


# --- mechanisms ---


def off(mechanism: str, scenario: Scenario = HERE):  # type: ignore[no-untyped-def]
    """The policy with one mechanism switched off."""
    return policy_at(without(scenario, mechanism), 0, 1)


@pytest.mark.parametrize("mechanism", sorted(type(HERE.mechanisms).model_fields))
def test_before_the_start_every_mechanism_is_on(mechanism: str) -> None:
    before, on = policy_at(without(HERE, mechanism), -1, 1), policy_at(HERE, -1, 1)
    assert same_record(before.doors, on.doors)
    assert same_record(before.course, on.course)


COURSE_OFF = {
    "lifecourse": ("death", "birth", "move", "arrivals", "lifecourse"),
    "coupling": ("coupling", "onset_coupling"),
    "entrenchment": ("entrench",),
    "next_generation": ("parent_coupling",),
    "waiting_lists": ("give_up",),
    "heavy_tail": ("propensity_sigma",),
    "relapse": ("relapse",),
    "convex_contacts": ("contact_cube",),
}


@pytest.mark.parametrize("mechanism", COURSE_OFF)
def test_a_mechanism_that_is_off_has_no_rate(mechanism: str) -> None:
    without_it, with_it = off(mechanism).course, policy_at(HERE, 0, 1).course
    for field in COURSE_OFF[mechanism]:
        assert not np.any(without_it[field])
        assert np.any(with_it[field])


def test_life_events_off_leaves_what_belongs_to_the_next_generation() -> None:
    def happen(policy) -> set[str]:  # type: ignore[no-untyped-def]
        rates = policy.course.event_base + policy.course.event_slope.sum(axis=1)
        return {name for name, rate in zip(HERE.evidence.events, rates, strict=False) if rate > 0}

    children = {"worry_for_a_child", "adversity_at_home"}
    assert happen(off("life_events")) == children | {"death"}
    assert happen(off("next_generation")) == set(HERE.evidence.events) - children
    assert happen(off("lifecourse")) == set(HERE.evidence.events) - {"death"}


def test_linear_contacts_are_as_many_at_the_level_of_reference() -> None:
    linear, convex = off("convex_contacts").course, policy_at(HERE, 0, 1).course
    x = np.sqrt(0.3)
    assert linear.contact_linear * x == pytest.approx(convex.contact_cube * x**3)


def test_switches_open_and_shut_doors() -> None:
    gated = doors(HERE).gated == 1
    assert (off("waiting_lists").doors.places[gated] == UNLIMITED).all()
    assert (off("thresholds").doors.threshold == -UNLIMITED).all()
    assert (off("thresholds").doors.screen == -UNLIMITED).all()
    assert (off("silos").doors.information == 1.0).all()
    assert (off("exclusions").doors.exclude == NO_EXCLUSION).all()
    assert (off("withdrawal").doors.rule[: len(DOOR)] == ReviewRule.KEEP).all()
    assert (off("non_engagement").doors.missed_limit == 0.0).all()
    assert off("early_help").doors.places[EARLY_HELP] == 0.0
    assert off("trust").course.trust_floor == 1.0
    assert not off("teams", changed(HERE, TEAM)).doors.places[len(DOOR) :].any()


def test_nobody_has_a_tail_when_there_is_none() -> None:
    """Newcomers and newborns included."""
    people = in_use(finished(without(HERE, "heavy_tail")), Count.PEOPLE)
    assert (people.propensity == 1.0).all()


# --- changes of onset ---

CHILDREN = Group(age_from=5, age_below=15)


def fewer(multiply: float, group: Group = CHILDREN) -> OnsetChange:
    return OnsetChange(kind="onset", needs=["family"], multiply=multiply, group=group)


def test_a_change_of_onset_stretches_only_the_times_of_those_it_reaches() -> None:
    """Half the hazard, twice the time: for each sleeper on its own, in paired worlds."""
    scenario = changed(HERE, fewer(0.5))
    place = at_week(scenario, START)
    before, old_course = in_use(place, Count.PEOPLE).copy(), place.course
    place._apply_changes()
    after = in_use(place, Count.PEOPLE)
    hazard = np.array(
        [
            [onset_hazard(before, c, i, START) for c in (old_course, place.course)]
            for i in range(len(before))
        ]
    )
    age = START - before.birth_week
    reached = (hazard[:, 0] != hazard[:, 1]) & (before.resident == 1)
    assert (reached == ((age >= 5 * 52) & (age < 15 * 52) & (before.resident == 1))).all()
    asleep = reached & (slots_of(place) == NOBODY)
    left = np.maximum(1, np.ceil((before.wake_week - START) * hazard[:, 0] / hazard[:, 1]))
    assert np.array_equal(after.wake_week[asleep], START + left[asleep])
    assert np.array_equal(after.wake_week[~asleep], before.wake_week[~asleep])
    assert asleep.sum() > 300


def test_twice_the_hazard_and_back_leaves_a_time_within_two_weeks() -> None:
    scenario = changed(HERE, fewer(2.0), end=1)
    place = at_week(scenario, START)
    before = in_use(place, Count.PEOPLE).wake_week.copy()
    place._apply_changes()
    place.scenario = HERE
    place._apply_changes()
    late = in_use(place, Count.PEOPLE).wake_week - before
    asleep = (slots_of(place) == NOBODY) & (before < NEVER) & (before > START)
    assert late[asleep].min() >= 0
    assert late[asleep].max() <= 2


def test_a_hazard_is_that_of_the_age_one_has_also_between_the_age_bands() -> None:
    """The neighbourhood has changes of onset from 11 and to 40 and 58; no age band begins there."""
    place = Place(needy(warm_up_years=0), 1, 0, TEAMS)
    while place.week < 70:
        place.step()
        awake, week = in_use(place, Count.AWAKE), place.week - 1
        people, course = place.world.people, place.course
        hazards = [onset_hazard(people, course, i, week) for i in awake.person]
        assert np.array_equal(awake.onset_hazard, hazards), f"week {week}"


def test_a_change_by_1_leaves_every_life_alone() -> None:
    nothing = changed(HERE, fewer(1.0), start=20, end=60, ramp=12)
    assert lives(finished(nothing)) == lives(finished(HERE))


def test_onsets_that_had_stopped_begin_again_gradually() -> None:
    """When a hazard returns from zero, not everybody is struck in the same week."""
    none = OnsetChange(kind="onset", needs=list(NEED_KEYS), multiply=0.0)
    awake = finished(changed(HERE, none, end=30)).world.tally.people[:, PeopleCount.AWAKE]
    assert awake[START + 29] < awake[START]
    assert np.abs(np.diff(awake[START + 28 : START + 40])).max() < 20


def test_whom_a_change_reaches_does_not_depend_on_when_others_start_and_end() -> None:
    half = fewer(0.5, Group(reach=0.5))
    passing = changed(HERE, fewer(0.9, Group(reach=0.5)), start=10, end=20)
    both = changed(passing, half)
    place = at_week(HERE, START)
    people = in_use(place, Count.PEOPLE)
    children = np.flatnonzero((people.band < 4) & (people.resident == 1))

    def reached(week: int) -> list[bool]:
        courses = [policy_at(scenario, week, 0).course for scenario in (both, HERE)]
        hazards = [[onset_of(people, c, i, Need.FAMILY, START) for c in courses] for i in children]
        return [now < 0.6 * before for now, before in hazards]

    assert reached(5) == reached(15) == reached(30)
    assert 0.4 < np.mean(reached(30)) < 0.6


def test_remission_is_multiplied_for_its_need_alone() -> None:
    sooner = CourseChange(kind="course", needs=["alcohol"], multiply=3.0)
    ratio = policy_at(changed(HERE, sooner), 0, 0).course.remission
    ratio = ratio / policy_at(HERE, 0, 0).course.remission
    expected = np.ones(N_NEEDS)
    expected[Need.ALCOHOL] = 3.0
    assert ratio == pytest.approx(expected)
