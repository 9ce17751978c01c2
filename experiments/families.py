"""Families over two generations or three: found by a rule, and what each member's years were like.

A family here is all descendants of one woman who are known to the model, with the partners that it
knows (fathers only of families of the first week). Who has left or died stays in the tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agents.arrays import NOBODY, Count, Happening, Ints, Table
from agents.compile_course import number
from experiments.census import Census, NobodyFound, diary_of, name_of, row_of
from experiments.journey import ENDED, Journey, journeys
from scenarios.names import NEED_KEYS, WEEKS_PER_YEAR

FAMILY_RULES = ("cost", "care")
_Place: TypeAlias = tuple[int, int, int, bool]
"""Person, generation, the mother or the woman whose partner this is, whether a partner."""


@dataclass(frozen=True, eq=False)
class Member:
    """One member of a family, in the years of the scenario. Weeks count from its start."""

    journey: Journey
    role: str
    generation: int
    parent: int | None
    """The place, in the family, of the mother, or of the woman whose partner this is."""
    partner: bool
    born_week: int
    """Below 0 for those born before."""
    aces: tuple[int, int]
    """Adverse childhood experiences at the start (or at birth) and at the end."""
    care: tuple[tuple[int, int], ...]
    """First week, and week after the last, of each episode of being looked after."""
    reached: int
    """Weeks in which a parent's troubles reached this child."""
    marked: int
    """Of these, weeks that left an adverse childhood experience."""
    gone: tuple[int, str] | None
    """When, and whether, the person died or moved away."""
    high_weeks: dict[str, int]
    """Weeks in which each need stood high, for those that ever did, longest first."""

    @property
    def here(self) -> NDArray[np.bool_]:
        """[weeks] Whether the person lived there."""
        return self.journey.here

    @property
    def child(self) -> bool:
        """Whether a mother in this family is known."""
        return self.parent is not None and not self.partner

    def called_on(self) -> Counter[str]:
        """Calls and visits by agency."""
        return Counter(s.agency for s in self.journey.steps if s.kind == Happening.CONTACT)

    def cases_at(self) -> list[str]:
        """Agencies and teams that had a case open, in order of their first."""
        kinds = (Happening.OPENED, Happening.ATTENDED, Happening.MISSED)
        return list(dict.fromkeys(s.agency for s in self.journey.steps if s.kind in kinds))


@dataclass(frozen=True, eq=False)
class Family:
    """Mothers before their partners, partners before the children, the eldest child first."""

    members: tuple[Member, ...]

    @property
    def name(self) -> str:
        """That of the woman it begins with."""
        return self.members[0].journey.name

    @property
    def generations(self) -> int:
        """How many the model knows."""
        return 1 + max(member.generation for member in self.members)

    @property
    def cost_gbp(self) -> float:
        """Of all members, over all years."""
        return sum(member.journey.cost_gbp for member in self.members)

    @property
    def episodes(self) -> int:
        """Of being looked after."""
        return sum(len(member.care) for member in self.members)


def find_families(census: Census, rule: str, count: int) -> list[int]:
    """The rows of the women with whom the found families begin. Raises NobodyFound."""
    root = roots(census.people)
    if rule not in FAMILY_RULES:
        one = row_of(census, rule, "--family", f"a rule ({', '.join(FAMILY_RULES)})")
        return [_family_of(census, root, one)]
    with_children = np.unique(root[mothers(census.people) != NOBODY])
    cost = np.bincount(root, census.pence.sum(axis=1), len(root))
    care = np.bincount(root, _episodes(census), len(root))
    first = cost if rule == "cost" else care
    keys = (census.key[with_children], -cost[with_children], -first[with_children])
    found = with_children[np.lexsort(keys)][:count]
    if rule == "care" and not care[found].any():
        raise NobodyFound("--family care: no child of these years was looked after")
    return [int(i) for i in found]


def families_in(census: Census, names: Sequence[str]) -> list[Family]:
    """The families that begin with the women of these names, with a diary of each member."""
    rows = {name_of(int(key)): i for i, key in enumerate(census.key)}
    trees = [list(_tree(census.people, rows[name])) for name in names]
    persons = [person for tree in trees for person, *_ in tree]
    told = dict(zip(persons, journeys(census, diary_of(census, persons)), strict=True))
    return [_family(census, tree, told) for tree in trees]


def _family(census: Census, tree: Sequence[_Place], told: Mapping[int, Journey]) -> Family:
    order = {person: k for k, (person, *_) in enumerate(tree)}
    return Family(
        tuple(_member(census, told[place[0]], place, order.get(place[2])) for place in tree)
    )


