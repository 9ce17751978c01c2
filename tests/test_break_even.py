"""Paying back: closed forms of what is reckoned, and the value of knowing against its formula."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from agents.arrays import Floats
from calibration.ensemble import load_ensemble
from experiments import cli
from experiments.books import AS_IT_IS, Books, Paying, money_measures, paid_back, who_pays
from experiments.break_even import (
    AIMS,
    STRENGTHS,
    BreakEven,
    _notes,
    lasting_from_start,
    measures_of,
    price,
    wilson,
)
from experiments.break_even_content import content_of
from experiments.break_even_figures import uncertain_figure
from experiments.break_even_text import _back, in_force_words, text_of
from experiments.crossing import band, crossing
from experiments.evppi import evppi, worth_of_each
from experiments.futures import parameter_sets, plausible_sets, relevant
from experiments.indices import two_sided
from experiments.paired import Worlds, live, nothing_changed
from experiments.stats import Interval, mean_interval, t_quantile, taken_together
from experiments.stronger import (
    has_more_than_a_team,
    of_which_there_is_half,
    stronger,
    with_aim,
    with_strength,
)
from experiments.wording import in_columns
from scenarios.changes import InformationChange, TeamChange
from scenarios.load import load_scenario
from scenarios.quantities import Quantity
from scenarios.resolved import DatedChange, Scenario
from tests.questions import SCENARIOS, ask, shrink
from tests.small import small
from tests.worlds import tight


def worth_by_formula(mean: float, sd: float) -> float:
    """E max(0, X) - max(0, E X) of a normal X: the unit normal loss integral."""
    return float(sd * norm.pdf(mean / sd) + mean * norm.cdf(mean / sd) - max(mean, 0.0))


def test_the_value_of_knowing_is_that_of_the_closed_form() -> None:
    """Net benefit linear in normal numbers, and noise. Seed fixed; 3 standard errors of the mean
    of max(0, x) over 4,000 draws are 0.08."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4000, 3))
    net = 0.5 + 2.0 * x[:, 0] - x[:, 1] + rng.normal(size=4000)
    for column, sd in ((0, 2.0), (1, 1.0)):
        assert abs(evppi(x[:, column], net)[0] - worth_by_formula(0.5, sd)) < 0.08
    assert evppi(x[:, 2], net)[0] < 0.01


def test_a_bent_dependence_is_found() -> None:
    """Net benefit x² - 1 of a normal x has no correlation with x; its worth is E max(0, x² - 1)."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=4000)
    net = x * x - 1.0 + 0.5 * rng.normal(size=4000)
    truth = 2 * norm.pdf(1.0)  # E (x² - 1)+ for a standard normal, by parts
    assert abs(evppi(x, net)[0] - truth) < 0.1


def test_numbers_that_mean_nothing_are_within_the_noise() -> None:
    rng = np.random.default_rng(3)
    x = rng.random((100, 30))
    net = 3.0 * (x[:, 4] - 0.5) + 0.3 * rng.normal(size=100)
    found = worth_of_each(tuple(str(i) for i in range(30)), x, net, 1)
    assert found[0].name == "4" and found[0].gbp > found[0].noise and found[0].slope > 0.9
    assert all(w.gbp <= w.noise for w in found[1:])


def test_a_number_with_all_its_values_the_same_is_worth_nothing() -> None:
    assert evppi(np.ones(50), np.linspace(-1, 1, 50))[0] == 0.0


def test_where_it_crosses() -> None:
    net = np.array([[-3.0, -1.0, 1.0], [-3.0, -1.0, 1.0]])
    found = crossing((0.0, 1.0, 2.0), net)
    assert found.at == found.low == found.high == 1.5
    assert math.isnan(crossing((0.0, 1.0), np.array([[-2.0, -1.0], [-2.0, -1.0]])).at)
    assert crossing((0.0, 1.0), np.array([[1.0, 2.0], [1.0, 2.0]])).at == 0.0


def test_the_interval_is_where_the_pictures_band_holds_nought() -> None:
    """Two replicates in straight lines, at -2 and -1 to begin with and 2 and 3 in the end: the
    mean crosses at 3/8. Student's interval of two is 12.706 / 2 times their distance, here 1."""
    net = np.array([[-2.0, 2.0], [-1.0, 3.0]])
    found = crossing((0.0, 1.0), net)
    assert math.isclose(found.at, 0.375)
    assert found.low == 0.0 and math.isinf(found.high)  # ±6.35 around a mean of at most 2.5
    tenfold = crossing((0.0, 1.0), 10 * net + np.array([[4.5], [-4.5]]))  # 1 apart, slope 40
    assert math.isclose(tenfold.at, 0.375)
    assert math.isclose(tenfold.low, 0.375 - 12.706 / 2 / 40, abs_tol=1e-5)
    assert math.isclose(tenfold.high, 0.375 + 12.706 / 2 / 40, abs_tol=1e-5)
    shown = band((0.0, 1.0), net)
    assert np.allclose(shown.high - shown.mean, 12.706 / 2, atol=1e-3)


