"""What to write instead of a value or a name that TOML accepts and the model does not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import Any, Final

from scenarios.bad_toml import read_date
from scenarios.problems import did_you_mean, shown

LESS: Final = ("subtract", "minus", "less", "reduce", "reduce_by", "cut", "cut_by")
"""Names that people try where something is to be taken away; none is a setting."""
UNCLEAR: Final = 50
"""Per cent below which a factor may have been meant as what is taken away."""
_PERCENT: Final = re.compile(r"^\s*([+-]?)(\d{1,6}(?:\.\d{1,6})?)\s*%\s*$")


def instead_of_name(name: str, value: Any, fields: Collection[str]) -> str:
    """What to write for a setting that there is not, among the ``fields`` that there are."""
    taken = _taken_away(value, fields) if name in LESS else ""
    return taken or did_you_mean(name, fields)


def instead_of_value(name: str, value: Any, expected: str) -> str:
    """How to write what was probably meant by ``value``, where ``expected`` should stand."""
    if expected == "a date":
        return _date(value)
    if isinstance(value, str) and expected == "a number" and value.strip().endswith("%"):
        return _percent(name, value)
    if isinstance(value, str) and expected in ("a number", "a whole number", "true or false"):
        return f"{expected} is written without quotes"
    if expected == "text in quotes" and not isinstance(value, (list, dict)):
        return f'write "{shown(value)}"'
    return ""


def _taken_away(value: Any, fields: Collection[str]) -> str:
    """Less of something: multiplied by what is left, or a negative sum added."""
    given = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e10
    ways = []
    if "multiply" in fields:
        percent = 15.0 if not given else 100 * value if value < 1 else value
        percent = percent if percent < 100 else 15.0
        ways.append(f"for {percent:.4g}% less write multiply = {1 - percent / 100:.4g}")
    if "add_gbp_per_year" in fields:
        pounds = value if given and value >= 1 else 250_000
        ways.append(f"for £{pounds:,.10g} a year less write add_gbp_per_year = -{pounds:.10g}")
    if "add" in fields:
        less = f"{value:.10g}" if given else "0.1"
        ways.append(f"to take {less} away write add = -{less}")
    return "; ".join(ways)


def _date(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return f"leave out the time: {value.date().isoformat()}"
    better, why = read_date(value) if isinstance(value, str) else ("", "")
    if better and better != value:
        return f"{why}: write {better}, without quotes"
    if better:
        return f"a date is written without quotes: {better}"
    return why or "a date is written without quotes, like 2025-04-01"


def _percent(name: str, text: str) -> str:
    found = _PERCENT.match(text)
    sign, percent = (found[1], float(found[2])) if found else ("", 15.0)
    if name == "multiply":
        return _multiplied(sign, percent if found else 85.0)
    if "gbp" in name:
        return f"a sum is in pounds; for {percent:g}% more or less write multiply instead"
    return f"a number is written without quotes or %: {sign}{percent:g}% is {sign}{percent / 100:g}"


def _multiplied(sign: str, percent: float) -> str:
    """85% is what is left, as people write it; 15% may be a cut of so much; -15% is one."""
    left = {"-": 100 - percent, "+": 100 + percent}.get(sign, percent)
    left = left if left >= 0 else 85.0
    unclear = not sign and 0 < percent < UNCLEAR
    change = f"{abs(left - 100):g}% {'more' if left > 100 else 'less'}"
    return (
        "multiply is what is left, as a part of 1, without quotes or %: write multiply = "
        f"{left / 100:g}, for {change}"
        + (f"; for {percent:g}% less multiply = {1 - percent / 100:g}" if unclear else "")
    )
