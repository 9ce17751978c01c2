"""One change of a scenario in words that say how much of what is changed, and at which door.

Budgets and teams have sums, which are told by `experiments.asked`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from experiments.wording import plain_words
from scenarios import changes as c

RULES: Final = {
    "withdraw": "lets a case go when it goes quiet",
    "step_down": "steps a case down when it goes quiet",
    "keep": "keeps a quiet case open",
}
"""What an agency does with a quiet case."""
Titles = Mapping[str, str]
AtADoor = (
    c.ThresholdChange
    | c.ExclusionChange
    | c.ReviewChange
    | c.EngagementChange
    | c.StaffingChange
    | c.CaseloadChange
)
"""Changes of what one agency does."""


def in_words(change: c.Change, called: Titles) -> str:
    """The change in words; ``called`` has the titles of agencies."""
    return _at_a_door(change, called) or _on_the_way(change, called) or _of_people(change)


def _at_a_door(change: c.Change, called: Titles) -> str:
    """What an agency does with those who come, and with its own staff."""
    if isinstance(change, c.InformationChange):
        whose = ", ".join(_title(agency, called) for agency in change.agencies)
        return f"{whose}: sees {change.share:.0%} of what lies beyond its own slice"
    return (
        f"{_title(change.agency, called)}: {_done(change)}" if isinstance(change, AtADoor) else ""
    )


def _done(change: AtADoor) -> str:
    """What the agency then does."""
    if isinstance(change, c.ThresholdChange):
        where = "" if change.door == "both" else f" when {_judged(change.door)}"
        return f"threshold {_moved(change.add)} by {abs(change.add):g} (of 0 to 1){where}"
    if isinstance(change, c.ExclusionChange):
        lifted = change.level is None
        how = "no longer turned away" if lifted else f"turned away from a level of {change.level:g}"
        return f"people with {_plain(change.need)} {how}"
    if isinstance(change, c.ReviewChange):
        return _reviewed(change)
    if isinstance(change, c.EngagementChange):
        return _engaged(change)
    if isinstance(change, c.StaffingChange):
        return f"{change.turnover_per_year:.0%} of staff leave in a year"
    return f"cases for each worker {_by(change.multiply)}"


def _on_the_way(change: c.Change, called: Titles) -> str:
    """Who is sent where."""
    if isinstance(change, c.ReferralChange):
        told = [f"conveys {change.quality:.0%} of the need"] if change.quality is not None else []
        told += [f"number {_by(change.multiply)}"] if change.multiply != 1 else []
        return f"Referrals by {_title(change.agency, called)}: {', '.join(told)}"
    if isinstance(change, c.RedirectChange):
        return (
            f"{_title(change.agency, called)}: {change.share:.0%} of those refused below the "
            f"threshold passed on to {_title(change.target, called)}"
        )
    if isinstance(change, (c.RouteChange, c.DestinationChange)):
        what = "contacts" if isinstance(change, c.RouteChange) else "referrals"
        when = getattr(change, "when", "both")
        return (
            f"{change.share:.0%} of {what} for {_plain(change.need)} at "
            f"{_title(change.source, called)} go to {_title(change.target, called)}"
            + ("" if when == "both" else f", by {when}")
        )
    return ""


def _of_people(change: c.Change) -> str:
    """Needs, events, trust, and the crisis door."""
    if isinstance(change, c.OnsetChange):
        some = " of some people" if change.group.model_dump(exclude_defaults=True) else ""
        return f"New beginnings of {_list(change.needs)}{some}: {_by(change.multiply)}"
    if isinstance(change, c.CourseChange):
        return f"How often {_list(change.needs)} passes without help: {_by(change.multiply)}"
    if isinstance(change, c.EventChange):
        return f"Life event “{_plain(change.event)}”: {_by(change.multiply)}"
    if isinstance(change, c.TrustChange):
        return f"Trust lost to {_list(change.losses)}: {_by(change.multiply)}"
    if isinstance(change, c.CrisisChange):
        return (
            f"Crises: {change.share:.0%} of those that end in “{_plain(change.source)}” end in "
            f"“{_plain(change.target)}”"
        )
    if isinstance(change, c.CrisisResourceChange):
        number = f"{change.add:+d}" if change.add is not None else f"{change.set}"
        return f"Crisis door, {_plain(change.resource)}: {number}{_hours(change)}"
    if isinstance(change, c.CrisisNumberChange):
        to = f"{change.set:g}" if change.set is not None else _by(change.multiply or 0.0)
        return f"Crisis door, {_plain(change.name)}: {to}"
    return plain_words(change.kind)


def _reviewed(change: c.ReviewChange) -> str:
    told = [RULES[change.rule]] if change.rule else []
    told += [f"after {change.quiet_weeks:g} quiet weeks"] if change.quiet_weeks is not None else []
    if change.max_weeks is not None:
        told.append(f"{change.max_weeks:g} weeks at most" if change.max_weeks else "no end by time")
    return ", ".join(told)


def _engaged(change: c.EngagementChange) -> str:
    told = []
    if change.attendance is not None:
        told.append(f"{change.attendance:.0%} of appointments kept at full trust")
    if change.missed_limit is not None:
        told.append(f"closes a case after {change.missed_limit:g} missed appointments")
    return ", ".join(told)


def _hours(change: c.CrisisResourceChange) -> str:
    days = "" if change.days == "all" else f", {change.days}"
    whole = (change.from_hour, change.to_hour) == (0, 24)
    return days if whole else f"{days}, {change.from_hour}:00 to {change.to_hour}:00"


def _by(multiply: float) -> str:
    """``-20%``, ``+50%``, ``unchanged``."""
    return f"{multiply - 1:+.0%}" if multiply != 1 else "unchanged"


def _moved(add: float) -> str:
    return "raised" if add > 0 else "lowered"


def _judged(door: str) -> str:
    return {"screen": "received", "assessment": "assessed"}[door]


def _title(agency: str, called: Titles) -> str:
    return called.get(agency, "all agencies" if agency == "all" else plain_words(agency))


def _plain(key: str) -> str:
    return plain_words(key).lower()


def _list(keys: Sequence[str]) -> str:
    return ", ".join(map(_plain, keys))