def test_what_pays_only_at_less_does_not_pay_from_there_on() -> None:
    """A cut with a team: without the team's places it might pay, with them it does not."""
    found = crossing((0.0, 0.5, 1.0), np.array([[1.0, -5.0, -3.0], [1.0, -5.0, -3.0]]))
    assert math.isnan(found.at) and found.best == 1.0


def test_when_it_has_paid_back() -> None:
    assert paid_back(np.array([-2.0, -1.0, 1.0, 3.0])) == 2.5
    assert math.isnan(paid_back(np.array([-2.0, 1.0, -1.0])))


def test_who_pays_for_it() -> None:
    """Of a team its payer, of a sum of money those whose budgets rise; a cut is paid by nobody."""
    assert who_pays(small("navigators")) == {"council"}
    assert who_pays(small("budget_cut")) == frozenset()
    assert "council" in who_pays(small("early_intervention"))


def test_who_pays_nothing_has_nothing_paid_back() -> None:
    """They gain from the first year on: to say that it is paid back would be odd."""
    gain, loss, unclear = Interval(1e6, 9e5, 1.1e6), Interval(-1e6, -2e6, -5e5), Interval(0, -1, 1)
    told = [
        _back(Paying("police", gain, gain, 1.0, 1.0, pays=False)),
        _back(Paying("police", unclear, gain, math.nan, math.inf, pays=False)),
        _back(Paying("council", gain, gain, 1.0, 1.0, pays=True)),
        _back(Paying("council", gain, gain, 2.5, 3.1, pays=True)),
        _back(Paying("council", unclear, gain, 2.5, math.inf, pays=True)),
        _back(Paying("nhs", loss, loss, math.nan, math.inf, pays=False)),
        _back(Paying("nhs", gain, gain, 2.5, 3.1, pays=False)),
    ]
    assert told == [
        "pays nothing for it", "pays nothing for it", "its first year", "2.5 years",
        "not to be told", "not in these years", "2.5 years",
    ]  # fmt: skip


def told_of(
    by_year: list[list[float]], name: str = "navigators", cash: float | None = None
) -> tuple[str, Paying]:
    """What is said of the purse where these are its net benefits, by replicate, year by year."""
    net = np.array(by_year)
    sure, end = crossing(range(1, 1 + net.shape[1]), net).high, mean_interval(net[:, -1])
    in_cash = end if cash is None else Interval(cash, cash, cash)
    back = paid_back(net.mean(axis=0))
    cash_back, cash_sure = (back, sure) if cash is None else (math.nan, math.inf)
    purse = Paying("public purse", end, in_cash, back, sure, True, cash_back, cash_sure)
    nets = {f"{what} {x:g}": [1.0, 2.0] for what, at in (("aim", AIMS), ("strength", STRENGTHS))
            for x in at}  # fmt: skip
    found = replace(found_from(nets, small(name), 1e6), payers=[purse])
    return " ".join(text_of(found).split()), purse


