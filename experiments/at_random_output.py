"""What `upstream sensitivity --at-random` says: a table, JSON, and a picture for each measure."""

from __future__ import annotations

import argparse
import json
import math
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from experiments.asking import NET_BENEFIT, by_year, words_of
from experiments.at_random import Ranked
from experiments.discover import number_words
from experiments.ranking import FOLDS, Told, row_of, spread_of, surely_named
from experiments.stats import Interval
from experiments.wording import level_text, plain_words
from scenarios.uncertain import Uncertain, uncertain_numbers
from sim.metrics import MEANING, meaning_of

WIDTH: Final = 100
AS_ASKED: Final = "as asked"
"""The status of what ``--vary`` names: its range is the asker's."""


def give_out(found: Sequence[Ranked], arguments: argparse.Namespace) -> None:
    """The tables; JSON to a file, everything to a folder."""
    from experiments.output import say, version, warn
    from sim import store

    text = "\n\n".join(text_of(one) for one in found)
    say(text)
    content = json.dumps(document(found, arguments, version()), indent=1, ensure_ascii=False)
    if arguments.json is not None:
        store.write_file(arguments.json, f"{content}\n".encode())
    if arguments.out is not None:
        with store.results_folder(arguments.out, {"version": version(), "command": sys.argv}) as to:
            (to / "table.txt").write_text(f"{text}\n", encoding="utf-8")
            (to / "sensitivity.json").write_text(f"{content}\n", encoding="utf-8")
            _draw(found, arguments.seed, to)
        warn(f"Results are in {arguments.out}")


def _draw(found: Sequence[Ranked], seed: int, folder: Path) -> None:
    from experiments.at_random_figures import groups_figure, ranking_figure
    from experiments.drawing import save, styled

    with styled():
        for one in found:
            name = one.question.measure.replace(".", "_")
            if one.ranking.numbers:
                save(ranking_figure(one, seed), folder / f"ranking_{name}")
            save(groups_figure(one, seed), folder / f"sorts_{name}")


def text_of(found: Ranked) -> str:
    """The table of one measure."""
    lines = [
        found.question.title,
        *textwrap.wrap(f"{runs_words(found)} {spread_words(found)}", WIDTH),
        *textwrap.wrap(told_words(found), WIDTH),
        "",
    ]
    if found.ranking.numbers:
        lines += _rows(found)
    else:
        lines.append("No number stands out from what as many idle ones would show by luck.")
    return "\n".join([*lines, "", *_groups(found)])


def runs_words(found: Ranked) -> str:
    """How the numbers were varied."""
    return (
        f"{len(found.results):,} settings of all {len(found.ranges)} numbers at once, each number "
        "as likely below as above where it stands, each run with luck of its own; "
        f"{found.question.scenario.years} years."
    )


def spread_words(found: Ranked) -> str:
    """What came of it, over all settings."""
    ends = spread_of(found.results)
    low, middle, high = (value_words(found, ends[f"runs_{k}"]) for k in ("from", "middle", "to"))
    words = f"{middle} in the middle{by_year(found.question.measure)}, nine in ten from {low} to "
    if found.question.against is None:
        return f"{words}{high}."
    return f"{words}{high}; above nought in {float((found.results > 0).mean()):.0%}."


def told_words(found: Ranked) -> str:
    """How much is luck, how much the numbers tell, and how much of that is to be believed."""
    share, low, high = found.luck
    words = "How much is luck is not known: too few settings were lived twice."
    if not math.isnan(share):
        words = (
            f"Luck makes {share:.0%} (95%: {low:.0%} to {high:.0%}) of the differences between "
            f"runs, by {found.twice} settings lived twice."
        )
    told = found.ranking
    sure = surely_named(len(found.results), len(found.ranges))
    n = len(told.numbers)
    named = (
        f" {f'The {n} numbers named tell' if n > 1 else 'The number named tells'} {told.told:.0%} "
        "of them by straight lines in ranks, and"
        f" {max(0.0, told.afresh):.0%} of runs that were left out when numbers "
        "were chosen."
    )
    return (
        f"{words}{named if n else ''} A number that told {sure:.0%} would have been named nine "
        "times in ten."
    )


