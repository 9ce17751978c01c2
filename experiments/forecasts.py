"""The forecasts that are shipped, made by one command (``make forecasts``).

Series of England and of its authorities end in the repository's last year. What is forecast here
can be held against the years after, once somebody looks them up: the files name method and version.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.forecast.backtest import COMBINED, Score, Tested, scores, weights_at, with_combined
from calibration.forecast.combine import mixture
from calibration.forecast.history import History, read_histories
from calibration.forecast.model import Growth
from calibration.forecast.panel import HISTORIES, Panel, forecasts, read_panels, tested
from calibration.forecast.periods import FREQUENCIES
from calibration.forecast.scores import Floats
from experiments.forecast import Outlook, outlooks
from experiments.forecast_rows import COLUMNS, forecast_rows
from scenarios.authorities import find_authority, read_authorities

FOLDER: Final = HISTORIES.parent / "forecasts"
SCENARIOS: Final = Path(__file__).parents[1] / "scenarios"
PLACES: Final = ("portsmouth", "wiltshire")
"""Places with a calibrated ensemble; an authority has the growth of the one nearest to it in
deprivation, and England that of both together."""
HORIZON: Final = 5
RUNS: Final = 12
SEED: Final = 1
ENGLAND: Final = {
    "looked_after_england": "children.looked_after",
    "in_need_england": "open.childrens_social_care",
    "in_treatment_england": "people.treated.substance",
    "new_in_treatment_england": "opened.substance",
    "treatment_exits_england": "closed.substance",
    "section_136": "crisis.place_of_safety",
}
"""Which measure of the model each series is; the others have none."""
AUTHORITIES: Final = {
    "referrals": "accepted.childrens_social_care",
    "referrals_no_further_action": "nfa.childrens_social_care",
    "in_need_episodes_started": "opened.childrens_social_care",
    "in_need_episodes_ended": "closed.childrens_social_care",
    "in_need_31_march": "open.childrens_social_care",
    "looked_after_rate_per_10000": "children.looked_after_per_10000",
}
ADD_UP: Final = (
    "referrals", "referrals_no_further_action", "assessed_not_in_need", "rereferrals",
    "in_need_episodes_started", "in_need_episodes_ended", "in_need_31_march",
    "protection_plans_31_march",
)  # fmt: skip
"""Series whose sum over authorities is one of England."""


def main() -> int:
    """Make all files anew."""
    FOLDER.mkdir(exist_ok=True)
    growth = {place: model_growth(place) for place in PLACES}
    panels = read_panels(HISTORIES / "authorities.csv.gz", residents())
    england = [*read_histories(HISTORIES / "england.csv"), *sums(panels)]
    national = for_england([h for h in england if len(h.values) >= 3], together(growth))
    _write(FOLDER / "england.csv", _national_rows(national))
    found = {name: for_panel(panel, growth_of(panel, growth))
             for name, panel in sorted(panels.items())}  # fmt: skip
    lines = (row for name, (_, rows) in found.items() for row in rows)
    _write(FOLDER / "authorities.csv.gz", lines)
    told = [one for one in national if one.measure]
    england_scores = {"england": pooled(national), "england_with_model": pooled(told)}
    _write_scores(england_scores | {name: s for name, (s, _) in found.items()})
    print(scores_table())
    return 0


def model_growth(place: str) -> dict[str, Growth]:
    """What the model makes of a calibrated place in the years ahead."""
    from experiments.model_paths import PathTask, growths, sets_for
    from scenarios.load import load_scenario
    from sim.tasks import cores

    path = SCENARIOS / place / "do_nothing.toml"
    sets = sets_for(load_scenario(path), RUNS, SEED)
    tasks = [PathTask(path, HORIZON + 1, SEED, i, n) for i, n in enumerate(sets.numbers)]
    return growths(tasks, sets.weight, cores(), lambda: None)


def together(growth: Mapping[str, Mapping[str, Growth]]) -> dict[str, Growth]:
    """The sets of all places as if they were of one; each place counts the same."""
    first, *others = growth.values()
    names = [name for name in first if all(name in other for other in others)]
    return {
        name: Growth(
            np.concatenate([of[name].by_year / of[name].by_year[:, :1] for of in growth.values()]),
            np.concatenate([of[name].weight for of in growth.values()]) / len(growth),
            first[name].season,
        )
        for name in names
    }


def growth_of(panel: Panel, growth: Mapping[str, Mapping[str, Growth]]) -> Floats | None:
    """[HORIZON, places] By how much the nearest calibrated place grows; None without a measure."""
    measure = AUTHORITIES.get(panel.series, "")
    if not all(measure in of for of in growth.values()):
        return None
    years = np.arange(1.0, HORIZON + 1)
    moved = {place: np.exp(of[measure].change(years)[0]) for place, of in growth.items()}
    return np.stack([moved[place] for place in nearest_places(panel.places)], axis=1)


def nearest_places(codes: Sequence[str]) -> list[str]:
    """The calibrated place that is nearest in deprivation to each authority."""
    score = {a.code: a.deprivation_score for a in read_authorities()}
    of_place = {place: score[find_authority(place).code] for place in PLACES}
    return [min(PLACES, key=lambda p: abs(of_place[p] - score[code])) for code in codes]


def residents() -> dict[str, int]:
    """Residents of each authority by its code."""
    return {a.code: a.residents for a in read_authorities()}


def sums(panels: dict[str, Panel]) -> Iterator[History]:
    """England, as the sum of those authorities that have a value in every year."""
    for name in ADD_UP:
        values = panels[name].values
        whole = values[~np.isnan(values).any(axis=1)]
        said = f"sum of the {len(whole)} authorities with a value in every year"
        first = FREQUENCIES["year"]
        yield History(
            f"{name}_sum_of_authorities", first, _new_year(panels[name].first_year),
            whole.sum(axis=0), np.ones(whole.shape[1], bool), (said,),
        )  # fmt: skip


def _new_year(year: int) -> Any:
    import datetime as dt

    return dt.date(year, 1, 1)


def for_england(histories: Sequence[History], growth: dict[str, Growth]) -> list[Outlook]:
    """Every method on every national series."""
    measures: dict[str, str | None] = {}
    for h in histories:
        name = h.name.removesuffix("_sum_of_authorities")
        measure = ENGLAND.get(h.name) or (AUTHORITIES.get(name) if name != h.name else None)
        measures[h.name] = measure if measure in growth else None
    return outlooks(histories, growth, measures, HORIZON)


def pooled(found: Sequence[Outlook]) -> dict[str, Score]:
    """Scores over all national series."""
    from experiments.forecast import overall

    return overall(found)


def for_panel(panel: Panel, growth: Floats | None) -> tuple[dict[str, Score], list[dict[str, Any]]]:
    """Scores of every method on past origins, and the forecasts of the best for each place."""
    test = tested(panel, HORIZON, growth)
    combined = with_combined([test], [panel.years])
    score = scores(combined)
    method = min(score, key=lambda name: score[name].crps)
    ways = forecasts(panel, panel.years, HORIZON, growth)
    draws = _now(panel, test, method, ways)
    return score, list(_panel_rows(panel, method, draws))


def _now(panel: Panel, test: Tested, method: str, ways: Mapping[str, Floats]) -> Floats:
    """[horizon, places, N_LEVELS] from the last year on."""
    if method != COMBINED:
        return ways[method]
    return mixture(list(ways.values()), weights_at([test], [panel.years]))


def _panel_rows(panel: Panel, method: str, draws: Floats) -> Iterator[dict[str, Any]]:
    year = FREQUENCIES["year"]
    for i, code in enumerate(panel.places):
        if np.isnan(draws[:, i]).any():
            continue  # its last year was not published, or too few before it
        last = _new_year(panel.first_year + panel.years - 1)
        history = History(panel.series, year, last, np.zeros(1), np.ones(1, bool))
        yield from forecast_rows(history, f"{panel.series}.{code}", method, draws[:, i])


def _national_rows(found: Sequence[Outlook]) -> Iterator[dict[str, Any]]:
    for one in found:
        yield from forecast_rows(one.history, one.history.name, one.method, one.forecast.draws)


def _write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    content = out.getvalue().encode("utf-8")
    path.write_bytes(gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content)


def _write_scores(found: dict[str, dict[str, Score]]) -> None:
    with (FOLDER / "scores.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["series", "method", "cases", "crps", "pinball", "in_80", "in_95"])
        for series, score in found.items():
            for method, s in score.items():
                numbers = (s.crps, s.pinball, s.covered_80, s.covered_95)
                writer.writerow([series, method, s.cases, *(f"{x:.3f}" for x in numbers)])


def scores_table() -> str:
    """The scores that are shipped, for the docs: CRPS by method, coverage of the best."""
    with (FOLDER / "scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    methods = list(dict.fromkeys(row["method"] for row in rows if row["method"] != COMBINED))
    heads = ["series", "values tested", *methods, COMBINED, "best: in 80%", "in 95%"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for series in dict.fromkeys(row["series"] for row in rows):
        mine = {row["method"]: row for row in rows if row["series"] == series}
        best = min(mine.values(), key=lambda row: float(row["crps"]))
        told = [_told(mine.get(method), best) for method in (*methods, COMBINED)]
        inside = [f"{float(best[k]):.0%}" for k in ("in_80", "in_95")]
        cells = [series.replace("_", " "), best["cases"], *told, *inside]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _told(row: dict[str, str] | None, best: dict[str, str]) -> str:
    if row is None:
        return ""
    crps = f"{float(row['crps']):.2f}"
    return f"**{crps}**" if row is best else crps


if __name__ == "__main__":
    sys.exit(main())