def test_paid_back_carries_its_doubt() -> None:
    """Half the interval of two replicates is 12.706 / 2 of their distance, here 6.353 (millions):
    the band's lower edge is at -5.353, -0.353 and 1.647, above £0 from year 2.18 on."""
    half = t_quantile(1) / 2
    told, purse = told_of([[0.5e6, 5.5e6, 7.5e6], [1.5e6, 6.5e6, 8.5e6]])
    assert purse.back_in == 1.0
    assert math.isclose(purse.sure_in, 2 + (half - 6) / 2)
    assert "its first year 2.2 years" in told
    assert "in its first year on average; beyond chance from its third." in told


def test_money_back_that_is_no_cash_is_said_in_the_same_breath() -> None:
    """Of the purse's gain cash may be a loss: time freed is worth something, and buys nothing."""
    assert "Not in cash" not in told_of([[1e6, 2e6], [1.1e6, 2.1e6]])[0]
    assert "Not in cash" in told_of([[1e6, 2e6], [1.1e6, 2.1e6]], cash=-1e6)[0]


def test_the_year_in_cash_is_told_beside_the_year_in_all() -> None:
    """Of a gain of half a million in cash in the third year, that of all in the first is no year
    to promise finance."""
    told, purse = told_of([[1.0e6, 5.0e6, 8.0e6], [1.1e6, 5.1e6, 8.1e6]])
    gain = Interval(5e5, 3e5, 7e5)
    for cash, back, sure, said in (
        (gain, 2.6, 3.5, "In cash: in its third year on average; beyond chance from its fourth."),
        (gain, 2.6, math.inf, "third year on average; beyond chance in none of the years looked"),
        (Interval(1e5, -3e5, 5e5), 2.9, math.inf, "In cash it cannot be told from chance in these"),
        (Interval(-5e5, -7e5, -3e5), math.nan, math.inf, "Not in cash: more is paid out than can"),
    ):
        one = replace(purse, cash=cash, cash_back_in=back, cash_sure_in=sure)
        found = replace(_with_futures(0), payers=[one])
        told = " ".join(text_of(found).split())
        assert "has its money back in its first year on average" in told and said in told
        assert (
            content_of(found)["payers"]["public purse"]["paid_back_years_cash_beyond_chance"]
            == sure
        )


def test_few_futures_are_rough() -> None:
    few = replace(_with_futures(8), payers=())
    assert "Rough: 8 futures are few. Better: 32 or more." in text_of(few)
    assert "futures are few" not in text_of(replace(_with_futures(32), payers=()))


def test_the_picture_carries_the_same_caution() -> None:
    for n, rough in ((8, True), (32, False)):
        picture = uncertain_figure(_with_futures(n))
        below = picture._supxlabel.get_text()  # type: ignore[attr-defined]
        assert ("Rough: 8 futures are few. Better: 32 or more." in below) == rough


def test_years_counted_are_years_in_force_and_a_comparisons_may_not_be() -> None:
    """The navigators begin a year after the scenario: a comparison over two years holds one."""
    scenario, first = lasting_from_start(small("navigators"), 2)
    assert first == 1
    found = replace(_with_futures(0), scenario=scenario, years=2)
    told = " ".join(text_of(found).split())
    assert "Counted: 2 years in force, from the first week; a comparison over 2 years may" in told
    dated = replace(scenario.changes[0], end=scenario.changes[0].start + dt.timedelta(weeks=52))
    pilot = replace(found, scenario=replace(scenario, changes=(dated,)))
    told = " ".join(text_of(pilot).split())
    assert "Counted: 2 years from its start, in force in 1 of them; a comparison" in told


