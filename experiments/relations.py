"""Across the authorities of England: the data's relations beside the model's (``make relations``).

The model's authorities have their own population, deprivation, spending, staff, caseload and
turnover, and otherwise the settings of every place: nothing is fitted to their outcomes.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calibration.forecast.scores import Floats
from calibration.relations import Relation, relation
from experiments import drawing
from experiments.authority_runs import AuthorityTask, english, run_authority
from scenarios.authorities import Authority
from scenarios.problems import listed

DOCS: Final = Path(__file__).parents[1] / "docs"
EVERY, YEARS, SEED = 1, 3, 1
OUTCOMES: Final = {
    "not_in_need_percent": ("referrals closed, not in need", "children.not_in_need_share"),
    "rereferred_percent": ("re-referrals", "children.rereferred_share"),
    "looked_after_per_10000": ("looked after", "children.looked_after_per_10000"),
    "referrals_per_10000": ("referrals", "children.referrals_per_10000"),
}
"""Official figure: what it is called, and the model's measure."""
CAUSES: Final = {
    "spend": "spending on safeguarding and family help, a child",
    "caseload": "cases a social worker",
    "turnover": "social workers who leave in a year",
    "deprivation": "deprivation",
}


@dataclass(frozen=True)
class Pair:
    """One relation, in the data and in the model."""

    cause: str
    outcome: str
    controlled: bool
    data: Relation
    model: Relation

    @property
    def verdict(self) -> str:
        """Whether the model shows what the data show, in words."""
        if self.data.sign == 0:
            said = "nothing clear in the data"
            return said if self.model.sign == 0 else f"{said}, but {_way(self.model)} in the model"
        if self.model.sign == 0:
            return f"{_way(self.data)} in the data, nothing clear in the model"
        if self.model.sign != self.data.sign:
            return f"{_way(self.data)} in the data, {_way(self.model)} in the model: wrong"
        apart = self.data.slope_low > self.model.slope_high
        apart |= self.model.slope_low > self.data.slope_high
        return f"{_way(self.data)} in both" + (", of another size" if apart else "")


def _way(found: Relation) -> str:
    return "rises" if found.sign > 0 else "falls"


def causes_of(authorities: Sequence[Authority]) -> dict[str, Floats]:
    """What may move outcomes, float64[authorities], NaN where none was published."""

    def figure(a: Authority, name: str) -> float:
        value = a.figures[name]
        return float("nan") if value is None else value

    spend = [(figure(a, "safeguarding_gbp") + figure(a, "family_support_gbp")) / a.children
             for a in authorities]  # fmt: skip
    return {
        "spend": np.array(spend),
        "caseload": np.array([figure(a, "cases_per_social_worker") for a in authorities]),
        "turnover": np.array([figure(a, "turnover_percent") for a in authorities]),
        "deprivation": np.array([a.deprivation_score for a in authorities]),
    }


def in_data(authorities: Sequence[Authority], outcome: str) -> Floats:
    """An official figure of each authority."""
    return np.array([a.figures[outcome] or np.nan for a in authorities], float)


def pairs(
    everyone: Sequence[Authority], sample: Sequence[Authority], simulated: dict[str, Floats]
) -> list[Pair]:
    """Every cause with every outcome; all but deprivation itself with deprivation taken out."""
    found = []
    real, tried = causes_of(everyone), causes_of(sample)
    for cause in CAUSES:
        for outcome in OUTCOMES:
            controlled = cause != "deprivation"
            data = relation(real[cause], in_data(everyone, outcome),
                            real["deprivation"] if controlled else None)  # fmt: skip
            model = relation(tried[cause], simulated[outcome],
                             tried["deprivation"] if controlled else None)  # fmt: skip
            found.append(Pair(cause, outcome, controlled, data, model))
    return found


def simulate(
    sample: Sequence[Authority], years: int, workers: int, folder: Path | None
) -> dict[str, Floats]:
    """Each outcome of each authority in the model, a mean over years."""
    from experiments.progress import progress
    from sim.tasks import run_tasks

    tasks = [AuthorityTask(a.code, years, SEED, False) for a in sample]
    with progress("Simulating authorities", len(tasks)) as advance:
        found = run_tasks(
            run_authority, tasks, workers=workers, folder=folder, on_done=lambda *_: advance()
        )
    return {
        outcome: np.array([np.mean(one[measure]) for one in found])
        for outcome, (_, measure) in OUTCOMES.items()
    }


