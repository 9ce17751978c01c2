"""A family told in plain words, and as a table with a row for each member."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from experiments import drawing
from experiments.families import Family, Member
from experiments.journey import NEEDS, Journey, titles
from experiments.story import wrapped
from scenarios.names import NEED_KEYS

TOLD_NEEDS, TOLD_AGENCIES = 4, 5
"""So many are named of each, those that were most."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def family_text(family: Family) -> str:
    """The family, each of its members, and what was passed on."""
    lines = [*wrapped(_opening(family)), ""]
    for member in family.members:
        lines += [*wrapped(f"{_who(member)}. {' '.join(_told(member))}", "  "), ""]
    passed = " ".join(_passed_on(family))
    end = "These are simulated people, and nobody real."
    return "\n".join([*lines, *wrapped(f"What was passed on. {passed}"), *wrapped(end)]) + "\n"


def _opening(family: Family) -> str:
    first = family.members[0].journey
    children = [member for member in family.members if member.child]
    looked_after = sum(bool(member.care) for member in children)
    years = first.scenario.years
    n = len(family.members)
    return (
        f"A simulated family, {family.name}, in “{first.scenario.title}”: {_count(n)} people "
        f"in {_count(family.generations)} generations. In {years} years they took up services "
        f"worth {drawing.about(family.cost_gbp)}. Of {_count(len(children))} children "
        f"{_count(looked_after)} {'was' if looked_after == 1 else 'were'} looked after, in "
        f"{_count(family.episodes)} episode{'s' if family.episodes != 1 else ''}.{_ended(family)}"
    )


def _ended(family: Family) -> str:
    """Whose needs and costs stop within these years, lest it be read as a saving."""
    gone = Counter(m.gone[1] for m in family.members if m.gone)
    told = " and ".join(f"{_count(n)} {what}" for what, n in gone.items())
    if not told:
        return ""
    return (
        f" In these years {told}; what they would have needed and cost after that is not "
        "in these figures, and is no saving beside another scenario."
    )


def _who(member: Member) -> str:
    journey = member.journey
    start = journey.scenario.start
    if member.born_week >= 0:
        return f"A {member.role} ({journey.name}), born in {_month(journey, member.born_week)}"
    article = "" if member.generation == 0 else "A "
    role = member.role if article else member.role.capitalize()
    if article and "'s" in role:
        article, role = "", role.capitalize()
    return f"{article}{role} ({journey.name}), aged {journey.age(start)} at the start"


def _told(member: Member) -> Iterator[str]:
    """Adversity, needs, care, who knew them, and how it ended."""
    journey, names = member.journey, titles(member.journey.scenario)
    if not member.here.any():
        yield "Had died or moved away before these years."
        return
    yield f"{_aces(member)}."
    if member.reached:
        marks = f", and {_count(member.marked)} left a mark that lasts" if member.marked else ""
        yield f"A parent's troubles reached this child {_times(member.reached)}{marks}."
    for begin, end in member.care:
        until = "to the end" if end >= len(member.here) else f"to {_month(journey, end)}"
        since = "the start" if begin == 0 else _month(journey, begin)
        yield f"Looked after from {since} {until}."
    needs = list(member.high_weeks.items())[:TOLD_NEEDS]
    high = ", ".join(f"{NEEDS[need]} {_length(n)}" for need, n in needs)
    yield f"Needs that stood high: {high}." if high else "No need stood high."
    cases = member.cases_at()
    if cases:
        yield f"Cases at: {', '.join(names[a] for a in cases)}."
    calls = member.called_on().most_common(TOLD_AGENCIES)
    if calls:
        yield f"Called on: {', '.join(f'{names[a]} {n}' for a, n in calls)}."
    yield f"Services worth {drawing.about(journey.cost_gbp)}."
    if member.gone:
        week, what = member.gone
        yield f"{what.capitalize()} in {_month(journey, week)}."