def test_a_start_within_a_year_is_counted_from_there() -> None:
    """Whenever it starts, so many years of it are paid for, and all of them are in force."""
    spent, told = [], []
    for day in (dt.date(2025, 4, 1), dt.date(2025, 10, 1), dt.date(2026, 3, 1)):
        given = small("navigators")
        changes = tuple(replace(dated, start=day) for dated in given.changes)
        scenario, first = lasting_from_start(replace(given, changes=changes), 2)
        measures = money_measures(scenario)
        runs = live(Worlds((nothing_changed(scenario), scenario), measures, 1, 0))[None]
        spent.append(Books(measures, scenario, first).spent(runs, AS_IT_IS)[0])
        told.append(in_force_words(replace(_with_futures(0), scenario=scenario, years=2)))
    assert spent == pytest.approx([spent[0]] * 3, rel=1e-6) and spent[0] > 0
    assert all("Counted: 2 years in force, from the first week" in said for said in told)


def test_a_place_that_was_not_calibrated_has_the_futures_of_the_one_most_like_it() -> None:
    scenario = load_scenario(Path(SCENARIOS).parent / "durham" / "navigators.toml")
    (numbers,) = plausible_sets(scenario, 1, 1)
    ensemble = load_ensemble("portsmouth")
    known = [ensemble.settings(i) for i in range(len(ensemble.weights))]
    assert {name: numbers[name] for name in ensemble.names} in known
    whole = replace(_with_futures(32), scenario=scenario, sets_of="portsmouth")
    assert (
        "County Durham has not been calibrated: each future has a set of numbers that fits the"
        in (" ".join(text_of(whole).split()))
    )
    own = replace(_with_futures(32), sets_of="portsmouth")
    assert "Each future has a set of numbers that fits Portsmouth's figures" in text_of(own)


def test_the_strength_that_pays_is_no_size_of_a_team() -> None:
    nets = {f"aim {a:g}": [1.0, 2.0] for a in AIMS}
    nets |= {f"strength {s:g}": [10 * s - 0.6, 10 * s - 0.59] for s in STRENGTHS}
    told = " ".join(text_of(found_from(nets, small("navigators"), 1.0)).split())
    assert "from 0.06 times the effect on people set for it" in told
    assert "what it does for each person it reaches, not its size: every post and place" in told


def test_what_strength_multiplies_is_named_where_it_is_no_team() -> None:
    """Early intervention: a door, what is passed on and the police; nothing is done to people."""
    nets = {f"aim {a:g}": [1.0, 2.0] for a in AIMS}
    nets |= {f"strength {s:g}": [10 * s - 0.6, 10 * s - 0.59] for s in STRENGTHS}
    told = " ".join(text_of(found_from(nets, small("early_intervention"), 1.0)).split())
    assert "How strong: from 0.06 times what it changes (95%" in told
    assert (
        "What is multiplied, from today's values on: Early help for families: threshold lowered by "
        "0.06 (of 0 to 1); Children's social care: 60% of those refused below the threshold "
        "passed on to Early help for families; Referrals by Police: conveys 50% of the need. Bud"
    ) in told
    assert "One of these may undo another: ask of each in a scenario of its own." in told
    assert "effect on people" not in told and "for each person" not in told
    both = with_changes(small("navigators"), *small("early_intervention").changes[1:2])
    told = " ".join(text_of(found_from(nets, both, 1.0)).split())
    assert "Navigators: the effect on people set for it; Early help for families: thr" in told, told


def test_a_loss_that_chance_could_hide_at_less_than_was_tried_is_said_so() -> None:
    nets = {f"aim {a:g}": [1.0, 2.0] for a in AIMS}
    mean = {0.0: -20.0, 0.5: -9.0, 1.0: -1.0, 1.5: -4.0, 2.0: -8.0}
    for luck, said in ((0.01, "not even at 2 times"), (2.0, "nor on average at less, though")):
        nets |= {f"strength {s:g}": [mean[s] - luck / 10, mean[s] + luck / 10] for s in STRENGTHS}
        told = " ".join(text_of(found_from(nets, small("navigators"), 1.0)).split())
        assert said in told and "chance could hide it (95%" not in told


