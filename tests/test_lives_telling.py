"""Stories, tables, event logs and what could be seen agree with what happened."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import pytest

from agents.arrays import Happening
from experiments.census import Census, NobodyFound, diary_of, find, name_of
from experiments.cli import main, parser
from experiments.exchange import COLUMNS, XES, events, write_logs
from experiments.journey import Journey, journeys, titles
from experiments.missed import missed, ratio_interval
from experiments.process_map import flows, median_wait
from experiments.signs import _rule
from experiments.slices import slices_text
from experiments.story import is_shortened, story
from experiments.story_in_sum import in_sum
from sim.dealings import Dealing
from tests.worlds import tight


@pytest.fixture(scope="module")
def told(census: Census) -> list[Journey]:
    return journeys(census, diary_of(census, find(census, "contacts", 4, adults_only=True)))


def test_rules_find_whoever_has_most(census: Census) -> None:
    cost = census.pence.sum(axis=1)
    contacts = census.counts[:, :, Dealing.CONTACTS].sum(axis=1)
    assert cost[find(census, "cost", 1)[0]] == cost.max()
    assert contacts[find(census, "contacts", 1)[0]] == contacts.max()
    one = find(census, "refusals", 1)[0]
    assert find(census, name_of(int(census.key[one])), 1) == [one]


def test_an_unknown_rule_says_what_there_is(census: Census) -> None:
    with pytest.raises(NobodyFound, match="mr_a"):
        find(census, "zzz", 1)


def test_a_journey_holds_every_contact_and_every_penny(census: Census, told: list[Journey]) -> None:
    for journey, person in zip(told, told[0].diary.persons, strict=True):
        contacts = sum(step.kind == Happening.CONTACT for step in journey.steps)
        assert contacts == census.counts[person, :, Dealing.CONTACTS].sum() > 20
        assert journey.pence.sum() == census.pence[person].sum()
        assert round(100 * sum(s.cost_gbp for s in journey.steps)) == journey.pence.sum()


def test_an_excluded_referral_names_the_needs_that_shut_the_door(told: list[Journey]) -> None:
    shut = [s for j in told for s in j.steps if s.decision.startswith("excluded")]
    assert all(s.decision != "excluded: another need" for s in shut)


def test_the_story_counts_what_happened_and_holds_no_scores(told: list[Journey]) -> None:
    for journey in told:
        text = " ".join(story(journey).split())
        contacts = sum(step.kind == Happening.CONTACT for step in journey.steps)
        assert f"there were {contacts:,} contacts" in text
        assert "score" not in text
        assert journey.name in text


def test_a_story_is_short_enough_to_be_read_aloud(told: list[Journey]) -> None:
    """The lives with most contacts: two minutes a year, at 150 words a minute."""
    for journey in told:
        assert len(story(journey).split()) < 300 * journey.scenario.years
    shortened = [journey for journey in told if is_shortened(journey)]
    assert len(shortened) >= 2
    for journey in shortened:
        in_full = story(journey, in_full=True)
        assert len(in_full.split()) > 300 * journey.scenario.years


def test_a_year_in_sum_counts_what_happened(told: list[Journey]) -> None:
    """Every number of it is counted again here, from the steps."""
    journey = told[0]
    names = titles(journey.scenario)
    year = journey.steps[0].date.year
    steps = [s for s in journey.steps if s.date.year == year]
    text = " ".join(in_sum(steps, names, "She"))
    of = Counter(s.kind for s in steps)
    assert f"{of[Happening.CONTACT]:,} contacts" in text
    refused = Counter(names[s.agency] for s in steps if s.kind == Happening.REFUSED)
    most, n = refused.most_common(1)[0]
    assert f"{refused.total():,} referrals were closed without help: {most} {n:,} (" in text
    kept = of[Happening.ATTENDED]
    assert f"Of {kept + of[Happening.MISSED]:,} weekly appointments {kept:,} were kept" in text
    opened, closed = of[Happening.OPENED], of[Happening.CLOSED]
    assert opened > 1
    there_were = f"There were {opened:,} cases opened"
    assert f"{there_were} and {closed:,} closed: " in text or (not closed and there_were in text)


def test_slices_say_what_each_sees_beside_the_whole(told: list[Journey]) -> None:
    text = slices_text(told[0])
    gated = [s for s in told[0].scenario.evidence.agencies.values() if s.kind == "gated"]
    assert f"Of {len(gated)} agencies with a front door" in text
    assert all(spec.title in text for spec in gated)


def test_event_logs_say_the_same_in_all_three_forms(told: list[Journey], tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    write_logs(tmp_path, told)
    rows = list(events(told))
    with (tmp_path / "events.csv").open(encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    table = pq.read_table(tmp_path / "events.parquet")
    assert tuple(read[0]) == tuple(table.column_names) == COLUMNS
    assert [r["activity"] for r in rows] == [r["activity"] for r in read]
    assert table.column("activity").to_pylist() == [r["activity"] for r in rows]
    log = Xml.parse(tmp_path / "events_do_nothing.xes").getroot()
    assert len(log.findall(f"{{{XES}}}trace")) == len(told)
    assert len(log.findall(f".//{{{XES}}}event")) == len(rows)
    for journey in told:
        times = [row["timestamp"] for row in events([journey])]
        assert all(a < b for a, b in zip(times, times[1:], strict=False))


def test_the_xes_is_built_as_the_standard_says(told: list[Journey], tmp_path: Path) -> None:
    """IEEE 1849: the order of elements, the attributes each must have, and what they may hold."""
    write_logs(tmp_path, told)
    log = Xml.parse(tmp_path / "events_do_nothing.xes").getroot()
    order = ["extension", "global", "classifier", "attribute", "trace", "event"]
    float(log.attrib["xes.version"])
    kinds = [_kind(child) for child in log]
    assert [order.index(k) for k in kinds] == sorted(order.index(k) for k in kinds)
    for child in log.iter():
        _check_element(child)
    for trace in log.findall(f"{{{XES}}}trace"):
        inner = [_kind(child) for child in trace]
        assert inner == sorted(inner), "attributes first, then events"


VALUES = {"string": str, "date": dt.datetime.fromisoformat, "float": float, "int": int}
NEEDED = {
    "extension": {"name", "prefix", "uri"},
    "classifier": {"name", "keys", "scope"},
    "global": {"scope"},
}


def _kind(element: Xml.Element) -> str:
    tag = element.tag.removeprefix(f"{{{XES}}}")
    return "attribute" if tag in VALUES else tag


def _check_element(element: Xml.Element) -> None:
    tag = element.tag.removeprefix(f"{{{XES}}}")
    assert tag != element.tag, "every element is in the namespace of XES"
    if tag in VALUES:
        assert set(element.attrib) == {"key", "value"}
        assert " " not in element.attrib["key"]
        VALUES[tag](element.attrib["value"])
    else:
        assert set(element.attrib) >= NEEDED.get(tag, set())


def test_the_process_map_loses_nobody(census: Census) -> None:
    """Whoever is referred is turned away or goes on; what is opened came through the assessment."""
    doors = {a.title: d for d, a in enumerate(census.scenario.evidence.agencies.values())}
    for flow in flows(census):
        assert flow.referred == flow.screened_out + flow.accepted
        assert flow.below >= 0
        ended = flow.finished + flow.let_go + flow.time_up + flow.moved
        assert ended == census.tally.closed[:, doors[flow.title]].sum()
        assert flow.back_within_year <= flow.opened
    assert sum(flow.opened for flow in flows(census)) > 0


def test_median_wait_is_that_of_the_people() -> None:
    assert median_wait(np.array([1, 0, 2, 0])) == 2
    assert np.isnan(median_wait(np.zeros(4, np.int64)))


def test_a_rule_that_knows_is_always_right_and_one_that_does_not_is_half() -> None:
    wanted = np.arange(1000) < 10
    ties = np.linspace(0, 1, 1000)
    perfect = _rule("knows", wanted.astype(float), ties, wanted, 10)
    blind = _rule("blind", np.zeros(1000), ties, wanted, 10)
    assert (perfect.area, perfect.right, perfect.found) == (1.0, 1.0, 1.0)
    assert blind.area == 0.5


def test_a_ratio_of_constant_shares_has_no_spread() -> None:
    cost = np.array([1.0, 2.0, 5.0])
    found = ratio_interval(0.25 * cost, cost)
    assert found.low == pytest.approx(found.mean) == pytest.approx(0.25)


def test_nothing_is_saved_by_engaging_those_who_sleep(census: Census) -> None:
    """A door opened for somebody without needs opens nothing, so the life is the same."""
    asleep = np.flatnonzero(
        (census.start.world.slot < 0) & (census.start.world.people.resident == 1)
    )[:5]
    found = missed(census, [int(i) for i in asleep], weeks=[0])
    assert (found.saved == 0.0).all()


def test_engaging_the_costliest_changes_their_lives(census: Census) -> None:
    here = len(census.start.world.people)
    costliest = [i for i in find(census, "cost", 20) if i < here][:10]
    found = missed(census, costliest, weeks=[0, 78])
    assert (found.cost > 0).all()
    assert (found.saved != 0.0).any()


def test_a_bad_scenario_is_refused_before_anything_is_lived(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("")
    assert main(["lives", str(bad)]) == 2


def test_the_command_writes_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [tight(name, share=0.01, years=2) for name in ("do_nothing", "navigators")]
    monkeypatch.setattr("experiments.lives.load_scenarios", lambda paths: both)
    out = tmp_path / "out"
    files = ["do_nothing.toml", "navigators.toml"]
    assert main(["lives", *files, "--find", "contacts", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    person = next(path for path in out.iterdir() if path.is_dir())
    assert person.name in said
    assert {path.name for path in person.iterdir()} >= {
        "story.txt", "journey_do_nothing.csv", "journey_navigators.json",
        "timeline_do_nothing.png", "twins.png", "twins.json",
    }  # fmt: skip
    assert {path.name for path in out.iterdir()} >= {
        "events.csv", "events.parquet", "events_do_nothing.xes", "process_map_navigators.svg",
        "manifest.json",
    }  # fmt: skip


def test_the_commands_of_the_guide_are_commands() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "lives.md").read_text(encoding="utf-8")
    typed = ".venv/bin/upstream "
    commands = [line.split()[1:] for line in guide.splitlines() if line.startswith(typed)]
    assert len(commands) == 5
    for command in commands:
        arguments = parser().parse_args(command)
        assert all(path.exists() for path in arguments.scenarios)
