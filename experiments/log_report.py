"""What an imported log is worth and what it says, in words; counts by fives, and no id in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from calibration.logs.columns import Columns
from calibration.logs.events import Events, Intake
from calibration.logs.fives import SMALLEST, five
from calibration.logs.measures import (
    CONTACT,
    Pattern,
    Weekly,
    are_contacts,
    people_by_agency,
    rows_told,
    span,
)
from calibration.logs.quality import doubles, gaps, uneven_tags

SHOWN = 8
MOST_PATTERNS = {
    "contacts_a_year": "contacts a year",
    "people_per_quarter": "people with a contact in a quarter",
    "top_9pct_share": "share of a quarter's contacts by the heaviest 9%",
    "again_within_28_days": "contacts followed by another within 28 days",
    "days_to_next_median": "days to the next contact, median",
    "reopened_within_year": "cases closed and opened again within a year",
}


def report(
    events: Events, weekly: Weekly, intake: Intake, columns: Columns, found: Sequence[Pattern]
) -> str:
    """The whole report; ``weekly`` is the log's `history`, ``found`` are its figures."""
    parts = [
        "\n".join(_rows(intake)),
        "\n".join(_what(events, columns)),
        "\n".join(_counted(events, weekly)),
        "\n".join(_noticed(events, intake)),
        "\n".join(_figures(found)),
    ]
    return "\n\n".join(part for part in parts if part)


def _rows(intake: Intake) -> Iterator[str]:
    yield f"{intake.read:,} rows read = {intake.used:,} used + {_aside(intake):,} set aside"
    for reason, n in told_reasons(intake.aside):
        yield f"  {n:>12,}  {reason}"


def told_reasons(aside: Counter[str]) -> list[tuple[str, int]]:
    """Reasons with their rows; those of fewer than 5 rows together, with as many more as it takes.

    The rows still add up.
    """
    reasons = aside.most_common()
    few: list[tuple[str, int]] = []
    while reasons and (reasons[-1][1] < SMALLEST or 0 < sum(n for _, n in few) < SMALLEST):
        few.append(reasons.pop())
    if not few:
        return reasons
    names = "; ".join(reason for reason, _ in few)
    return [*reasons, (names if len(few) == 1 else f"for one of: {names}", sum(n for _, n in few))]


def _aside(intake: Intake) -> int:
    return sum(intake.aside.values())


def _what(events: Events, columns: Columns) -> Iterator[str]:
    first, last = span(events)
    seen = people_by_agency(events).diagonal()
    most = events.agencies[int(seen.argmax())]
    agencies = "agency" if len(events.agencies) == 1 else "agencies"
    yield f"From {first} to {last}: {len(events.agencies)} {agencies}"
    yield f"  people seen by {most}: {seen.max():,}; by each, in overlap.csv"
    yield f"  counts of people and contacts are told to the nearest {SMALLEST}, shares in percent"
    yield "  ids of people were hashed with a salt that is not kept; nothing here leads back to one"
    if not columns.agency:
        yield "  no column of agencies: all rows are taken for one agency"
    if not events.clock.all():
        yield f"  a time of day is given for {events.clock.mean():.0%} of the rows used"


def _counted(events: Events, weekly: Weekly) -> Iterator[str]:
    """Which rows are contacts. The numbers follow from what is told of weeks and of all rows."""
    rows, told = rows_told(events), weekly.weeks.sum(axis=0)
    if (rows == told).all():
        return
    begin = f"that begin with {', '.join(CONTACT[:-1])} or {CONTACT[-1]}"
    how = "that the file of columns names" if events.contacts else begin
    yield "Weeks, months, hours, returns and concentration are of contacts alone:"
    yield f"  kinds {how}"
    yield f"  in whole weeks, about {told.sum():,} of {rows.sum():,} rows; the rest are not in them"
    none = [name for name, n in zip(events.agencies, told, strict=True) if not n]
    if none:
        yield f"  no contacts are told of: {', '.join(none[:SHOWN])}{' ...' * (len(none) > SHOWN)}"