def test_what_an_agency_is_told_moves_from_what_it_is_told_today() -> None:
    police = small().evidence.agencies["police"]
    told = police.model_copy(update={"information_shared": Quantity(value=0.2)})
    change = InformationChange(kind="information", agencies=["police"], share=0.6)
    for strength, share in ((0.0, 0.2), (0.5, 0.4), (1.0, 0.6), (2.0, 1.0)):
        moved = stronger(change, strength, {"police": told})
        assert moved.share == pytest.approx(share)  # type: ignore[union-attr]


def test_what_is_passed_on_to_another_door_has_today_at_nought() -> None:
    scenario = small("early_intervention")
    passed_on = scenario.changes[2].change.model_copy(update={"target": "voluntary"})
    elsewhere = with_changes(scenario, replace(scenario.changes[2], change=passed_on))
    at = {s: with_strength(elsewhere, s).changes[-1].change for s in (0.0, 0.5)}
    today = scenario.evidence.agencies["childrens_social_care"]
    assert at[0.0].target == today.redirects_to  # type: ignore[union-attr]
    assert at[0.0].share == today.redirect_share.value  # type: ignore[union-attr]
    assert (at[0.5].target, at[0.5].share) == ("voluntary", 0.3)  # type: ignore[union-attr]


def test_a_long_figure_stands_apart_from_the_one_before_it() -> None:
    cells = ["-0.003 ±0.001", "(-0.0004 ±0.0004)"]
    assert in_columns(cells, 16) == "   -0.003 ±0.001 (-0.0004 ±0.0004)"
    doubtful = Interval(-12_340_000, -12_450_000, -12_230_000)
    both = taken_together(doubtful, (-20e6, 9e6))
    paid = Paying("council", both, both, 1.0, math.inf, pays=True)
    lines = text_of(replace(_with_futures(0), payers=(paid,))).splitlines()
    (line,) = (line for line in lines if line.startswith("Council"))
    assert line.split("  ")[-1].strip() and line.count(" (") == 2
    assert max(map(len, lines)) <= 100


def _with_futures(n: int) -> BreakEven:
    nets = {f"{what} {x:g}": [1.0, 2.0] for what, at in (("aim", AIMS), ("strength", STRENGTHS))
            for x in at}  # fmt: skip
    found = found_from(nets, small("navigators"), 1e6)
    return replace(found, nets=np.linspace(1e5, 1e6, n), effects=np.linspace(1.0, 9.0, n))


def test_what_is_never_paid_back_beyond_chance_is_said_so() -> None:
    told, purse = told_of([[0.5e6, 1.0e6], [1.5e6, 3.0e6]])
    assert purse.back_in == 1.0 and math.isinf(purse.sure_in)
    assert "first year on average; beyond chance in none of the years looked at." in told
    assert "not to be told no All that it saves counted, the public" in told
    told, _ = told_of([[2.0e6, 3.0e6]])
    assert "beyond chance from" not in told and "beyond chance in" not in told  # a single replicate


def test_the_price_is_savings_over_cost() -> None:
    found = price(np.array([50.0, 50.0, 50.0]), np.array([100.0, 100.0, 100.0]))
    assert found.mean == found.low == found.high == 1.5


def test_an_interval_of_a_share() -> None:
    """Wilson's, as in Brown, Cai and DasGupta (2001): 0 of 10 reaches to 0.278."""
    low, high = wilson(0.0, 10)
    assert abs(low) < 1e-12 and abs(high - 0.2775) < 1e-3