def mothers(people: Table) -> Ints:
    """[people] The mother of each, or NOBODY. Grown children stay on their mother's list."""
    found = np.full(len(people), NOBODY, np.int64)
    heads = np.flatnonzero(people.first_child != NOBODY)
    child = people.first_child[heads]
    while len(heads):
        found[child] = heads
        child = people.next_sibling[child]
        heads, child = heads[child != NOBODY], child[child != NOBODY]
    return found


def roots(people: Table) -> Ints:
    """[people] The woman with whom each person's family begins, or the person alone."""
    own, mother = np.arange(len(people)), mothers(people)
    root = np.where(mother == NOBODY, own, mother)
    partner = _partners(people, mother)
    root[partner] = people.family[partner]
    while (root[root] != root).any():
        root = root[root]
    return root


def _partners(people: Table, mother: Ints) -> Ints:
    """Men who are joined to a woman who is not their mother."""
    joined = (people.male == 1) & (people.family != NOBODY) & (people.family != mother)
    return np.flatnonzero(joined)


def _family_of(census: Census, root: Ints, person: int) -> int:
    if (root == root[person]).sum() == 1:
        raise NobodyFound(
            f"--family {name_of(int(census.key[person]))}: no mother, child or partner is known"
        )
    return int(root[person])


def _episodes(census: Census) -> Ints:
    """[people] Times looked after: begun in these years, or under way at their start."""
    total: Ints = census.years.care.sum(axis=1).astype(np.int64)
    before = census.start.world.people.care[: census.start.world.counts[Count.PEOPLE]]
    total[: len(before)] += before == 1
    return np.asarray(total)


def _tree(people: Table, root: int) -> Iterator[_Place]:
    """Everybody's place in the tree, depth first."""
    mother = mothers(people)
    partners = _partners(people, mother)

    def below(person: int, generation: int, parent: int) -> Iterator[_Place]:
        yield person, generation, parent, False
        for man in partners[people.family[partners] == person]:
            yield int(man), generation, person, True
        children = np.flatnonzero(mother == person)
        for child in children[np.lexsort((children, people.birth_week[children]))]:
            yield from below(int(child), generation + 1, person)

    yield from below(root, 0, NOBODY)


def _member(census: Census, journey: Journey, place: _Place, parent: int | None) -> Member:
    person, generation, _, partner = place
    people, start = census.people, census.start
    known = person < start.world.counts[Count.PEOPLE]
    before = start.world.people[person] if known else None
    troubles = _troubles(journey, person)
    return Member(
        journey=journey,
        role=_role(generation, bool(people.male[person]), partner),
        generation=generation,
        parent=parent,
        partner=partner,
        born_week=int(people.birth_week[person]) - start.week,
        aces=(int(before.aces) if before is not None else 0, int(people.aces[person])),
        care=tuple(_care(journey, before is not None and int(before.care) == 1)),
        reached=len(troubles),
        marked=sum(troubles),
        gone=(end.week, ENDED[end.kind]) if (end := journey.ended) else None,
        high_weeks=_high_weeks(census, journey),
    )


def _role(generation: int, male: bool, partner: bool) -> str:
    if partner:
        return ("her", "a daughter's", "a granddaughter's")[min(generation, 2)] + " partner"
    if generation == 0:
        return "mother"
    return ("great-" * max(0, generation - 2)) + ("grand" if generation > 1 else "") + (
        "son" if male else "daughter"
    )  # fmt: skip


def _troubles(journey: Journey, person: int) -> list[int]:
    """For each time that a parent's troubles reached this child, 1 if it left a mark."""
    trace = journey.diary.trace
    mine = (trace.person == person) & (trace.kind == Happening.CHILD_CONCERN)
    return [int(detail) for detail in trace.detail[mine]]


def _care(journey: Journey, already: bool) -> Iterator[tuple[int, int]]:
    """Episodes, from entering care to leaving it, dying, moving away or the end."""
    begun = 0 if already else None
    for step in journey.steps:
        if step.kind == Happening.ENTERED_CARE:
            begun = step.week
        elif begun is not None and step.kind in (Happening.LEFT_CARE, *ENDED):
            yield begun, step.week
            begun = None
    if begun is not None:
        yield begun, len(journey.diary.level)


def _high_weeks(census: Census, journey: Journey) -> dict[str, int]:
    high = journey.diary.level[:, journey.row] >= number(
        census.scenario.evidence, "people.high_level"
    )
    weeks = {key: int(n) for key, n in zip(NEED_KEYS, high.sum(axis=0), strict=True) if n}
    return dict(sorted(weeks.items(), key=lambda item: -item[1]))


def years_of(weeks: Sequence[int]) -> NDArray[np.float64]:
    """Weeks as years since the scenario's start."""
    return np.asarray(weeks, np.float64) / WEEKS_PER_YEAR