def kinds_left_out(events: Events) -> str:
    """The commonest kinds that are not counted as contacts, for whoever has the log before them.

    Not for a file: that a kind is there at all says that its rows are not none.
    """
    rows = np.bincount(events.kind[~are_contacts(events)], minlength=len(events.kinds))
    order = [int(i) for i in np.argsort(-rows, kind="stable") if rows[i]]
    if not order:
        return ""
    names = ", ".join(f'"{events.kinds[i]}"' for i in order[:SHOWN])
    more = f" and {len(order) - SHOWN} more" if len(order) > SHOWN else ""
    return (
        f"Not counted as contacts: the kinds {names}{more}. If contacts are among them, list all "
        'kinds that are contacts in the file for --columns: contacts = ["...", "..."]'
    )


def _noticed(events: Events, intake: Intake) -> Iterator[str]:
    yield "What was noticed"
    lines = [*intake.notes, *_ways(intake.ways)]
    lines += [f"{_count(n)} rows: {what} (used)" for what, n in intake.noted.most_common() if n]
    lines += _gaps(events)
    lines += _doubles(events)
    lines += [
        f"{t.agency}, {t.kind}: {t.tagged:.0%} of {five(t.contacts):,} contacts are tagged; a "
        "kind that is tagged sometimes is tagged by habit"
        for t in uneven_tags(events.only(are_contacts(events)))[:SHOWN]
    ]
    yield from (f"  - {line}" for line in lines or ["nothing"])


def _ways(ways: Counter[str]) -> list[str]:
    if len(ways) < 2:
        return []
    said = "; ".join(f"{way}: {_count(n)}" for way, n in ways.most_common() if n)
    return [f"dates are written in {len(ways)} ways: {said}"]


def _gaps(events: Events) -> list[str]:
    found = gaps(events)
    lines = [
        f"{gap.agency}: no rows for {gap.weeks} weeks from {gap.first}; missing, or not sent?"
        for gap in found[:SHOWN]
    ]
    return lines + ([f"and {len(found) - SHOWN} more gaps"] if len(found) > SHOWN else [])


def _doubles(events: Events) -> list[str]:
    timed = "within an hour" if events.clock.mean() > 0.5 else "on the same day"
    lines = [
        f"{d.one} and {d.other} have the same person {timed} {five(d.pairs):,} times, "
        f"{five(d.beyond):,} more than by chance ({d.share:.1%} of the rows of the smaller): "
        "one event counted by both, or both were there"
        for d in doubles(events)[:SHOWN]
    ]
    if lines:
        lines.append("Pairs that have the same person together no more often than chance would, or "
                     f"fewer than {SMALLEST} times beyond it, are not told")  # fmt: skip
    return lines


def _figures(found: Sequence[Pattern]) -> Iterator[str]:
    yield "Figures (the rest are in patterns.csv)"
    for name, words in MOST_PATTERNS.items():
        mine = [p for p in found if p.name == name and p.value is not None]
        if mine:
            yield f"  {words}"
        for p in sorted(mine, key=lambda p: -(p.value or 0.0))[:SHOWN]:
            yield f"    {p.agency[:40]:42}{_figure(p)}"


def _figure(p: Pattern) -> str:
    assert p.value is not None
    if "share" in p.name or "within" in p.name:
        return f"{p.value:.0%}" + (f" ({p.low:.0%} to {p.high:.0%})" if _sound(p) else "")
    if p.value < 10:
        return f"{p.value:.2g}"
    return f"{p.value:,.0f}" + (f" ({p.low:,.0f} to {p.high:,.0f})" if _sound(p) else "")


def _sound(p: Pattern) -> bool:
    return p.low is not None and p.high is not None and bool(np.isfinite([p.low, p.high]).all())


def _count(n: int) -> str:
    return f"fewer than {SMALLEST}" if 0 < n < SMALLEST else f"{n:,}"
