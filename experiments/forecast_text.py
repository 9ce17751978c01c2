"""A forecast in words, tables, files and pictures."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from calibration.forecast.backtest import COMBINED, Score
from calibration.forecast.history import History
from calibration.forecast.scores import Floats, at
from calibration.forecast.simple import INSTEAD, USUAL_CHANGE
from calibration.forecast.sparse import STEADY
from experiments.forecast import MODEL, Outlook, Outlooks
from experiments.forecast_measures import finest
from experiments.forecast_numbers import Precision, precision_of
from experiments.forecast_rows import rows, write
from experiments.output import say, version, warn
from scenarios.problems import listed
from sim import store

NO_COUNT: Final = "No count of these agencies is behind it."
NO_SCALE: Final = (
    "Agencies without a history are not told: no series given counts contacts with an agency, so "
    "there is nothing to bring the model's own level to. (upstream run tells what that is.)"
)
FEW: Final = 10
"""Of fewer tested values nobody can say which method is better."""
NAMES: Final = {
    "naive": "the season before",
    "ets": "exponential smoothing",
    "arima": "ARIMA",
    "returning": "the last value, returning",
    "steady": "counts around a mean",
    MODEL: "the model",
    COMBINED: "all combined",
}
WIDTHS: Final = {
    "naive": "how far the value of a season before was off in this history",
    "ets": "how far the fit missed the next value in this history, carried forward",
    "arima": "how far the fit missed the next value in this history, carried forward",
    "returning": "the usual size of this history's changes, with tails as such histories have",
    "steady": "the scatter of the counts around their mean, no less than chance, and a drift that "
    f"is assumed ({USUAL_CHANGE:.0%} a year)",
    MODEL: "how far such forecasts were off from earlier in this history, and how the model's sets "
    "of numbers differ",
    COMBINED: "those of all methods, mixed by weight",
}
"""What makes a forecast as wide as it is, method by method."""


def give_out(
    found: Outlooks,
    skipped: Sequence[History],
    read: Mapping[str, str],
    arguments: argparse.Namespace,
) -> None:
    """Text to standard output, files to the folder. ``read``: files read, and their SHA-256."""
    text, content = in_words(found, skipped), json.dumps(document(found), indent=1)
    say(content if str(arguments.json) == "-" else text)
    if arguments.json is not None and str(arguments.json) != "-":
        store.write_file(arguments.json, f"{content}\n".encode())
    if arguments.out is not None:
        about = {
            "version": version(), "seed": arguments.seed, "sets": arguments.sets, "read": read,
            "command": sys.argv,
        }  # fmt: skip
        with store.results_folder(arguments.out, about) as folder:
            (folder / "forecast.txt").write_text(text + "\n", encoding="utf-8")
            write(found, folder)
            (folder / "forecast.json").write_text(f"{content}\n")
            from experiments.fans import draw

            draw(found, folder)
        warn(f"Forecasts are in {arguments.out}")


def in_words(found: Outlooks, skipped: Sequence[History]) -> str:
    """The whole answer."""
    parts = [f"{found.place}: forecast of {len(found.given)} series given, "
             f"{len(found.unseen)} more from the model"]  # fmt: skip
    if found.source:
        said = (
            f"The model: {found.source}. It knows no history: growth and season are its own, the "
            "level is the history's."
        )
        parts.append(textwrap.fill(said, 96))
    parts += ["\n".join(_series(one, bool(found.source))) for one in found.given]
    if found.unseen:
        parts.append("\n".join(_unseen(found)))
    if found.source and not any((one.measure or "").startswith("contacts.") for one in found.given):
        parts.append(textwrap.fill(NO_SCALE, 96))
    if found.not_told:
        said = (
            f"Not told: {listed(found.not_told)}. No history is given of them, and in the model "
            "they have no contacts, or none in some year of a run, so there is nothing to scale."
        )
        parts.append(textwrap.fill(said, 96))
    if found.overall:
        parts.append("\n".join(_overall(found)))
    parts += [f"Not forecast: {h.name}: {h.notes[-1]}" for h in skipped]
    return "\n\n".join(parts)


def _series(one: Outlook, model_was_run: bool) -> Iterator[str]:
    h = one.history
    first, last = (h.frequency.label(day) for day in (h.first, h.last))
    yield f"{h.name}: {len(h.values)} {h.frequency.plural}, {first} to {last}"
    yield from (f"  note: {note}" for note in one.notes)
    if one.measure:
        yield f"  the model's measure: {one.measure}"
    yield f"  forecast by {NAMES[one.method]} ({one.forecast.form})"
    yield f"    chosen because: {one.why}"
    yield f"    widths: {widths(one)}"
    yield from (f"  WARNING: {line}" for line in doubts(one))
    yield f"  {'':12}{'middle':>12}{'mean':>12}{'80% between':>26}{'95% between':>26}"
    draws = one.forecast.draws
    shown = _some(len(draws))
    precision = precision_of(draws[[ahead - 1 for ahead in shown]])
    for ahead in shown:
        day = h.frequency.after(h.last, ahead)
        yield f"  {h.frequency.label(day):12}{_interval(draws[ahead - 1], precision)}"
    if len(shown) < len(draws):
        yield (f"  shown: {len(shown)} of the {len(draws)} {h.frequency.plural} forecast; all are "
               "in forecast.csv (--out)")  # fmt: skip
    yield from _tested(one.score, one.method, model_was_run)


def widths(one: Outlook) -> str:
    """What the intervals given out rest on; what could not be fitted is as the season before."""
    return WIDTHS["naive" if one.forecast.form.endswith(INSTEAD) else one.method]


def doubts(one: Outlook) -> list[str]:
    """What the tests say against the intervals that are given out."""
    score = one.score.get(one.method)
    if score is None or score.cases < FEW:
        return []
    found = []
    for share, inside, least in ((0.8, score.covered_80, 0.65), (0.95, score.covered_95, 0.85)):
        if inside < least:
            found.append(f"what came lay in the {share:.0%} interval only {inside:.0%} of the time")
    if found:
        found = [" and ".join(found) + ": do not rely on the intervals, they are too narrow here"]
    if score.covered_80 > 0.98 and score.cases >= 3 * FEW:
        found.append(f"what came lay in the 80% interval {score.covered_80:.0%} of the time: "
                     "the intervals are wider than they need be")  # fmt: skip
    return found


def _tested(score: dict[str, Score], method: str, model_was_run: bool) -> Iterator[str]:
    if not score:
        yield "  not tested: the history is too short"
        return
    cases = next(iter(score.values())).cases
    if set(score) == {method, COMBINED}:
        score = {method: score[method]}
    yield f"  tested on {cases} values of the history, from earlier origins:"
    yield f"  {'':24}{'CRPS':>8}{'pinball':>9}{'in 80%':>8}{'in 95%':>8}"
    for name, s in sorted(score.items(), key=lambda item: item[1].crps):
        used = "  <- used" if name == method else ""
        yield (f"  {NAMES[name]:24}{s.crps:8.2f}{s.pinball:9.3f}{s.covered_80:8.0%}"
               f"{s.covered_95:8.0%}{used}")  # fmt: skip
    yield f"  {verdict(score, model_was_run)}"
    if said := no_skill(score, method):
        yield f"  {said}"


def no_skill(score: Mapping[str, Score], method: str) -> str:
    """A sentence where the forecast given out was no nearer than the season before by itself."""
    before, used = score.get("naive"), score.get(method)
    if method == "naive" or not before or not used or used.cases < FEW or used.crps < before.crps:
        return ""
    told = f"What is given out ({NAMES[method]}) was no nearer than the season before by itself"
    return f"{told}: it has shown no skill on this series."


def verdict(score: dict[str, Score], model_was_run: bool = True) -> str:
    """Who won, in a sentence."""
    if list(score) == list(STEADY):
        said = "The only method for counts that are mostly nought: the others work on logarithms."
        cases = next(iter(score.values())).cases
        few = f" Too few values were tested ({cases}) to say whether the intervals hold."
        return said + few if cases < FEW else said
    simple = min((n for n in score if n not in (MODEL, COMBINED)), key=lambda n: score[n].crps)
    best = min(score, key=lambda n: score[n].crps)
    cases = score[best].cases
    if cases < FEW:
        told = f"Too few values were tested ({cases}) to say which method is better"
        return f"{told}, or whether the intervals hold."
    if MODEL not in score:
        why = "has no measure of this series" if model_was_run else "was not run (--sets 0)"
        return f"Best: {NAMES[best]}. The model {why}."
    said = _beside(score[MODEL].crps / score[simple].crps, NAMES[simple])
    if best == COMBINED:
        return said + ". All combined were better than each alone."
    return said + "."


def _beside(ratio: float, simple: str) -> str:
    """The model's error beside the best simple method's, so many times as large."""
    nearer = f"{1 - min(ratio, 1 / ratio):.0%}"
    if nearer == "0%":
        return f"The model was as near as {simple}, the best simple method"
    if ratio >= 2:
        return f"The simple method wins: the model's error was {times(ratio)} that of {simple}"
    if ratio > 1:
        return f"The simple method wins: {simple} was {nearer} nearer than the model"
    return f"The model was {nearer} nearer than {simple}, the best simple method"


def times(ratio: float) -> str:
    """A ratio of errors, to no more than is known of it."""
    if ratio >= 100:
        return "more than 100 times"
    return f"about {ratio:.0f} times" if ratio >= 10 else f"{ratio:.1f} times"


def _overall(found: Outlooks) -> Iterator[str]:
    units = "All series together (CRPS in units of the usual change over a season"
    if "naive" in found.overall:
        yield f"{units}; the season before"
        yield "  is the measure of skill: a method with a higher CRPS has shown none here):"
    else:
        yield f"{units}):"
    for name, s in sorted(found.overall.items(), key=lambda item: item[1].crps):
        yield (f"  {NAMES[name]:24}{s.crps:8.2f}{s.pinball:9.3f}{s.covered_80:8.0%}"
               f"{s.covered_95:8.0%}   of {s.cases}")  # fmt: skip
    yield from textwrap.wrap(_left_out(found), 94, initial_indent="  ", subsequent_indent="  ")


def _left_out(found: Outlooks) -> str:
    """The methods that are not in the table of all series, since some were not forecast by them."""
    tested = [one.score for one in found.given if one.score]
    some = Counter(name for score in tested for name in score if name not in found.overall)
    told = [f"{NAMES[name]} ({n} of the {len(tested)} series)" for name, n in some.items()]
    return f"Not held beside them, having been tested on some only: {listed(told)}." if told else ""


def _unseen(found: Outlooks) -> Iterator[str]:
    h = finest(found.given)
    yield (
        f"Agencies without a history: the model's share, scaled to those given; "
        f"per {h.frequency.name}.\n  {NO_COUNT}"
    )
    yield f"  {'':34}{'':12}{'middle':>12}{'mean':>12}{'80% between':>26}{'95% between':>26}"
    for one in found.unseen:
        ahead = len(one.forecast.draws)
        label = h.frequency.label(h.frequency.after(h.last, ahead))
        draws = one.forecast.draws[-1:]
        yield f"  {one.title[:33]:34}{label:12}{_interval(draws[0], precision_of(draws))}"
    if ahead > 1:
        yield f"  shown: the last of {ahead} {h.frequency.plural}; all are in forecast.csv (--out)"


def _interval(draws: Floats, precision: Precision) -> str:
    def short(level: float) -> str:
        return precision.told(float(at(draws, level)))

    low, high = f"{short(0.1)} to {short(0.9)}", f"{short(0.025)} to {short(0.975)}"
    return f"{short(0.5):>12}{precision.told(float(draws.mean())):>12}{low:>26}{high:>26}"


def _some(horizon: int) -> list[int]:
    """At most six steps ahead, evenly, the last one among them."""
    return [*range(horizon, 0, -horizon // 6)][::-1]


def document(found: Outlooks) -> dict[str, Any]:
    """Everything, for machines."""
    from dataclasses import asdict

    return {
        "place": found.place,
        "version": version(),
        "model": found.source,
        "series": {
            one.history.name: {
                "measure": one.measure,
                "method": one.method,
                "form": one.forecast.form,
                "why": one.why,
                "widths": widths(one),
                "warnings": doubts(one),
                "every": one.history.frequency.name,
                "notes": list(one.notes),
                "weights": {name: round(w, 4) for name, w in one.weights.items()},
                "scores": {name: asdict(s) for name, s in one.score.items()},
            }
            for one in found.given
        },
        "overall": {name: asdict(s) for name, s in found.overall.items()},
        "forecasts": list(rows(found)),
    }
