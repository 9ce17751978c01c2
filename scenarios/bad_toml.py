"""What to write instead of a line that is not TOML, for somebody who has never heard of TOML.

`tomllib` says at which line it stumbled and on what character. Most such lines are one of a few
slips, which are recognised here by the line itself: a date of another sort, a quote left open, text
without quotes, a word alone.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Final

LONGEST: Final = 120
"""A longer line than this is no slip of these kinds, and is not written out again."""

DATE_RULE: Final = "a date is year-month-day, as 2025-04-01"
SAME_TWICE: Final = "the same name or heading is given twice: keep one"
ONE_VALUE: Final = "a line holds one value and nothing after it, no unit either"
WHAT_IS_LEFT: Final = (
    "multiply is what is left, as a part of 1: a cut of 15% is 0.85, a rise of 15% is 1.15"
)
WHAT_A_LINE_IS: Final = (
    "a line is a setting (name = value), a heading ([[changes]]) or a remark (# at its start)"
)

_SETTING = re.compile(r"^\s*([\w.\"'-]+(?:[ \t]+[\w-]+)*)\s*([=:])\s*(.*?)\s*$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_NUMBER = re.compile(r"^(-?)£?(\d{1,3}(?:[, ]\d{3})+|\d*)(\.\d+)?(%?)$")
_COMMA = re.compile(r"^(-?)(?:0,(\d+)|(\d+),(\d{1,2}))(%?)$")
_WORDS = re.compile(r"^[^\W\d][^\"'=\[\]{}#]*$")
_HEADING = re.compile(r"^\s*(\[{1,2})\s*([\w.-]+)\s*\]{0,2}\s*$")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})


def what_to_write(line: str, said: str) -> str:
    """What is wrong with a line that `tomllib` refused, saying ``said``, and what to write."""
    if "overwrite" in said or "twice" in said:
        return SAME_TWICE
    line = line if len(line) <= LONGEST else ""
    if not line.strip():
        return _unclosed(said)
    setting = _SETTING.match(_without_remark(line))
    if setting:
        return _of_setting(setting[1], setting[2], setting[3], said)
    heading = _HEADING.match(line)
    if heading:
        end = "]" * len(heading[1])
        return f"a heading ends as it begins: write {heading[1]}{heading[2]}{end}"
    word = line.strip().strip("\"'")
    return f"{WHAT_A_LINE_IS}; for a remark write # {word}"


def _of_setting(name: str, sign: str, value: str, said: str) -> str:
    """A line that gives a name and a value."""
    if " " in name or "\t" in name:
        return f"a name has no spaces: write {'_'.join(name.split())} = ..."
    if name == "multiply" and value.endswith("%"):
        return WHAT_IS_LEFT
    better, why = _value(value)
    if better:
        return f"{why}: write {name} = {better}"
    if why:
        return why
    if sign == ":":
        return f"between a name and its value stands an equals sign: write {name} = {value}"
    if "\\" in value:
        return "with a backslash in it, text stands between single quotes"
    return _unclosed(said) or f"{ONE_VALUE}; text needs quotes; {DATE_RULE}"


def _value(value: str) -> tuple[str, str]:
    """What to write instead of a value, nothing where that is not known, and why."""
    if not value:
        return "", "after the equals sign a value is missing"
    for attempt in (read_date, _text, _amount):
        found = attempt(value)
        if any(found):
            return found
    return "", ""


def read_date(value: str) -> tuple[str, str]:
    """A date as the file wants it, nothing where none is known, and why; both empty of no date."""
    bare = value.strip("\"'")
    day_first, iso = _DAY_FIRST.match(bare), _ISO.match(bare)
    if not day_first and not iso:
        return "", ""
    parts = day_first.group(3, 2, 1) if day_first else iso.group(1, 2, 3) if iso else ()
    year, month, day = (int(part) for part in parts)
    if 1 <= month <= 12 and 1 <= day <= 31:
        return _in_calendar(year, month, day)
    if 1 <= day <= 12 < month <= 31:
        return _iso(year, day, month), f"there is no month {month}, and {DATE_RULE}"
    wrong = f"month {month}" if not 1 <= month <= 12 else f"day {day}"
    return "", f"there is no {wrong}: {DATE_RULE}, its month 01 to 12 and its day 01 to 31"


def _in_calendar(year: int, month: int, day: int) -> tuple[str, str]:
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return "", DATE_RULE
    last = calendar.monthrange(year, month)[1]
    if day > last:
        why = f"{calendar.month_name[month]} {year} has {last} days"
        return _iso(year, month, last), why
    return _iso(year, month, day), DATE_RULE


def _iso(year: int, month: int, day: int) -> str:
    return f"{year:04d}-{month:02d}-{day:02d}"


def _text(value: str) -> tuple[str, str]:
    """Text whose quotes are missing, curly, or open at one end; true and false in capitals."""
    if value.translate(_CURLY) != value and value[:1] in "“”„‘’":
        return f'"{value.translate(_CURLY).strip(chr(34) + chr(39))}"', "quotes must be straight"
    for quote in "\"'":
        if not value.startswith(quote * 3) and value.count(quote) == 1 and quote in (
            value[0], value[-1],
        ):  # fmt: skip
            return f'"{value.strip(quote)}"', "a quote is missing: text has one at either end"
    if value.lower() in ("true", "false", "yes", "no", "on", "off"):
        switch = "true" if value.lower() in ("true", "yes", "on") else "false"
        return switch, "a switch is true or false, in small letters"
    return (f'"{value}"', "text needs quotes") if _WORDS.match(value) else ("", "")


def _amount(value: str) -> tuple[str, str]:
    """A number as people write it: £250,000, 10%, or 0,05."""
    comma = _COMMA.match(value)
    if comma:
        sign, tenths, whole, rest, percent = comma.groups()
        number_is = f"{sign}{whole or 0}.{tenths or rest}"
        told = f"{float(number_is) / 100:g}" if percent else number_is
        return told, "a number has a decimal point, not a comma"
    number = _NUMBER.match(value)
    if not number:
        return "", ""
    sign, whole, rest, percent = number.groups()
    digits = sign + (re.sub(r"[, ]", "", whole).lstrip("0") or "0") + (rest or "")
    if digits == value:
        return "", ""
    if percent:
        return f"{float(digits) / 100:g}", "a share is written as a part of 1"
    return digits, "a number has no pound sign, comma, space or nought before it"


def _unclosed(said: str) -> str:
    """A list, a table or a long text that was begun and never ended: found further down."""
    said = said.lower()
    if "array" in said:
        return "a list that was begun with [ is not ended with ], or lacks a comma"
    if "inline table" in said:
        return "what was begun with { is not ended with } on its own line, or lacks a comma"
    if "unterminated" in said or 'expected "' in said or "expected '" in said:
        return "a text that was begun is not ended: look for a quote without a second"
    return ""


def _without_remark(line: str) -> str:
    """The line without a remark at its end; a # between quotes is none."""
    quoted = ""
    for at, character in enumerate(line):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "\"'":
            quoted = character
        elif character == "#":
            return line[:at]
    return line
