"""What the loader hands on: one scenario with everything filled in, checked and immutable.

Nothing in here refers to a file any more, except for the hashes that say what was read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property

from pydantic_core import to_json

from scenarios.changes import Change
from scenarios.crisis_door import PathwaySpec
from scenarios.schema import (
    AgencySpec,
    CrisisDoor,
    CrisisSpec,
    EventSpec,
    GeneralValue,
    Mechanisms,
    NeedSpec,
    PlaceSpec,
    RouteSpec,
)


@dataclass(frozen=True)
class DatedChange:
    """One change, with the dates on which it acts and the file it came from."""

    change: Change
    start: dt.date
    end: dt.date | None
    ramp_weeks: int
    origin: str


@dataclass(frozen=True)
class DatedCost:
    """A programme's own cost between two dates, in pounds of the model's price year."""

    gbp_per_year: float
    gbp_once: float
    payer: str
    start: dt.date
    end: dt.date | None
    origin: str


@dataclass(frozen=True)
class Evidence:
    """The national register: needs, events, agencies, routes, crisis table and general numbers."""

    needs: dict[str, NeedSpec]
    events: dict[str, EventSpec]
    agencies: dict[str, AgencySpec]
    routes: dict[str, RouteSpec]
    crisis: CrisisSpec
    crisis_pathway: PathwaySpec
    general: dict[str, GeneralValue]
    """By dotted name, for example ``people.frailty_sigma``."""


@dataclass(frozen=True)
class Scenario:
    """Everything a run needs to know. Money is in the model's price year."""

    name: str
    title: str
    summary: str
    place_name: str
    place: PlaceSpec
    start: dt.date
    years: int
    mechanisms: Mechanisms
    evidence: Evidence
    """The register with the place's agencies, routes and the scenario's parameters applied."""
    changes: tuple[DatedChange, ...]
    costs: tuple[DatedCost, ...]
    files: dict[str, str]
    """Every file read, with its SHA-256."""
    crisis_door: CrisisDoor = "table"
    """What answers for the crisis door: the table of shares, or its own model."""

    @cached_property
    def content(self) -> str:
        """SHA-256 of all that it says: equal in every process where scenarios are equal."""
        return hashlib.sha256(to_json(self, inf_nan_mode="constants")).hexdigest()
