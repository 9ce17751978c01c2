"""Whether the changes of a scenario fit its place and one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scenarios.changes import (
    ALL,
    BudgetChange,
    CaseloadChange,
    Change,
    CrisisChange,
    CrisisNumberChange,
    Dated,
    DestinationChange,
    EngagementChange,
    EventChange,
    ExclusionChange,
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
from scenarios.files import Key, TomlFile
from scenarios.place_checks import MOST_AGENCIES, RESERVED
from scenarios.problems import Problem, did_you_mean, listed, nearest
from scenarios.quantities import Quantity
from scenarios.resolved import DatedChange, Evidence
from scenarios.schema import AgencySpec

GATED_CHANGES: Final = (
    BudgetChange, ThresholdChange, ExclusionChange, ReviewChange, RedirectChange,
    EngagementChange, StaffingChange, CaseloadChange,
)  # fmt: skip
"""Changes to what only an agency with a front door and a caseload has."""
NAMING: Final = ("agency", "target", "source", "moved_to")
"""Settings of a change that name an agency, or an outcome where a change is of crises."""


@dataclass(frozen=True)
class Placed:
    """A dated change, and where it stands."""

    dated: DatedChange
    source: TomlFile
    key: Key

    def problem(self, field: str, rule: str, suggestion: str = "") -> Problem:
        """A problem with one setting of the change."""
        value = getattr(self.dated.change, field, "")
        key = (*self.key, field) if field else self.key
        return self.source.problem(key, value, rule, suggestion)


@dataclass(frozen=True)
class Rejected:
    """A change whose shape is wrong, as it was written."""

    source: TomlFile
    key: Key
    raw: dict[str, Any]


@dataclass(frozen=True)
class System:
    """A place's agencies and routes as a scenario finds them, and the teams it adds."""

    title: str
    agencies: dict[str, AgencySpec]
    names: frozenset[str]
    """All agencies that were written, those with mistakes included."""
    teams: frozenset[str]
    evidence: Evidence

    def knows(self, name: str) -> bool:
        """Whether an agency or team of this name exists."""
        return name in self.names or name in self.teams

    def is_universal(self, name: str) -> bool:
        """Whether this is an agency that turns nobody away."""
        return name in self.agencies and self.agencies[name].kind == "universal"

    def unknown(self, name: str) -> tuple[str, str]:
        """The rule and the suggestion for a name that nothing has."""
        rule = f"there is no agency or team '{name}' in {self.title}"
        return rule, did_you_mean(name, self.names | self.teams)


def check_teams(placed: list[Placed], system: System) -> Iterator[Problem]:
    """Names of teams are their own, and there is room for all."""
    known: dict[str, TeamChange] = {}
    for item in placed:
        team = item.dated.change
        if not isinstance(team, TeamChange):
            continue
        if team.name in system.names:
            yield item.problem(
                "name", f"there is already an agency called '{team.name}'", "choose another"
            )
        elif team.name in RESERVED:
            yield item.problem(
                "name", f"'{team.name}' is a name that measures use", "choose another"
            )
        elif _undated(known.setdefault(team.name, team)) != _undated(team):
            rule = f"two different teams are called '{team.name}'"
            yield item.problem("name", rule, "rename one, or make them the same")
            continue
        together = len(system.names) + len(known)
        if together == MOST_AGENCIES + 1:
            rule = f"'{team.name}' is one too many: at most {MOST_AGENCIES} agencies and teams"
            yield item.problem("name", rule)


def _undated(team: TeamChange) -> TeamChange:
    dates = {name: field.default for name, field in Dated.model_fields.items()}
    return team.model_copy(update=dates)


def check_change(item: Placed, system: System) -> Iterator[Problem]:
    """One change against the agencies, teams, routes and crisis outcomes there are."""
    change = item.dated.change
    if isinstance(change, InformationChange):
        yield from _listed_agencies(item, change, system)
    elif isinstance(change, CrisisChange):
        yield from _crisis_outcomes(item, change, system)
    elif isinstance(change, CrisisNumberChange):
        yield from _crisis_number(item, change, system)
    elif isinstance(change, EventChange):
        yield from _event(item, change, system)
    else:
        if isinstance(change, BudgetChange):
            yield from _cut_agencies(item, change, system)
        for field in NAMING:
            name = getattr(change, field, None)
            if name is not None:
                yield from _agency_named(item, field, name, system)
    if isinstance(change, TeamChange):
        yield from _displaced(item, change, system)
    fault = _fault(change)
    if fault is not None:
        yield item.problem(*fault)


