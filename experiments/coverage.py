"""The page of all ways of working, made from their files and from what was measured of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from experiments.effects import Effect, Runs
from experiments.measured import Measured, Pair, Part
from experiments.stats import CHANCE_ONLY, Interval
from experiments.wording import difference_text, kind_of, level_text
from scenarios.changes import Change, Cost, TeamChange
from scenarios.schema import Described, Expected, Intervention
from scenarios.ways import DO_NOTHING, Way, described
from sim.metrics import meaning_of

DOCUMENTS: Final = {
    "wiltshire": "Wiltshire: high frequency contacts",
    "portsmouth": "Portsmouth: scrutiny review of complex needs",
    "wales": "Wales: Early Action Together",
    "durham": "Durham: Vulnerability Intervention Pathways",
    "concordat": "Crisis concordat: the LGA's survey",
}
_NAN = float("nan")


def page_text(
    ways: Mapping[str, Way], items: Mapping[str, Sequence[str]], measured: Measured
) -> str:
    """The whole page, in Markdown."""
    lines = [
        *_introduction(ways, items, measured),
        *_coverage(ways, items, measured),
        *_others(ways, items, measured),
        *_files(ways),
        *_parts(ways, measured),
        *_pairs(measured),
        *_measures(ways, measured),
    ]
    return "\n".join(lines) + "\n"


def mechanism_words(spec: Intervention) -> str:
    """The kinds of change a way is made of; a team with the rule by which it finds people."""
    words: dict[str, int] = {}
    for change in spec.changes:
        word = _kind_words(change)
        words[word] = words.get(word, 0) + 1
    return ", ".join(f"{n} × {word}" if n > 1 else word for word, n in words.items())


def change_words(change: Change) -> str:
    """One change, short enough for a table: its kind and what it is about."""
    about = [
        str(value)
        for name in ("agency", "event", "need", "source", "target", "name", "resource")
        if (value := getattr(change, name, None))
    ]
    for name in ("agencies", "needs", "losses"):
        about += getattr(change, name, None) or []
    return f"{change.kind}: {', '.join(about)}"


def verdict(expected: Expected, difference: Interval) -> str:
    """What was found, in the words of what was expected."""
    if not difference.detectable:
        return "not detected"
    found = "higher" if difference.mean > 0 else "lower"
    return found if found == expected.direction else f"{found}: not as expected"


def _introduction(
    ways: Mapping[str, Way], items: Mapping[str, Sequence[str]], measured: Measured
) -> Iterator[str]:
    n = sum(len(listed) for listed in items.values())
    yield "# Ways of working"
    yield ""
    yield (
        f"The five documents describe {n} ways of working. Each is a file in "
        "`scenarios/interventions/`, "
        f"made of the design's few kinds of change; there are {len(ways)} files. "
        "This page is made from them by `upstream interventions --page`; the measured effects come "
        "from `upstream interventions --measure` and are kept in `docs/interventions.json`. "
        "Nothing here is written by hand."
    )
    yield ""
    yield (
        "Sizes in the files are judgement unless they name evidence (ids of the table of effects). "
        "What follows from them is the model's answer, not evidence: read signs before sizes. "
        f"± is a 95% interval: {CHANCE_ONLY}. "
        "– (±x): no detectable difference, and how far chance alone moves it."
    )
    if "effects" in measured.runs:
        yield ""
        n = len(measured.effects)
        yield (
            f"Effects: {_how(measured.runs['effects'])}. What to look at was settled in runs with "
            f"other seeds. Of {n} effects that were not there at all, {0.05 * n:.0f} would still "
            "seem detected: an interval that only just excludes zero is to be read so."
        )


def _how(runs: Runs) -> str:
    return (
        f"{runs.place.capitalize()}, {runs.years} years from the start of the intervention, "
        f"{runs.replicates} replicates, seed {runs.seed}, as a year's average, paired with "
        "the same people in a world without it"
    )


def _coverage(
    ways: Mapping[str, Way], items: Mapping[str, Sequence[str]], measured: Measured
) -> Iterator[str]:
    found = described(ways.values())
    for document, listed in items.items():
        yield from ("", f"## {DOCUMENTS[document]}", "")
        yield "| item | where | file | mechanism | evidence | about | expected | measured |"
        yield "|---|---|---|---|---|---|---|---|"
        for item in listed:
            for way, place in found.get((document, item), []):
                yield _coverage_row(item, way, place, measured)


def _coverage_row(item: str, way: Way, place: Described, measured: Measured) -> str:
    return _row(
        item,
        place.where,
        _link(way.name),
        mechanism_words(way.spec),
        ", ".join(way.spec.evidence) or "none found",
        *_effect_cells(way, measured.effects.get(way.name)),
    )


def _effect_cells(way: Way, effect: Effect | None) -> tuple[str, str, str]:
    """The measure, what is expected of it and what was found."""
    expected = way.spec.expected
    if expected is None:
        return "", "", ""
    about = f"`{expected.measure}`"
    if expected.against:
        about += f" against {_link(expected.against)}"
    if effect is None:
        return about, expected.direction, "not measured yet"
    kind = kind_of(expected.measure)
    level = level_text(Interval(effect.level, _NAN, _NAN), kind)
    change = difference_text(effect.difference, kind)
    return about, expected.direction, f"{change} of {level}: {verdict(expected, effect.difference)}"


def _others(
    ways: Mapping[str, Way], items: Mapping[str, Sequence[str]], measured: Measured
) -> Iterator[str]:
    """Files that stand for no single item."""
    rest = [way for way in ways.values() if not way.spec.described]
    if rest:
        yield from ("", "## Put together from several", "")
        yield "| file | mechanism | evidence | about | expected | measured |"
        yield "|---|---|---|---|---|---|"
        for way in rest:
            ids = ", ".join(way.spec.evidence) or "none found"
            cells = _effect_cells(way, measured.effects.get(way.name))
            yield _row(_link(way.name), mechanism_words(way.spec), ids, *cells)


def _files(ways: Mapping[str, Way]) -> Iterator[str]:
    yield from ("", "## What each does, costs, and how it starts", "")
    yield (
        "Budgets and teams among the changes cost besides; the programme's own cost is given. "
        "An intervention starts when the scenario that uses it says; ramp is how long its changes "
        "take to act in full."
    )
    yield ""
    yield "| file | what it does | own cost | ramp | why the effect is expected |"
    yield "|---|---|---|---|---|"
    for way in ways.values():
        why = way.spec.expected.why if way.spec.expected else ""
        cost, ramp = _cost_words(way.spec.cost), _ramp_words(way.spec)
        yield _row(_link(way.name), way.spec.summary, cost, ramp, why)


def _cost_words(cost: Cost) -> str:
    yearly = f"£{cost.gbp_per_year:,.0f} a year" if cost.gbp_per_year else ""
    once = f"£{cost.gbp_once:,.0f} once" if cost.gbp_once else ""
    words = " and ".join(part for part in (yearly, once) if part)
    return f"{words}, {cost.payer}" if words else "none"


def _ramp_words(spec: Intervention) -> str:
    longest = max(change.ramp_weeks for change in spec.changes)
    ends = [change.for_weeks for change in spec.changes if change.for_weeks is not None]
    words = f"{longest} weeks" if longest else "at once"
    return f"{words}; ends after {max(ends)}" if ends else words


def _parts(ways: Mapping[str, Way], measured: Measured) -> Iterator[str]:
    if not measured.parts:
        return
    yield from ("", "## Which change does the work", "")
    yield (
        "Each intervention of several changes, less one of them at a time: what goes with it, of "
        f"the measure the intervention is about. {_how(measured.runs['parts'])}. In bold, the "
        "change that does most, where that can be told; parts need not add up."
    )
    yield ""
    yield "| file | without | what is left | what goes with it |"
    yield "|---|---|---|---|"
    for name, parts in measured.parts.items():
        if name in ways:
            yield from _part_rows(ways[name], parts)


def _part_rows(way: Way, parts: Sequence[Part]) -> Iterator[str]:
    expected = way.spec.expected
    kind = kind_of(expected.measure) if expected else "count"
    most = the_work(parts)
    for part in parts:
        work = difference_text(part.its_work, kind)
        cell = f"**{work}**" if part is most else work
        yield _row(_link(way.name), part.change, difference_text(part.left, kind), cell)


def the_work(parts: Sequence[Part]) -> Part | None:
    """The part without which most of the effect goes, if that can be told."""
    told = [part for part in parts if part.its_work.detectable]
    return max(told, key=lambda part: abs(part.its_work.mean), default=None)


def _pairs(measured: Measured) -> Iterator[str]:
    if not measured.pairs:
        return
    yield from ("", "## Two together are not the sum of each", "")
    yield (
        f"{_how(measured.runs['pairs'])}. Beyond the sum: what both do less what each does alone; "
        "where it deepens what they are for, they help each other. Where both set the same number "
        "(the quality of the police's referrals, an exclusion), the one named last prevails."
    )
    yield ""
    yield "| pair | about | first alone | second alone | both | beyond the sum | |"
    yield "|---|---|---|---|---|---|---|"
    for pair in measured.pairs:
        yield _pair_row(pair)


def _pair_row(pair: Pair) -> str:
    kind = kind_of(pair.measure)
    cells = (pair.alone_a, pair.alone_b, pair.both, pair.beyond)
    texts = [difference_text(interval, kind) for interval in cells]
    return _row(
        f"{_link(pair.a)} and {_link(pair.b)}", f"`{pair.measure}`", *texts, pair_verdict(pair)
    )


def pair_verdict(pair: Pair) -> str:
    """All measures of pairs are such that lower is better."""
    if not pair.beyond.detectable:
        return "not detected"
    return "help each other" if pair.beyond.mean < 0 else "get in each other's way"


def _measures(ways: Mapping[str, Way], measured: Measured) -> Iterator[str]:
    """What the measures mean."""
    names = {way.spec.expected.measure for way in ways.values() if way.spec.expected}
    names |= {pair.measure for pair in measured.pairs}
    yield from ("", "## The measures", "")
    for name in sorted(names):
        yield f"- `{name}`: {meaning_of(name)}"


def _kind_words(change: Change) -> str:
    if isinstance(change, TeamChange):
        serves = "notices" if change.notice else "team"
        return f"{serves} ({change.finds.replace('_', ' ')})"
    return change.kind


def _link(name: str) -> str:
    if name == DO_NOTHING:
        return name
    return f"[{name}](../scenarios/interventions/{name}.toml)"


def _row(*cells: str) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