def test_the_books_add_up() -> None:
    """All payers together save what the whole saves; a programme's cost is in it once."""
    scenario, first = lasting_from_start(small("navigators", years=3), 2)
    assert first == 0 or scenario.years == first + 2
    measures = (*money_measures(scenario), "cost.total")
    runs = live(Worlds((nothing_changed(scenario), scenario), measures, 1, 0))[None]
    books = Books(measures, scenario, first)
    assert np.allclose(books.net(runs, AS_IT_IS), books.saved(runs, AS_IT_IS, ["cost.total"]))
    payers = books.payers(runs, AS_IT_IS)
    assert np.isclose(payers[0].net.mean, sum(p.net.mean for p in payers[1:]))
    assert np.isclose(payers[0].cash.mean, sum(p.cash.mean for p in payers[1:]))
    in_cash = books.net(runs, AS_IT_IS, cash=True).mean(axis=0)
    assert math.isnan(payers[0].cash_back_in) == (in_cash[-1] < 0)
    assert books.spent(runs, AS_IT_IS)[0] > 0


def test_strength_one_is_as_it_is_and_nought_leaves_the_money() -> None:
    scenario = small("early_intervention")
    assert with_strength(scenario, 1.0).changes == scenario.changes
    none = with_strength(scenario, 0.0)
    assert [d.change.kind for d in none.changes] == [d.change.kind for d in scenario.changes]
    assert none.changes[0] == scenario.changes[0]  # the budget
    assert none.changes[1].change.add == 0.0  # type: ignore[union-attr]
    door = scenario.evidence.agencies["childrens_social_care"]
    assert door.redirects_to == "early_help" and door.redirect_share.value > 0
    assert none.changes[2].change.share == door.redirect_share.value  # type: ignore[union-attr]
    police = scenario.evidence.agencies["police"].referral_quality.value
    assert none.changes[3].change.quality == police  # type: ignore[union-attr]
    assert of_which_there_is_half(small("navigators"))
    assert not of_which_there_is_half(small("budget_cut"))


def test_aim_leaves_the_cost() -> None:
    scenario = small("navigators")
    team, aimed = scenario.changes[0].change, with_aim(scenario, 0.25).changes[0].change
    assert isinstance(team, TeamChange) and isinstance(aimed, TeamChange)
    assert aimed.posts == 0.25 * team.posts
    assert aimed.posts * aimed.cost_gbp_per_post == team.posts * team.cost_gbp_per_post


def with_changes(scenario: Scenario, *more: DatedChange) -> Scenario:
    """The same with other changes besides."""
    return replace(scenario, changes=(*scenario.changes, *more))


def with_a_cut(scenario: Scenario) -> Scenario:
    """The same with a third off the drug and alcohol service."""
    return with_changes(scenario, *tight("budget_cut").changes)


def test_without_aim_everything_but_the_teams_help_is_in_force() -> None:
    """No aim is the rest of the scenario, and the team's cost lost: to the penny, and in every
    life. Of the team alone it is doing nothing, at its cost."""
    team = tight("navigators", share=0.05, years=4)
    both = replace(team, changes=(*team.changes, *tight("budget_cut", share=0.05).changes))
    cut = replace(both, changes=both.changes[len(team.changes) :])
    assert has_more_than_a_team(both) and not has_more_than_a_team(team)
    measures = money_measures(team)
    worlds = (nothing_changed(both), with_aim(team, 0.0), cut, with_aim(both, 0.0))
    names = ("nothing", "team", "cut", "both")
    runs = live(Worlds(worlds, measures, 1, 0))[None]
    books = Books(measures, both, 1, names)
    net = {name: books.net(runs, name)[0, -1] for name in names}
    lost = books.spent(runs, "team")[0]
    assert lost > 0 and np.isclose(net["team"], -lost)
    assert np.isclose(net["both"], net["cut"] - lost)
    saved = -books.spent(runs, "cut")[0]
    assert saved > 0 and not np.isclose(net["cut"], saved)  # what the cut does to people
    weeks = measures.index("crisis_weeks")
    assert np.array_equal(runs[0, 0, weeks], runs[0, 1, weeks])
    assert np.array_equal(runs[0, 2, weeks], runs[0, 3, weeks])


