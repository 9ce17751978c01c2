"""A year of a life in which too much happened to tell it one thing after another.

What is read aloud in a room has to end within minutes: hundreds of refusals a year are counted, by
agency and by the reason most often given; blows and turning points keep their months.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from agents.arrays import Happening
from experiments.journey import NEEDS, PASSED_ON, Step
from scenarios.problems import listed

MOST_NAMED: Final = 4
"""Agencies that a list names; the rest are counted together."""
_ENDED: Final = {
    "finished": "with the work done",
    "withdrawn when things went quiet": "when things had gone quiet",
    "closed for missed appointments": "for missed appointments",
    "time was up": "as the time was up",
}
_REASON: Final = {
    "gave up waiting": "the wait was too long",
}
_TURNS: Final = {
    Happening.ENTERED_CARE: "was taken into care",
    Happening.LEFT_CARE: "left care",
    Happening.PRISON: "was sent to prison",
    Happening.DIED: "died",
    Happening.MOVED_AWAY: "moved away",
}


def in_sum(steps: Sequence[Step], names: dict[str, str], they: str) -> Iterator[str]:
    """The year in a few sentences; ``names`` says what agencies are called."""
    for told in (
        _blows(steps, they),
        _contacts(steps, names),
        _refusals(steps, names),
        _cases(steps),
        _appointments(steps),
    ):
        if told:
            yield told
    for step in steps:
        if step.kind == Happening.TEAM_ASKED or step.kind in _TURNS:
            yield f"In {step.date:%B} {turning_point(step, names, they)}."


def _blows(steps: Sequence[Step], they: str) -> str:
    blows: dict[str, list[str]] = {}
    events = _of(steps, Happening.LIFE_EVENT)
    for step in (s for s in events if s.is_blow):
        blows.setdefault(step.decision, []).append(f"{step.date:%B}")
    told = [f"{what} ({', '.join(dict.fromkeys(months))})" for what, months in blows.items()]
    began = dict.fromkeys(NEEDS[step.need] for step in _of(steps, Happening.NEED_BEGAN))
    parts = []
    if told:
        parts.append(f"There {'were blows' if len(told) > 1 else 'was a blow'}: {', '.join(told)}.")
    if began:
        parts.append(f"Trouble with {listed(began)} began or grew.")
    if reached := len(_of(steps, Happening.CHILD_CONCERN)):
        parts.append(f"A parent's troubles reached this child {times(reached)}.")
    if _of(steps, Happening.ADVERSITY):
        own = "his" if they == "He" else "her"
        parts.append(f"Something hard in {own} childhood was past that the model does not follow.")
    if passed_on := sum(step.decision == PASSED_ON for step in events):
        own = "His" if they == "He" else "Her"
        parts.append(f"{own} own needs reached a child at home {times(passed_on)}.")
    return " ".join(parts)


def _contacts(steps: Sequence[Step], names: dict[str, str]) -> str:
    contacts = _of(steps, Happening.CONTACT)
    if not contacts:
        return ""
    crises = sum(step.decision.startswith("crisis") for step in contacts)
    by_agency = Counter(names[step.agency] for step in contacts)
    ends = f"; in {crises:,} of them it was a crisis" if crises else ""
    return f"There {_were(len(contacts), 'contact')}: {_first_few(by_agency)}{ends}."


def _refusals(steps: Sequence[Step], names: dict[str, str]) -> str:
    refused = _of(steps, Happening.REFUSED)
    if not refused:
        return ""
    by_agency = Counter(step.agency for step in refused)
    told = [
        f"{names[agency]} {n:,} ({_commonest(s for s in refused if s.agency == agency)})"
        for agency, n in by_agency.most_common(MOST_NAMED)
    ]
    others = sum(n for _, n in by_agency.most_common()[MOST_NAMED:])
    told += [f"others {others:,}"] if others else []
    many = "1 referral was" if len(refused) == 1 else f"{len(refused):,} referrals were"
    return f"{many} closed without help: {', '.join(told)}."


def _commonest(refused: Iterable[Step]) -> str:
    """The reason given most often, and whether there were others."""
    reasons = Counter(_reason(step) for step in refused)
    reason, n = reasons.most_common(1)[0]
    return reason if n == reasons.total() else f"mostly: {reason}"


def _reason(step: Step) -> str:
    return _REASON.get(step.decision, step.decision.removeprefix("excluded: "))


def _cases(steps: Sequence[Step]) -> str:
    opened, closed = _of(steps, Happening.OPENED), _of(steps, Happening.CLOSED)
    ends = Counter(_ENDED.get(step.decision, step.decision) for step in closed)
    how = ", ".join(f"{n:,} {end}" for end, n in ends.most_common())
    if not opened:
        return f"Cases closed: {how}." if closed else ""
    return f"There {_were(len(opened), 'case')} opened" + (
        f" and {len(closed):,} closed: {how}." if closed else "."
    )


def _appointments(steps: Sequence[Step]) -> str:
    came = len(_of(steps, Happening.ATTENDED))
    due = came + len(_of(steps, Happening.MISSED))
    return f"Of {due:,} weekly appointments {came:,} were kept." if due else ""


def turning_point(step: Step, names: dict[str, str], they: str, often: str = "") -> str:
    """What turned a life, as a clause, and how ``often`` in a row."""
    if step.kind == Happening.TEAM_ASKED:
        return f"{names[step.agency]} offered help{often}, and {they.lower()} {step.decision}"
    return f"{they.lower()} {_TURNS[step.kind]}{often}"


def _of(steps: Sequence[Step], kind: Happening) -> list[Step]:
    return [step for step in steps if step.kind == kind]


def _first_few(counts: Counter[str]) -> str:
    """Those with most, and how much is left."""
    told = [f"{name} {n:,}" for name, n in counts.most_common(MOST_NAMED)]
    others = counts.total() - sum(n for _, n in counts.most_common(MOST_NAMED))
    return listed([*told, *([f"others {others:,}"] if others else [])])


def _were(n: int, what: str) -> str:
    return f"was 1 {what}" if n == 1 else f"were {n:,} {what}s"


def times(n: int) -> str:
    """Once, twice, 3 times."""
    return "once" if n == 1 else "twice" if n == 2 else f"{n:,} times"
