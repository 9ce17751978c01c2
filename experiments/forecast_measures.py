"""Which of the model's measures a series is, and the agencies that no series is given for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from calibration.forecast.history import History
from calibration.forecast.model import Growth, scale_of, unseen_forecast
from experiments.commands import BadRequest
from experiments.wording import plain_words
from scenarios.problems import did_you_mean

if TYPE_CHECKING:
    from experiments.forecast import Outlook, Unseen
    from scenarios.resolved import Scenario

NEAR: Final = 0.75
"""How like a measure's name a series' must be for the measure to be proposed (difflib's ratio)."""


def measure_of(
    name: str, scenario: Scenario, growth: Mapping[str, Growth], told: Mapping[str, str]
) -> str | None:
    """The model's measure of a series: as told, by its dotted name, or contacts of an agency."""
    if not growth:
        return None
    if name in told:
        if told[name] not in growth:
            raise BadRequest(
                f"--measure {name}: {told[name]} is nought here in some year of a run (or no "
                "number), so it has no growth to forecast with"
            )
        return told[name]
    if name in growth:
        return name
    for key, spec in scenario.evidence.agencies.items():
        names = (key, key.replace("_", " "), plain_words(key), spec.title)
        if name.strip().casefold() in map(str.casefold, names):
            return f"contacts.{key}" if f"contacts.{key}" in growth else None
    return None


def check_told(told: Mapping[str, str], names: Sequence[str]) -> None:
    """That --measure names series of the file: one that is none would be forgotten silently."""
    for name in told:
        if name not in names:
            hint = did_you_mean(name, names)
            said = f"--measure {name}={told[name]}: the history has no series '{name}'"
            raise BadRequest(f"{said} - {hint}" if hint else said)


def sort_of(name: str, measure: str | None) -> str:
    """Of which sort a series is: of that of its measure (contacts, open cases), else its own."""
    return measure.partition(".")[0] if measure else f"the series {name}"


def hinted(
    history: History, measure: str | None, growth: Mapping[str, Growth], told: Mapping[str, str]
) -> History:
    """The history, with a note where the model was run and has nothing of that name."""
    if measure or not growth or history.name in told:
        return history
    near = get_close_matches(history.name.casefold().replace(" ", "_"), growth, 1, NEAR)
    said = (
        "its name is none of the model's, so the model has no part in it; if it is one of the "
        "model's measures, say which: "
    )
    said += (
        f'--measure "{history.name}={near[0]}"' if near
        else "they are in docs/generated/measures.md (--measure SERIES=MEASURE)"
    )  # fmt: skip
    return replace(history, notes=(*history.notes, said))


def finest(found: Sequence[Outlook]) -> History:
    """The history by whose periods the agencies without one are told: one as the file has it."""
    return min((one.history for one in found), key=lambda h: h.added)


def unseen_measures(
    found: Sequence[Outlook], growth: Mapping[str, Growth], scenario: Scenario
) -> list[Unseen]:
    """Contacts of the agencies that no history is given for, at the level of those that are; none
    where no series given is of contacts: then there is no level to bring the model's to."""
    from experiments.forecast import Unseen
    from sim.weekly import is_stock

    given = {one.measure for one in found}
    levels = [
        (_a_year(one.history), growth[one.measure])
        for one in found
        if one.measure and one.measure.startswith("contacts.")
    ]
    if not levels:
        return []
    scale, first = scale_of(levels), finest(found)
    horizon = next(len(one.forecast.draws) for one in found if one.history is first)
    unseen = []
    for key, spec in scenario.evidence.agencies.items():
        measure = f"contacts.{key}"
        if measure in given or measure not in growth:
            continue
        ahead = unseen_forecast(
            first.last, first.frequency, growth[measure], scale,
            is_stock(measure), horizon,
        )  # fmt: skip
        unseen.append(Unseen(measure, spec.title, ahead))
    return unseen


def not_told(
    found: Sequence[Outlook], growth: Mapping[str, Growth], scenario: Scenario
) -> list[str]:
    """Agencies without a history of whose contacts the model has no growth either, by title."""
    given = {one.measure for one in found}
    return [
        spec.title
        for key, spec in scenario.evidence.agencies.items()
        if f"contacts.{key}" not in given and f"contacts.{key}" not in growth
    ]


def _a_year(history: History) -> float:
    """What the last year of a history comes to."""
    every = history.frequency.per_year
    last = history.values[-every:]
    return max(float(last.mean()) * every, 0.5)
