"""A journey told in plain words: what was decided and what followed, year by year.

About people in trouble it speaks as one would to them: no labels, no scores, no names of real
people. Contacts between two decisions are told together; a year with more decisions than anybody
would listen to is told in sum (`story_in_sum`), unless the story is asked for in full.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from agents.arrays import Happening
from experiments.drawing import about
from experiments.journey import EARLY_DEATH, ENDED, NEEDS, PASSED_ON, Journey, Step, spoken, titles
from experiments.story_in_sum import in_sum, turning_point
from scenarios.problems import listed

_QUIET = {
    Happening.CONTACT,
    Happening.REFERRED,
    Happening.ACCEPTED,
    Happening.ATTENDED,
    Happening.MISSED,
    Happening.FOUND_IN_NEED,
}
"""Told together, between the steps that are told one by one."""
WIDTH = 96
MOST_TOLD = 9
"""Decisions and events of a year that are told one by one."""
SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def story(journey: Journey, in_full: bool = False) -> str:
    """The whole life in the years of the scenario; ``in_full``: with every decision of it."""
    they = "He" if journey.male else "She"
    first = journey.scenario.start
    who = "man" if journey.male else "woman"
    age = journey.age(first)
    who = who if age >= 18 else ("boy" if journey.male else "girl")
    begins = (
        f"A simulated life, {journey.name}, in “{journey.scenario.title}”. "
        f"It begins here with a {who} of {age}, on {first.day} {first:%B %Y}."
        if age >= 0
        else f"A simulated life, {journey.name}, in “{journey.scenario.title}”, not yet born on "
        f"{first.day} {first:%B %Y}."
    )
    lines = [*wrapped(begins), ""]
    kept, names = _appointments(journey), titles(journey.scenario)
    for year, steps in _by_year(journey):
        one_by_one = in_full or not _is_busy(steps)
        sentences = _year(journey, steps, they, kept) if one_by_one else in_sum(steps, names, they)
        told = " ".join(filter(None, sentences))
        if not told:
            continue
        head = f"{year}. "
        lines += [*wrapped(head + told), ""]
    return "\n".join(lines + wrapped(_ending(journey, they))) + "\n"


def wrapped(text: str, indent: str = "") -> list[str]:
    """Lines to be read; a word with a hyphen, as self-harm, is not broken."""
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent,
                         break_on_hyphens=False)  # fmt: skip


def is_shortened(journey: Journey) -> bool:
    """Whether the story, unless told in full, has years in sum."""
    return any(_is_busy(steps) for _, steps in _by_year(journey))


def _is_busy(steps: Sequence[Step]) -> bool:
    return sum(step.kind not in _QUIET for step in steps) > MOST_TOLD


def _by_year(journey: Journey) -> Iterator[tuple[int, list[Step]]]:
    """The steps that are told. A death is told once, when it comes."""
    years: dict[int, list[Step]] = {}
    died = journey.ended is not None and journey.ended.kind == Happening.DIED
    for step in journey.told:
        if died and step.kind == Happening.LIFE_EVENT and step.decision == EARLY_DEATH:
            continue
        years.setdefault(step.date.year, []).append(step)
    yield from sorted(years.items())


def _appointments(journey: Journey) -> dict[int, str]:
    """For each closing, by the identity of its step, how many weeks the person came."""
    found: dict[int, str] = {}
    came: Counter[str] = Counter()
    due: Counter[str] = Counter()
    for step in journey.steps:
        if step.kind in (Happening.ATTENDED, Happening.MISSED):
            due[step.agency] += 1
            came[step.agency] += step.kind == Happening.ATTENDED
        elif step.kind == Happening.CLOSED:
            n, of = came.pop(step.agency, 0), due.pop(step.agency, 0)
            found[id(step)] = f", {n} of {of} weekly appointments kept" if of else ""
    return found


def _year(
    journey: Journey, steps: Sequence[Step], they: str, kept: dict[int, str]
) -> Iterator[str]:
    """One year: its decisions and events one by one, what lay between them together."""
    between: list[Step] = []
    last: dt.date | None = None
    i = 0
    while i < len(steps):
        step = steps[i]
        if step.kind in _QUIET:
            between.append(step)
            i += 1
            continue
        if between:
            yield _between(journey, between, they)
            between = []
        alike = _alike(steps, i)
        together = [steps[j] for j in alike]
        ending = "".join(kept.get(id(s), "") for s in together[-1:])
        yield _sentence(journey, together, last, they) + ending + "."
        last = steps[alike[-1]].date
        skipped = set(alike)
        between += [steps[j] for j in range(i, alike[-1]) if j not in skipped]
        i = alike[-1] + 1
    if between:
        yield _between(journey, between, they)


def _alike(steps: Sequence[Step], i: int) -> list[int]:
    """The places of steps that say the same again, with nothing but contacts between them."""
    found = [i]
    for j in range(i + 1, len(steps)):
        same = (steps[j].kind, steps[j].agency, steps[j].decision) == (
            steps[i].kind, steps[i].agency, steps[i].decision,
        )  # fmt: skip
        if same:
            found.append(j)
        elif steps[j].kind not in _QUIET:
            break
    return found


def _between(journey: Journey, steps: Sequence[Step], they: str) -> str:
    """Calls and visits, counted. Appointments are told when their case ends."""
    names = spoken(journey.scenario)
    contacts = Counter(names[s.agency] for s in steps if s.kind == Happening.CONTACT)
    crises = sum(s.decision.startswith("crisis") for s in steps)
    parts = []
    if contacts:
        parts.append("called on " + listed([_times(a, n) for a, n in contacts.most_common()]))
    if crises:
        parts.append(f"was in crisis {_count(crises, 'time')}")
    return f"{they} {listed(parts)}." if parts else ""


def _sentence(journey: Journey, steps: Sequence[Step], last: dt.date | None, they: str) -> str:
    """One decision or event, or the same one several times."""
    step = steps[0]
    if len(steps) > 1:
        first, end = (f"{s.date.day} {s.date:%B}" for s in (steps[0], steps[-1]))
        when = f"In the week of {first}" if first == end else f"Between {first} and {end}"
        times = f" {small(len(steps))} times" if len(steps) > 2 else " twice"
    else:
        when, times = _when(step.date, last), ""
    return f"{when} {clause(step, spoken(journey.scenario), they, times)}"


def clause(step: Step, names: dict[str, str], they: str, times: str = "") -> str:
    """One thing that happened, as it is said within a sentence; ``names`` are as they are spoken,
    ``times`` says how often it came in a row."""
    agency, need, he = names.get(step.agency, ""), NEEDS.get(step.need, ""), they.lower()
    text = {
        Happening.CONTACT: f"{he} called on {agency}{_in_crisis(step)}{times}",
        Happening.REFERRED: f"{he} was referred to {agency}{_for(need)}{times}",
        Happening.ACCEPTED: f"{agency} took the referral{_for(need)} on for assessment{times}",
        Happening.FOUND_IN_NEED: f"{agency} found {_object(they)} in need, with no place free yet",
        Happening.ATTENDED: f"{he} kept an appointment with {agency}{times}",
        Happening.MISSED: f"{he} missed an appointment with {agency}{times}",
        Happening.REFUSED: f"{agency} closed the referral{_for(need)}{times}{_reason(step)}",
        Happening.OPENED: f"{agency} took {_object(they)} on{times}{_waited(step)}",
        Happening.CLOSED: f"{agency} {_closing(step)}{times}",
        Happening.WATCHED: f"{agency} stepped the case down and kept watch{times}",
        Happening.TAKEN_UP: f"{agency} took the case up again{times}",
        Happening.LIFE_EVENT: _blow(step, they, times),
        Happening.NEED_BEGAN: f"trouble with {need} began or grew{times}",
        Happening.CHILD_CONCERN: f"a parent's troubles reached {_object(they)}{times}",
        Happening.ADVERSITY: f"something hard in {_own(they).lower()} childhood was past that the "
        f"model does not follow{times}",
    }
    return text.get(step.kind) or turning_point(step, names, they, times)


def _blow(step: Step, they: str, times: str) -> str:
    """A blow, or what the person's own needs did to a child, and whose is said."""
    if step.decision == PASSED_ON:
        return f"{_own(they)} own needs reached a child at home{times}"
    return f"there was a blow{times}: {step.decision}"