def found_from(nets: dict[str, list[float]], scenario: Scenario, spent: float) -> BreakEven:
    """What two replicates with these net benefits come to, by setting."""
    net = {name: np.array(values) for name, values in nets.items()}
    aims, strengths = (
        np.array([net[f"{what} {x:g}"] for x in at]).T
        for what, at in (("aim", AIMS), ("strength", STRENGTHS))
    )
    own, cost = net["aim 1"], np.full(2, spent)
    return BreakEven(
        scenario, 5, 2, 1, (), np.zeros((2, 5, 2)), mean_interval(cost), price(own, cost),
        price(own, cost), crossing(STRENGTHS, strengths), crossing(AIMS, aims), strengths, aims,
        np.zeros(0), np.zeros(0), (), 0.0,
    )  # fmt: skip


def test_a_plan_that_costs_in_all_is_told_in_words() -> None:
    """A cut with a team, whose harm is there without the team's help as well."""
    nets = {f"aim {a:g}": [-8e6 + 5e6 * a, -7e6 + 4e6 * a] for a in AIMS}
    nets |= {f"strength {s:g}": [-8e6 + 2e6 * s, -7e6 + 2e6 * s] for s in STRENGTHS}
    told = " ".join(text_of(found_from(nets, with_a_cut(tight("navigators")), 4e5)).split())
    assert "saves nothing that could pay for it" in told and " times that" not in told
    assert "How well aimed: not even if every place" in told
    assert "How strong: not even at 2 times" in told
    assert "write a scenario that has the team alone" in told


def test_of_a_sum_that_is_nearly_nothing_no_multiple_is_told() -> None:
    """A cut pays for a team: £32,000 are left to pay, and 270 times that says nothing."""
    nets = {f"{what} {x:g}": [8.6e6, 8.8e6] for what, at in (("aim", AIMS), ("strength", STRENGTHS))
            for x in at}  # fmt: skip
    told = " ".join(text_of(found_from(nets, small("navigators"), 32e3)).split())
    assert "it costs £32.0k beyond today's budgets, and all it saves is more than 20 times" in told
    assert "would pay for" not in told
    told = " ".join(text_of(found_from(nets, small("navigators"), 1e6)).split())
    assert "all it saves would pay for 9.70 ±" in told


def test_few_replicates_are_told_and_what_chance_may_make() -> None:
    """It saves 3 ±51 times what it costs: the mean of a large loss and a larger gain."""
    nets = {f"aim {a:g}": [-2e6, 6e6] for a in AIMS}
    nets |= {f"strength {s:g}": [-2e6, 6e6] for s in STRENGTHS}
    told = " ".join(text_of(found_from(nets, small("navigators"), 1e6)).split())
    assert "Rough: 2 replicates are few" in told
    assert "times that (chance alone may make it), and" in told
    assert ", on average; beyond chance nowhere (95%: from" in told


def test_what_pays_on_average_only_is_not_called_enough() -> None:
    """The mean is above nought at none of the effect, its band is not; at 2 times it is."""
    nets = {f"aim {a:g}": [a - 0.2, a - 0.19] for a in AIMS}
    nets |= {f"strength {s:g}": [0.1 + s, 0.3 + s] for s in STRENGTHS}
    told = " ".join(text_of(found_from(nets, small("navigators"), 1.0)).split())
    assert "even at none" not in told and "write a scenario" not in told
    assert (
        "already at none of the effect on people set for it, by what comes with it (a place kept"
        in told
    )
    assert "doors) (95%: 0.00 to 1.07 times, from" in told
    assert "at least 20% of its places" in told and "(95%: 13% to 26%, from where" in told
    nets |= {f"strength {s:g}": [1.0 + s, 1.1 + s] for s in STRENGTHS}
    told = " ".join(text_of(found_from(nets, small("navigators"), 1.0)).split())
    assert "even at none of the effect on people set for it" in told


