"""Families: trees are those of the model's own links, and what is told of them is what happened."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from agents.arrays import NOBODY, Happening
from experiments.census import Census, NobodyFound, name_of
from experiments.cli import main
from experiments.families import (
    Family,
    families_in,
    find_families,
    mothers,
    roots,
)
from experiments.family_tree import family_tree
from experiments.family_words import COLUMNS, family_rows, family_text
from tests.worlds import tight


@pytest.fixture(scope="module")
def found(census: Census) -> list[Family]:
    """Those looked after most often, the largest, and one with a partner."""
    people, root = census.people, roots(census.people)
    joined = (people.male == 1) & (people.family >= 0) & (people.family != mothers(people))
    largest = int(np.argmax(np.bincount(root)))
    rows = [*find_families(census, "care", 2), largest, int(root[joined][0])]
    names = list(dict.fromkeys(name_of(int(census.key[i])) for i in rows))
    return families_in(census, names)


def rows_of(census: Census, family: Family) -> list[int]:
    by_name = {name_of(int(key)): i for i, key in enumerate(census.key)}
    return [by_name[member.journey.name] for member in family.members]


def test_every_child_is_on_its_mothers_list_once(census: Census) -> None:
    """As many children are found as mothers are said to have borne."""
    mother = mothers(census.people)
    borne = np.bincount(mother[mother != NOBODY], minlength=len(mother))
    assert (borne == census.people.children).all()
    minors = (mother != NOBODY) & (census.people.birth_week > census.start.week)
    assert minors.sum() > 20, "children born in these years are in it"


def test_a_family_is_whole_and_nobody_stands_in_two(census: Census, found: list[Family]) -> None:
    root = roots(census.people)
    for family in found:
        persons = rows_of(census, family)
        assert sorted(persons) == np.flatnonzero(root == persons[0]).tolist()
        for member, person in zip(family.members, persons, strict=True):
            if member.child:
                assert member.parent is not None
                assert mothers(census.people)[person] == persons[member.parent]
            elif member.partner:
                assert member.parent is not None
                assert census.people.family[person] == persons[member.parent]
    assert any(m.partner for family in found for m in family.members)


def test_the_costliest_family_costs_most(census: Census) -> None:
    name = name_of(int(census.key[find_families(census, "cost", 1)[0]]))
    family = families_in(census, [name])[0]
    cost = np.bincount(roots(census.people), census.pence.sum(axis=1))
    alone = np.bincount(roots(census.people)) == 1
    assert round(100 * family.cost_gbp) == cost[~alone].max()


def test_episodes_of_care_are_those_that_were_told(census: Census, found: list[Family]) -> None:
    first = found[0]
    assert first.episodes >= 1
    entered = sum(s.kind == Happening.ENTERED_CARE for m in first.members for s in m.journey.steps)
    already = sum(bool(m.care) and m.care[0][0] == 0 for m in first.members)
    assert entered <= first.episodes <= entered + already
    for member in first.members:
        assert all(0 <= begin <= end for begin, end in member.care)
        assert all(a[1] <= b[0] for a, b in zip(member.care, member.care[1:], strict=False))


def test_adversity_passed_on_is_counted(census: Census) -> None:
    """Each mark of a parent's troubles is one adverse experience more, and there are such."""
    names = [name_of(int(census.key[i])) for i in find_families(census, "care", 40)]
    marked = [m for family in families_in(census, names) for m in family.members if m.marked]
    assert marked
    assert all(min(10, m.aces[0] + m.marked) <= m.aces[1] for m in marked)
    assert all(m.marked <= m.reached for m in marked)


def test_any_member_leads_to_the_family(census: Census, found: list[Family]) -> None:
    for family in found:
        beginning = rows_of(census, family)[0]
        for member in family.members:
            assert find_families(census, member.journey.name, 1) == [beginning]


def test_who_has_no_family_is_told_so(census: Census) -> None:
    root = roots(census.people)
    single = int(np.flatnonzero(np.bincount(root, minlength=len(root))[root] == 1)[0])
    with pytest.raises(NobodyFound, match="no mother, child or partner"):
        find_families(census, name_of(int(census.key[single])), 1)
    with pytest.raises(NobodyFound, match=r"a rule \(cost, care\)"):
        find_families(census, "zzz", 1)


def test_words_table_and_picture_name_everybody(found: list[Family]) -> None:
    for family in found:
        text = family_text(family)
        rows = list(family_rows(family))
        drawn = [t.get_text() for axes in family_tree(family).axes for t in axes.texts]
        assert len(rows) == len(family.members)
        assert all(len(row) == len(COLUMNS) for row in rows)
        for member in family.members:
            assert member.journey.name in text
            assert any(t.startswith(member.role.capitalize()) for t in drawn)
        assert "score" not in text
        assert "nobody real" in " ".join(text.split())


def test_the_command_writes_the_family(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [tight(name, share=0.01, years=2) for name in ("do_nothing", "navigators")]
    monkeypatch.setattr("experiments.lives.load_scenarios", lambda paths: both)
    out = tmp_path / "out"
    files = ["do_nothing.toml", "navigators.toml"]
    assert main(["lives", *files, "--family", "cost", "--out", str(out)]) == 0
    folder = next(path for path in out.iterdir() if path.is_dir())
    assert folder.name in capsys.readouterr().out
    assert {path.name for path in folder.iterdir()} == {
        "family.txt", "family.csv", "family_do_nothing.png", "family_do_nothing.svg",
        "family_navigators.png", "family_navigators.svg",
    }  # fmt: skip
    with (folder / "family.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["scenario"] for row in rows} == {"do_nothing", "navigators"}
    assert main(["lives", *files, "--family", "nobody"]) == 2
