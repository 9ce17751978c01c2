"""Numbers as a reader wants them: no more digits than are known, units, and plain words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from experiments.stats import Interval

Kind = Literal["count", "money", "share", "number"]
"""People or contacts; pounds; a share of 1 shown in percent; anything else, as it is."""

NO_DIFFERENCE = "–"
DIGITS = 3
WITHIN_CHANCE = "within chance"
ABOUT = "about "
"""Before a range whose ends are the same, as far as they are told."""
RANGE_WIDTH = 14
"""Characters into which a range must go in a table."""
UNITS = {
    "money": ((1e9, "bn"), (1e6, "m"), (1e3, "k")),
    "count": ((1e6, "m"), (1e5, "k")),
    "share": (),
    "number": (),
}
"""From which size on a number is written in which unit; ``k`` is always a thousand."""
SIZES = {"bn": 1e9, "m": 1e6, "k": 1e3}
FEW = 8
"""Fewer replicates than this are few."""
ENOUGH_SETS = 16
"""Fewer plausible sets than this are few: `compare` takes so many."""
FINER = 1
"""Digits beyond the usual, at most, where a difference beyond chance would else look like none."""
FINEST = {"money": 0, "count": -1, "share": -2, "number": -3}
"""Power of ten of the finest digit ever shown, where no unit is written: pounds, not pence."""


MORE_OR_LESS: dict[Kind, tuple[str, str]] = {
    "count": ("more", "fewer"),
    "money": ("more", "less"),
    "share": ("points more", "points less"),
    "number": ("more", "fewer"),
}
"""What a difference of each kind is said to be."""


def kind_of(measure: str) -> Kind:
    """How a measure's numbers are written."""
    head = measure.split(".")[0]
    if head in ("net_benefit", "cost", "cashable_cost", "discounted_cost"):
        return "money"
    if "share" in measure or measure == "yoyo.reopened_within_year":
        return "share"
    return "number" if head in ("aces", "wait_weeks", "yoyo") else "count"


def level_text(interval: Interval, kind: Kind) -> str:
    """A level with its interval of chance, as ``£61.2m ±0.3m``; without one if there is none."""
    return _text(interval.by_chance, kind, signed=False)


def difference_text(interval: Interval, kind: Kind) -> str:
    """A paired difference with its interval of chance, for example ``+1,230 ±110``.

    Where chance includes zero, no number is put forward: ``– (±40)`` says how much chance alone
    moves it. Where only plausible numbers could undo it, it stands in brackets: ``(+1,230 ±110)``.
    Exactly the same in every run is ``0``.
    """
    own = interval.by_chance
    if interval.low == interval.high == 0 or (kind == "money" and _under_a_pound(own)):
        return "0"
    if own.low <= 0 <= own.high:
        least = 10.0 ** FINEST[kind] * _scale(0.0, kind)[0]
        chance = Interval(max(own.half, least), math.nan, math.nan)
        return f"{NO_DIFFERENCE} (±{_text(chance, kind, signed=False, digits=2)})"
    text = _away_from_zero(own, kind)
    return f"({text})" if interval.low <= 0 <= interval.high else text


def _under_a_pound(own: Interval) -> bool:
    """Pennies left over where a budget is moved from one agency to another are no difference."""
    return own.low == own.high and abs(own.mean) < 1


def in_plain_words(interval: Interval, kind: Kind, words: tuple[str, str] | None = None) -> str:
    """A paired difference as one would say it, by ``difference_text``'s rules: ``1,230 ±110 more``,
    ``perhaps 1,230 ±110 more``, ``no detectable difference (±40)``.

    ``words`` are those for more and for less; without them, the kind's own.
    """
    text = difference_text(interval, kind)
    if text == "0":
        return "exactly the same"
    if kind == "share":
        text = text.replace("%", "")
    if text.startswith(NO_DIFFERENCE):
        return f"no detectable difference {text.removeprefix(NO_DIFFERENCE).strip()}"
    more, fewer = words or MORE_OR_LESS[kind]
    perhaps = "perhaps " if text.startswith("(") else ""
    return f"{perhaps}{text.strip('()').lstrip('+-')} {more if interval.mean > 0 else fewer}"