def test_sets_of_numbers_fill_their_ranges_evenly() -> None:
    scenario = small()
    numbers = relevant(scenario)
    sets = parameter_sets(scenario, 40, 1)
    assert sets == parameter_sets(scenario, 40, 1) != parameter_sets(scenario, 40, 2)
    assert not any(name.startswith("crisis_pathway.") for name in numbers)
    for name, x in numbers.items():
        drawn = np.array([s[name] for s in sets])
        assert (drawn >= x.low).all() and (drawn <= x.high).all()
        if x.low < x.value < x.high:  # a hypercube: exactly half below
            assert (drawn < x.value).sum() == 20


def test_probable_futures_are_those_that_calibration_leaves() -> None:
    scenario = small()
    assert scenario.place_name == "portsmouth"
    ensemble = load_ensemble("portsmouth")
    known = {tuple(ensemble.settings(i).items()) for i in range(len(ensemble.weights))}
    names = set(relevant(scenario))
    for numbers in plausible_sets(scenario, 12, 1):
        assert tuple((name, numbers[name]) for name in ensemble.names) in known
        assert names <= set(numbers)  # prices as well


def test_a_number_at_the_end_of_its_range_may_lie_anywhere_in_it() -> None:
    assert two_sided(0.25, 0.0, 0.0, 4.0) == 1.0
    assert two_sided(0.25, 0.0, 1.0, 4.0) == 0.5
    assert two_sided(0.75, 0.0, 1.0, 4.0) == 2.5


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch)
    found = ask(
        tmp_path / "out", "break-even", str(SCENARIOS / "navigators.toml"), "--within", "1",
        "--replicates", "2", "--futures", "6",
    )  # fmt: skip
    assert set(found["net_by_strength"]) == {f"{s:g}" for s in STRENGTHS}
    purse = found["payers"]["public purse"]["net"]["mean"]
    assert np.isclose(found["net_by_aim"]["1"], purse)
    assert "paid_back_years_beyond_chance" in found["payers"]["public purse"]
    assert np.isclose(found["net_by_aim"]["0"], -found["programme"]["mean"])
    assert len(found["acceptability"]["probability"]) == 51


def test_there_must_be_something_to_pay_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch)
    assert cli.main(["break-even", str(SCENARIOS / "do_nothing.toml")]) == 2
    assert "nothing to pay back" in capsys.readouterr().err


def _years_of_places(taken: float, wait: float) -> tuple[Books, Floats]:
    """Two replicates of a cut to the drug and alcohol service with so many places taken there."""
    scenario = tight("budget_cut")
    books = Books(measures_of(scenario), scenario, 0)
    runs = np.zeros((2, 2, len(books.measures), 1 + scenario.years))
    runs[:, :, books.measures.index("open.substance")] = taken
    runs[:, :, books.measures.index("wait_weeks.substance")] = wait
    return books, runs


def test_a_budget_that_empty_places_pay_is_said_to_be_so() -> None:
    """What a cut saves where places stand empty is theirs, and no finding about the service."""
    (note, *_) = _notes(*_years_of_places(1.0, 0.0))
    assert note.startswith("Places stand empty: Drug and alcohol service. Nobody waits there")
    found = replace(_with_futures(0), notes=(note,))
    assert "Places stand empty: Drug and alcohol service." in text_of(found)
    assert content_of(found)["notes"] == [note]


def test_a_budget_that_is_no_figure_of_the_place_is_said_to_be_so() -> None:
    scenario = load_scenario(Path(SCENARIOS).parent / "anglesey" / "early_help_cut_20.toml")
    books = Books(measures_of(scenario), scenario, 0)
    runs = np.full((2, 2, len(books.measures), 1 + scenario.years), 1e6)  # all taken, people wait
    (note,) = _notes(books, runs)
    assert "moves budgets that are no figures of yours: Early help for families" in note


def test_what_moves_no_budget_has_no_such_note() -> None:
    scenario = tight("navigators")
    books = Books(measures_of(scenario), scenario, 0)
    assert books.measures == money_measures(scenario)
    assert _notes(books, np.zeros((2, 2, len(books.measures), 1 + scenario.years))) == ()