def _aces(member: Member) -> str:
    before, after = (_count(n) if n else "none" for n in member.aces)
    if before == after:
        return f"Adverse childhood experiences: {after}"
    return f"Adverse childhood experiences: {before} at first, {after} at the end"


def _passed_on(family: Family) -> Iterator[str]:
    """Care and adversity in one generation beside those of the next."""
    for g in range(1, family.generations):
        children = [m for m in family.members if m.child and m.generation == g]
        above = dict.fromkeys(m.parent for m in children)
        parents = [family.members[p] for p in above if p is not None]
        each = " each" if len(parents) > 1 else ""
        mean = [np.mean([m.aces[1] for m in group]) for group in (parents, children)]
        yield (
            f"{'Mother' if len(parents) == 1 else 'Mothers'} of generation {_count(g)}: "
            f"{mean[0]:.3g} adverse childhood experiences{each}; their children, by the end, "
            f"{mean[1]:.2g} each{'' if all(_grown(m) for m in children) else ' so far'}."
        )
        marked, reached = sum(m.marked for m in children), sum(m.reached for m in children)
        if reached:
            yield (
                f"Parents' troubles reached these children {_times(reached)}, of which "
                f"{_count(marked) if marked else 'none'} left a mark."
            )
        grown = [m for m in children if _grown(m) and m.here.any()]
        if grown:
            high = sum(len(m.high_weeks) >= 3 for m in grown)
            yield (
                f"Of {_count(len(grown))} who had come of age by the end, {_count(high)} had had "
                "three high needs or more."
            )


def _grown(member: Member) -> bool:
    return len(member.here) - member.born_week >= 18 * 52


COLUMNS = (
    "family", "scenario", "person", "role", "generation", "sex", "born", "age_at_start",
    "aces_at_first", "aces_at_end", "parents_troubles_reached", "of_these_left_a_mark",
    "episodes_looked_after", "weeks_looked_after", *(f"weeks_high_{key}" for key in NEED_KEYS),
    "called_on", "cases_at", "cost_gbp", "ended",
)  # fmt: skip


def family_rows(family: Family) -> Iterator[tuple[object, ...]]:
    """A row for each member, in the order of `COLUMNS`."""
    for member in family.members:
        journey = member.journey
        weeks = sum(end - begin for begin, end in member.care)
        age = journey.age(journey.scenario.start)
        yield (
            family.name, journey.scenario.name, journey.name, member.role, member.generation + 1,
            "male" if journey.male else "female", journey.born, age if age >= 0 else "",
            *member.aces, member.reached, member.marked, len(member.care), weeks,
            *(member.high_weeks.get(key, 0) for key in NEED_KEYS),
            "; ".join(f"{a} {n}" for a, n in member.called_on().most_common()),
            "; ".join(member.cases_at()), f"{journey.cost_gbp:.2f}",
            member.gone[1] if member.gone else "",
        )  # fmt: skip


def write_families(folder: Path, families: Sequence[Family]) -> None:
    """For each family a folder with its words, its table and its tree in each scenario."""
    from experiments.family_tree import family_tree

    for name in dict.fromkeys(family.name for family in families):
        (folder / name).mkdir()
        mine = [family for family in families if family.name == name]
        text = "\n".join(family_text(family) for family in mine)
        (folder / name / "family.txt").write_text(text, encoding="utf-8")
        with (folder / name / "family.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(row for family in mine for row in family_rows(family))
        for family in mine:
            scenario = family.members[0].journey.scenario.name
            drawing.save(family_tree(family), folder / name / f"family_{scenario}")


def _length(weeks: int) -> str:
    """In years, or weeks where it is less than one."""
    return f"{weeks / 52:.0f} years" if weeks >= 78 else f"{weeks} weeks"


def _month(journey: Journey, week: int) -> str:
    return f"{journey.scenario.start + dt.timedelta(weeks=week):%B %Y}"


def _times(n: int) -> str:
    return "once" if n == 1 else "twice" if n == 2 else f"{_count(n)} times"


def _count(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else f"{n:,}"