def value_words(found: Ranked, x: float) -> str:
    """A result as it is written."""
    return level_text(Interval(x, math.nan, math.nan), found.question.kind)


def result_words(found: Ranked) -> str:
    """What the measure means; of a difference, that it is one."""
    measure = found.question.measure
    if measure == NET_BENEFIT:
        return words_of(measure)
    words = meaning_of(measure)
    if measure not in MEANING:  # of one agency
        words += f" ({plain_words(measure.split('.')[-1])})"
    if found.question.against is None:
        return words[:1].upper() + words[1:]
    return f"Change in {words}"


def number_title(found: Ranked, name: str) -> str:
    """What a number means, in words."""
    return number_words(name, found.question.scenario)


def _rows(found: Ranked) -> list[str]:
    lines = [
        f"{'Goes with':62}{'share (95%)':18}{'in its lowest':14}highest",
        f"{'':80}{'third':14}third",
    ]
    for told in found.ranking.numbers:
        r = found.ranges[told.name]
        share = f"{told.share:.0%} ({max(0.0, told.share_low):.0%} to {told.share_high:.0%})"
        low, high = (value_words(found, x) for x in (told.low_third, told.high_third))
        words = textwrap.wrap(number_title(found, told.name), 60)
        lines.append(f"{words[0]:62}{share:18}{low:14}{high}")
        lines += [f"  {line}" for line in words[1:]]
        lines.append(
            f"    {told.name}: {found.values[told.name]:.3g}, from {r.low:.3g} to {r.high:.3g}; "
            f"taken in {told.folds} of {FOLDS} parts"
        )
    return lines


def _groups(found: Ranked) -> list[str]:
    lines = [f"{'Sorts of numbers, each number by itself in a straight line':66}{'share':8}95%"]
    for group in found.groups:
        ends = f"{group.low:.0%} to {group.high:.0%}"
        lines.append(f"{f'{group.name} ({group.numbers})':66}{f'{group.share:.0%}':8}{ends}")
    whole = found.whole
    return [*lines, f"{f'All numbers ({whole.numbers})':66}{f'{whole.share:.0%}':8}"
            f"{whole.low:.0%} to {whole.high:.0%}"]  # fmt: skip


def document(
    found: Sequence[Ranked], arguments: argparse.Namespace, version: str
) -> dict[str, Any]:
    """Everything that was found, for machines and for the workshop's page."""
    question = found[0].question
    title = question.scenario.title.removeprefix(f"{question.scenario.place.title}: ")
    return {
        "place": question.scenario.place.title, "version": version,
        "scenario": question.scenario.name, "title": title,
        "against": question.against.name if question.against else None,
        "runs": len(found[0].results), "lived_twice": found[0].twice,
        "years": question.scenario.years, "seed": arguments.seed,
        "numbers": len(found[0].ranges), "outcomes": [_outcome(one) for one in found],
    }  # fmt: skip


def _outcome(found: Ranked) -> dict[str, Any]:
    share, low, high = (None if math.isnan(x) else round(x, 3) for x in found.luck)
    told, n = found.ranking, len(found.results)
    return {
        "measure": found.question.measure, "title": result_words(found),
        "told": round(told.told, 3), "told_afresh": round(told.afresh, 3),
        "taken": len(told.numbers), "luck": share, "luck_low": low, "luck_high": high,
        "surely_named": round(surely_named(n, len(found.ranges)), 3),
        **spread_of(found.results), "above_nought": float((found.results > 0).mean()),
        "sorts": [asdict(group) for group in (*found.groups, found.whole)],
        "ranking": [row_of(_number(found, one), one) for one in told.numbers],
    }  # fmt: skip


def _number(found: Ranked, told: Told) -> Uncertain:
    """The number as the register has it, or as it was asked for."""
    known = uncertain_numbers(found.question.scenario.evidence)
    r, words = found.ranges[told.name], number_title(found, told.name)
    own = known.get(told.name)
    status, source = (own.status, own.source) if own else (AS_ASKED, "")
    return Uncertain(told.name, found.values[told.name], r.low, r.high, status, source, words)