def _in_crisis(step: Step) -> str:
    return " in a crisis" if step.decision.startswith("crisis") else ""


def _closing(step: Step) -> str:
    told = {
        "finished": "closed the case, its work done",
        "withdrawn when things went quiet": "withdrew as things had gone quiet",
        "closed for missed appointments": "closed the case for missed appointments",
        "time was up": "closed the case, its time being up",
    }
    return told.get(step.decision, f"closed the case: {step.decision}")


def _reason(step: Step) -> str:
    if step.decision.startswith("excluded: "):
        return " because of " + step.decision.removeprefix("excluded: ")
    told = {
        "below the threshold": "what it could see stood below its threshold",
        "gave up waiting": "the wait was too long",
    }
    return ": " + told.get(step.decision, step.decision)


def _waited(step: Step) -> str:
    return "" if step.decision == "at once" else f", {step.decision} of waiting"


def _when(date: dt.date, last: dt.date | None) -> str:
    """The month, or how long after what was told before."""
    if last is None or (date - last).days > 60:
        return f"In {date:%B %Y}"
    days = (date - last).days
    if days == 0:
        return "In the same week"
    weeks = days // 7
    return "A week later" if weeks == 1 else f"{small(weeks).capitalize()} weeks later"


def _ending(journey: Journey, they: str) -> str:
    """What the years came to, in sum."""
    kinds = Counter(step.kind for step in journey.told)
    end, years = journey.ended, f"these {small(journey.scenario.years)} years"
    span = f"In {years}"
    if end is not None:
        span = f"Until {they.lower()} {ENDED[end.kind]}, in {end.date:%B %Y},"
    after = "" if end is None else f" {_after(end, they)}"
    return (
        f"{span} there were {kinds[Happening.CONTACT]:,} contacts, "
        f"{kinds[Happening.REFERRED]:,} referrals, {kinds[Happening.REFUSED]:,} of them closed "
        f"without help, {_cases(kinds[Happening.OPENED])} opened and "
        f"{kinds[Happening.CLOSED]:,} closed. All this took up services worth "
        f"{about(journey.cost_gbp)}.{after}"
    )


def _cases(n: int) -> str:
    return "1 case" if n == 1 else f"{n:,} cases"


def _after(end: Step, they: str) -> str:
    """That figures which stop with a life are no good news."""
    if end.kind == Happening.DIED:
        return f"All these figures stop with {_own(they)} death."
    return "What came afterwards is not known here."


def _for(need: str) -> str:
    return f" about {need}" if need else ""


def _object(they: str) -> str:
    return "him" if they.lower() == "he" else "her"


def _own(they: str) -> str:
    return "his" if they.lower() == "he" else "her"


def _times(what: str, n: int) -> str:
    return f"{what} once" if n == 1 else f"{what} twice" if n == 2 else f"{what} {small(n)} times"


def _count(n: int, what: str) -> str:
    return "once" if n == 1 else "twice" if n == 2 else f"{small(n)} {what}s"


def small(n: int) -> str:
    """A number as it is said: in words up to twelve."""
    return SMALL[n] if n < len(SMALL) else f"{n:,}"