def check_rejected(rejected: Rejected, system: System) -> Iterator[Problem]:
    """The names in a change whose shape is wrong: they are told of at the same time."""
    for field in () if rejected.raw.get("kind") == "crisis" else NAMING:
        name = rejected.raw.get(field)
        if isinstance(name, str) and not system.knows(name):
            key = (*rejected.key, field)
            yield rejected.source.problem(key, name, *system.unknown(name))


def check_names(
    placed: Sequence[Placed],
    rejected: Sequence[Rejected],
    teams: frozenset[str],
    evidence: Evidence,
) -> Iterator[Problem]:
    """Names of agencies where the place is not known: what is nearly one of the nation's.

    A place may have agencies of its own, so of a name that is like none nothing can be said.
    """
    written: list[tuple[TomlFile, Key, Mapping[str, Any], Any]] = [
        (item.source, item.key, item.dated.change.model_dump(), item.dated.change.kind)
        for item in placed
    ]
    written += [(item.source, item.key, item.raw, item.raw.get("kind")) for item in rejected]
    for source, key, raw, kind in written:
        for where, name in () if kind == "crisis" else _names_in(raw):
            close = nearest(name, evidence.agencies)
            if close is not None and name not in evidence.agencies and name not in teams:
                rule = f"there is no agency or team '{name}' but in a place that has one of its own"
                yield source.problem((*key, *where), name, rule, f"did you mean '{close}'?")