def table(found: Sequence[Pair]) -> str:
    """A markdown table, one relation a row."""
    lines = [
        "| with | outcome | data: rank | data: slope | model: rank | model: slope | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for p in found:
        cells = [CAUSES[p.cause], OUTCOMES[p.outcome][0]]
        for r in (p.data, p.model):
            cells += [_interval(r.rank, r.rank_low, r.rank_high),
                      _interval(r.slope, r.slope_low, r.slope_high)]  # fmt: skip
        lines.append("| " + " | ".join([*cells, p.verdict]) + " |")
    return "\n".join(lines)


def _interval(value: float, low: float, high: float) -> str:
    return f"{value:+.2f} ({low:+.2f} to {high:+.2f})"


def figure(found: Sequence[Pair], about: str) -> Figure:
    """Rank correlations, data above model, a panel for each cause."""
    picture = Figure(figsize=(12, 7.2), layout="constrained")
    grid = picture.subplots(2, 2, sharex=True, sharey=True).ravel()
    for axes, cause in zip(grid, CAUSES, strict=True):
        mine = [p for p in found if p.cause == cause]
        words = CAUSES[cause] + (", deprivation apart" if mine[0].controlled else "")
        axes.set_title(drawing.wrap(f"With {words}", 52), fontsize=11)
        for i, p in enumerate(mine):
            _dot(axes, p.data, -i + 0.16, drawing.BASE_COLOUR, "o")
            _dot(axes, p.model, -i - 0.16, drawing.MORE, "s")
        axes.axvline(0, color=drawing.BASE_COLOUR, linewidth=0.8)
        axes.set_yticks([-i for i in range(len(mine))], [OUTCOMES[p.outcome][0] for p in mine])
        axes.set_xlim(-1.03, 1.03)
        axes.set_xticks([-1, -0.5, 0, 0.5, 1])
        axes.set_xlabel("lower  ←  rank correlation  →  higher")
    first = grid[0]
    first.annotate("data", (0.97, 0.93), xycoords="axes fraction", ha="right",
                   color=drawing.BASE_COLOUR)  # fmt: skip
    first.annotate("model", (0.97, 0.85), xycoords="axes fraction", ha="right",
                   color=drawing.darker(drawing.MORE))  # fmt: skip
    picture.suptitle("Across the authorities of England", x=0.01, ha="left", fontsize=14)
    picture.supxlabel(about, x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)
    return picture


def _dot(axes: Axes, r: Relation, y: float, colour: str, marker: str) -> None:
    axes.plot([r.rank_low, r.rank_high], [y, y], color=colour, linewidth=1.6)
    axes.plot([r.rank], [y], color=colour, marker=marker, markersize=6)


def csv_text(sample: Sequence[Authority], simulated: dict[str, Floats]) -> str:
    """Each authority's outcomes, as published and as simulated."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name", *OUTCOMES, *(f"model_{name}" for name in OUTCOMES)])
    for i, a in enumerate(sample):
        own: list[Any] = [a.figures[name] for name in OUTCOMES]
        scale = [100.0 if name.endswith("percent") else 1.0 for name in OUTCOMES]
        made = [f"{k * simulated[name][i]:.1f}" for k, name in zip(scale, OUTCOMES, strict=True)]
        writer.writerow([a.code, a.common_name, *own, *made])
    return out.getvalue()


def main(argv: Sequence[str] | None = None) -> int:
    """Run a sample of authorities and write table, picture and figures."""
    from sim.tasks import cores

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--every", type=int, default=EVERY, help="take every so-manieth authority by size"
    )
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument("--folder", type=Path, help="keep finished runs here, to go on later")
    parser.add_argument("--out", type=Path, default=DOCS)
    a = parser.parse_args(argv)
    sample = english(a.every)
    simulated = simulate(sample, a.years, a.workers, a.folder)
    found = pairs(english(), sample, simulated)
    years = "year" if a.years == 1 else f"mean of {a.years} years"
    ran = "the same" if a.every == 1 else f"{len(sample)} of them, one in {a.every} by size"
    about = (
        f"Data: {len(english())} authorities, 2021/22 (DfE; outturn). Model: {ran}; {years}, one "
        f"run each, seed {SEED}. Whiskers: 95%."
    )
    print(table(found))
    unlike = [f"{OUTCOMES[p.outcome][0]} with {p.cause}" for p in found if "wrong" in p.verdict]
    print(f"\nOpposite in the model: {listed(unlike) or 'none'}\n{about}")
    a.out.mkdir(parents=True, exist_ok=True)
    with drawing.styled():
        drawing.save(figure(found, about), a.out / "relations")
    (a.out / "relations.csv").write_text(csv_text(sample, simulated), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