def range_text(interval: Interval, kind: Kind, signed: bool) -> str:
    """The range over plausible sets of numbers for a cell: where it is long, ``-£1.7m..+£0.2m``."""
    text = range_in_words(interval, kind, signed)
    return text if len(text) <= RANGE_WIDTH else text.replace(" to ", "..")


def range_in_words(interval: Interval, kind: Kind, signed: bool) -> str:
    """The range over plausible sets of numbers, as ``+9 to +50``; nothing where none were run.

    Two figures of the larger end, both ends to the same place and each with its unit; one figure
    of an end that would else be nought, which says that it reaches neither end. Where sets
    differ by no more than chance would have them differ there is no range; nothing, where no run
    differs at all.
    """
    if interval.ignorance is None or any(map(math.isnan, interval.ignorance)):
        return ""
    low, high = interval.ignorance
    largest = max(abs(low), abs(high))
    if low == high:
        return WITHIN_CHANCE if interval.by_chance.half > 0 else ""
    scale, unit = _scale(largest, kind)
    if kind == "count" and not unit and largest >= 10_000:
        scale, unit = 1000.0, "k"
    finest = -2 if unit in SIZES else 0 if kind == "count" and largest >= 10 else FINEST[kind]
    last = max(_exponent(largest / scale) - 1, finest)
    low_end, high_end = (_end(x / scale, last, finest, unit, signed, kind) for x in (low, high))
    return f"{ABOUT}{low_end}" if low_end == high_end else f"{low_end} to {high_end}"


def _end(x: float, last: int, finest: int, unit: str, signed: bool, kind: Kind) -> str:
    if x and _round(x, last) == 0:
        last = max(_exponent(x), finest)
    shown = _round(x, last)
    pounds = "£" if kind == "money" else ""
    if shown == 0:
        return f"{pounds}0{unit if kind == 'share' else ''}"
    sign = "-" if shown < 0 else "+" if signed else ""
    return f"{sign}{pounds}{_digits(abs(shown), last)}{unit}"


def rough(replicates: int, sets: int = 0) -> str:
    """A warning where so few runs were made that intervals and ranges are rough themselves."""
    said = []
    if 2 <= replicates < FEW:
        said.append(
            f"{replicates} replicates are few, so that other luck could move the intervals and "
            f"ranges themselves. Better: {FEW} or more."
        )
    if sets == 1:
        said.append(f"1 plausible set is few. Better: {ENOUGH_SETS} or more.")
    elif 2 <= sets < ENOUGH_SETS:
        wider = 2 / (sets + 1)  # of so many and one more, any may be the lowest or the highest
        said.append(
            f"{sets} plausible sets are few: one more would widen a range {wider:.0%} of the time. "
            f"Better: {ENOUGH_SETS} or more."
        )
    return f"Rough: {' '.join(said)}" if said else ""


def last_digit(mean: float, half: float, digits: int = DIGITS) -> int:
    """The power of ten of the last digit worth showing.

    At most ``digits`` significant figures of the mean, and no finer than the interval: two figures
    of its half width if it begins with 1 or 2, else one.
    """
    of_mean = _exponent(mean) - digits + 1
    if math.isnan(half) or half == 0:
        return of_mean
    leading = round(half / 10.0 ** _exponent(half), 1)
    of_half = _exponent(half) - (1 if leading < 3 else 0)
    return max(of_mean, of_half)


def in_columns(cells: Iterable[str], width: int) -> str:
    """Cells of a table in columns of so many characters, on the right of each; a cell too long for
    its column stands apart from the one before it all the same."""
    return "".join(f" {cell:>{width - 1}}" for cell in cells)


def plain_words(key: str) -> str:
    """A key of a file in plain words: ``adult_social_care`` becomes ``Adult social care``."""
    known = {"nhs": "NHS", "ae": "A&E", "gp": "GP"}
    return known.get(key, key.replace("_", " ").capitalize())