def _names_in(raw: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Every agency that a change names, and where it stands in it."""
    for field in NAMING:
        if isinstance(raw.get(field), str):
            yield (field,), raw[field]
    several = raw.get("agencies")
    for place, name in enumerate(several if isinstance(several, list) else ()):
        if isinstance(name, str) and name != ALL:
            yield ("agencies", place), name


def _listed_agencies(item: Placed, change: InformationChange, system: System) -> Iterator[Problem]:
    for place, name in enumerate(change.agencies):
        if name not in system.names:
            rule, hint = _a_team(name) if name in system.teams else system.unknown(name)
            yield item.source.problem((*item.key, "agencies", place), name, rule, hint)


def _a_team(name: str) -> tuple[str, str]:
    return f"'{name}' is a team, and only agencies can be changed", "change the team itself instead"


def _cut_agencies(item: Placed, change: BudgetChange, system: System) -> Iterator[Problem]:
    """Of several agencies each must be there, and have a budget."""
    for place, name in enumerate(change.agencies or ()):
        key = (*item.key, "agencies", place)
        if not (system.knows(name) or name == ALL):
            yield item.source.problem(key, name, *system.unknown(name))
        elif system.is_universal(name):
            rule = f"'{name}' turns nobody away, so it has no budget to change"
            yield item.source.problem(key, name, rule, "leave it out")
        elif name in system.teams:
            yield item.source.problem(key, name, *_a_team(name))
    if change.agencies is not None and ALL in change.agencies and len(change.agencies) > 1:
        rule = f"'{ALL}' already names every agency"
        yield item.problem("agencies", rule, f'write agencies = "{ALL}"')


def _agency_named(item: Placed, field: str, name: str, system: System) -> Iterator[Problem]:
    change = item.dated.change
    gated = [name for name, spec in system.agencies.items() if spec.kind == "gated"]
    hint = "those that have are " + listed(gated)
    if not system.knows(name):
        yield item.problem(field, *system.unknown(name))
    elif name not in system.names:
        yield item.problem(field, *_a_team(name))
    elif not system.is_universal(name):
        return
    elif field == "agency" and isinstance(change, GATED_CHANGES):
        rule = f"'{name}' turns nobody away, so it has no {change.kind} to change"
        yield item.problem(field, rule, hint)
    elif field == "moved_to":
        yield item.problem(field, f"'{name}' has no budget to move money to", hint)
    elif field == "target" and isinstance(change, (RedirectChange, DestinationChange)):
        yield item.problem(field, f"'{name}' has no front door to redirect to", hint)


def _crisis_outcomes(item: Placed, change: CrisisChange, system: System) -> Iterator[Problem]:
    outcomes = system.evidence.crisis.outcomes
    for field, name in (("source", change.source), ("target", change.target)):
        if name not in outcomes:
            rule = f"there is no crisis outcome '{name}'"
            yield item.problem(field, rule, did_you_mean(name, outcomes))


def _crisis_number(item: Placed, change: CrisisNumberChange, system: System) -> Iterator[Problem]:
    pathway = system.evidence.crisis_pathway
    names = [
        name
        for name in type(pathway).model_fields
        if isinstance(getattr(pathway, name), Quantity) and name.startswith(("share_", "hours_"))
    ]
    if change.name not in names:
        rule = f"there is no share or time '{change.name}' at the crisis door"
        yield item.problem("name", rule, did_you_mean(change.name, names))
    elif change.name.startswith("share_") and (change.set or 0) > 1:
        yield item.problem("set", f"'{change.name}' is a share, at most 1")


def _event(item: Placed, change: EventChange, system: System) -> Iterator[Problem]:
    events = system.evidence.events
    if change.event not in events:
        rule = f"there is no life event '{change.event}'"
        yield item.problem("event", rule, did_you_mean(change.event, events))


def _displaced(item: Placed, team: TeamChange, system: System) -> Iterator[Problem]:
    """A notice displaces calls to someone who cannot refuse them."""
    if team.notice is not None and not system.is_universal(team.notice.displaced_to):
        name = team.notice.displaced_to
        universal = [n for n in system.agencies if system.is_universal(n)]
        rule = f"'{name}' does not take calls from everybody"
        yield item.problem("notice", rule, "those that do are " + listed(universal))


def _fault(change: Change) -> tuple[str, str, str] | None:
    """A change that by itself makes no sense: the field, the rule and the suggestion."""
    match change:
        case ReviewChange(rule=None, quiet_weeks=None, max_weeks=None):
            return "", "this review change changes nothing", "give rule, quiet_weeks or max_weeks"
        case EngagementChange(attendance=None, missed_limit=None):
            return "", "this engagement change changes nothing", "give attendance or missed_limit"
        case ReferralChange(quality=None, multiply=1.0):
            return "", "this referral change changes nothing", "give quality or multiply"
        case RouteChange() | CrisisChange() | DestinationChange() if change.source == change.target:
            return "target", "'source' and 'target' are the same", "name two different ones"
        case BudgetChange() if change.moved_to in {change.agency, *(change.agencies or ())} - {
            None
        }:
            return "moved_to", "the money would go back where it is taken from", "name another"
        case RedirectChange() if change.agency == change.target:
            return "target", "'agency' and 'target' are the same", "name two different ones"
        case OnsetChange() if change.group.age_from >= change.group.age_below:
            return "group", "'age_below' must be more than 'age_from'", ""
    return None


def check_routes(placed: list[Placed], system: System) -> Iterator[Problem]:
    """A route can be moved only from a door to which the need goes, or has been moved."""
    moves = [
        (item, item.dated.change) for item in placed if isinstance(item.dated.change, RouteChange)
    ]
    moved_to = {(change.need, change.target) for _, change in moves}
    for item, change in moves:
        doors = _doors(change, system.evidence)
        carries = change.source in doors or (change.need, change.source) in moved_to
        if system.knows(change.source) and not carries:
            when = "" if change.when == "both" else f" by {change.when}"
            rule = f"no contacts for {change.need} go to '{change.source}'{when}"
            yield item.problem("source", rule, "they go to " + listed(sorted(doors)))


def _doors(change: RouteChange, evidence: Evidence) -> set[str]:
    """The agencies to which the contacts of a need go at the hours that a change speaks of."""
    route = evidence.routes[change.need]
    tables = {"day": [route.day], "night": [route.night], "both": [route.day, route.night]}
    return {name for table in tables[change.when] for name, share in table.items() if share > 0}