def place_words(key: str) -> str:
    """The key of a place as its name: the title in our file of it, or what the authority is called.

    ``durham`` is ``County Durham``, ``stoke_on_trent`` is ``Stoke-on-Trent``.
    """
    from scenarios.authorities import read_authorities
    from scenarios.files import HERE, read_toml

    file = HERE / "places" / f"{key}.toml"
    if file.is_file():
        return str(read_toml(file).data["title"])
    names = {authority.file_name: authority.common_name for authority in read_authorities()}
    return names.get(key, key.replace("_", " ").title())


def _text(
    interval: Interval, kind: Kind, signed: bool, digits: int = DIGITS, finer: int = 0
) -> str:
    if math.isnan(interval.mean):
        return ""
    scale, unit, last = _written(interval, kind, digits)
    last -= finer
    half = interval.half / scale
    if signed and kind != "money" and interval.mean and _round(interval.mean / scale, last) == 0:
        last = _exponent(interval.mean / scale)  # beyond chance: never told as nought
    shown = _round(interval.mean / scale, last)
    sign = "" if shown == 0 else "-" if shown < 0 else "+" if signed else ""
    text = f"{sign}{'£' if kind == 'money' else ''}{_digits(abs(shown), last)}{unit}"
    if math.isnan(half) or half == 0:
        return text
    # an interval is never rounded away
    return f"{text} ±{_digits(max(half, 10.0**last), last)}{unit}"


def _written(interval: Interval, kind: Kind, digits: int) -> tuple[float, str, int]:
    """What to divide by, the unit to write behind, and the last digit to show."""
    scale, unit = _scale(interval.mean, kind)
    last = _last(interval, scale, unit, kind, digits)
    rounded = scale * _round(interval.mean / scale, last)
    if _scale(rounded, kind) != (scale, unit):  # £985k, known to £100k, is £1.0m
        scale, unit = _scale(rounded, kind)
        last = _last(interval, scale, unit, kind, digits)
    return scale, unit, last


def _away_from_zero(own: Interval, kind: Kind) -> str:
    """A difference beyond chance with as many digits as it takes to see that it is: ``+0.34 ±0.31``
    rather than ``+0.3 ±0.3``, which would seem to reach zero."""
    finer = 0
    while not math.isnan(own.mean) and finer < FINER and _seems_to_reach_zero(own, kind, finer):
        finer += 1
    return _text(own, kind, signed=True, finer=finer)


def _seems_to_reach_zero(own: Interval, kind: Kind, finer: int) -> bool:
    scale, _, last = _written(own, kind, DIGITS)
    last -= finer
    half = 0.0 if math.isnan(own.half) or own.half == 0 else max(own.half / scale, 10.0**last)
    return abs(_round(own.mean / scale, last)) <= _round(half, last)


def _last(interval: Interval, scale: float, unit: str, kind: Kind, digits: int) -> int:
    """The power of ten of the last digit to show, in this unit."""
    mean, half = interval.mean / scale, interval.half / scale
    finest = FINEST[kind] if unit not in SIZES else -2
    if kind == "count" and abs(mean) >= 10 and not unit:
        finest = 0
    return max(last_digit(mean, half, digits), finest)


def _scale(mean: float, kind: Kind) -> tuple[float, str]:
    """What to divide by, and the unit to write behind. Shares differ in percentage points."""
    if kind == "share":
        return 0.01, "%"
    for from_size, unit in UNITS[kind]:
        # 999,600 is a million to three figures
        if abs(mean) >= 0.9995 * from_size:
            return SIZES[unit], unit
    return 1.0, ""


def _exponent(x: float) -> int:
    """Power of ten of the leading digit; that of 100 for zero, which is shown without decimals."""
    return math.floor(math.log10(abs(x))) if x else DIGITS - 1


def _round(x: float, last: int) -> float:
    """Rounded to the power of ten ``last``, halves away from zero: money moved between two budgets
    is the same sum on either side. Adding 0.0 turns -0.0 into 0.0."""
    return round(x + math.copysign(1e-9 * 10.0**last, x), -last) + 0.0


def _digits(x: float, last: int) -> str:
    return f"{_round(x, last):,.{max(0, -last)}f}"
