"""What crisis resources do to the whole system over ten years.

Portsmouth with the crisis door's own model, doing nothing, against the same with one more suite,
with approved professionals round the clock, and with an evening cafe: paired differences.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

from experiments.commands import build_crisis_tables
from experiments.compare import Findings, differences, levels, run_scenarios
from experiments.options import REPLICATES, SEED, add_replicate_options
from experiments.output import say
from experiments.pool import cores
from experiments.progress import progress
from experiments.stats import Interval
from scenarios.changes import CrisisResourceChange
from scenarios.load import load_using
from scenarios.resolved import DatedChange, DatedCost, Scenario
from sim.run import run_replicate

BASE: Final = Path(__file__).parents[1] / "scenarios" / "portsmouth" / "do_nothing.toml"
MEASURES: Final = (
    ("crisis.place_of_safety", "Crises a year in a suite", 1.0),
    ("crisis.custody", "Crises a year in custody", 1.0),
    ("crisis.ae_wait", "Crises a year with a long wait in A&E", 1.0),
    ("crisis.acute_bed", "Crises a year in an acute bed", 1.0),
    ("crisis.police_hours", "Police crew hours a year on crises", 1.0),
    ("people.in_crisis", "People in crisis in an average week", 1.0),
    ("cost.payer.police", "Police pay, £k a year", 1e-3),
    ("cost.payer.nhs", "NHS pays, £k a year", 1e-3),
    ("cost.payer.council", "Council pays, £k a year", 1e-3),
    ("cost.programme", "of all this the programme, £k a year", 1e-3),
)


def main(argv: list[str] | None = None) -> int:
    """Run and print. A run of eight replicates takes some minutes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_replicate_options(parser)
    parser.set_defaults(replicates=REPLICATES, seed=SEED)
    arguments = parser.parse_args(argv)
    scenarios = four()
    build_crisis_tables(scenarios)
    with progress("Simulating", arguments.replicates) as advance:
        findings, stopped = run_scenarios(
            run_replicate, scenarios, "do_nothing", arguments.seed, arguments.replicates,
            arguments.workers or cores(), advance,
        )  # fmt: skip
    if stopped is not None:
        raise stopped
    say(text(findings))
    return 0


def four() -> list[Scenario]:
    """Doing nothing and three others, all with the crisis door's own model."""
    used = {
        "do_nothing": [],
        "amhp_round_the_clock": ["amhp_round_the_clock"],
        "evening_cafe": ["evening_cafe"],
    }
    loaded = [replace(s, crisis_door="pathway") for s in load_using(BASE, used)]
    return [loaded[0], one_more_suite(loaded[0]), *loaded[1:]]


def one_more_suite(base: Scenario) -> Scenario:
    """A second staffed suite from the start, at half of what S004 p. 42 says two cost (C11)."""
    suite = CrisisResourceChange(kind="crisis_resource", resource="suite", add=1)
    return replace(
        base,
        name="one_more_suite",
        title="One more suite",
        changes=(DatedChange(suite, base.start, None, 0, "crisis_effects"),),
        costs=(DatedCost(150_000.0 * 1.312, 0.0, "nhs", base.start, None, "crisis_effects"),),
    )


def text(findings: Findings) -> str:
    """A row a measure: doing nothing, then the paired differences."""
    heads = ("Do nothing", *(name.replace("_", " ") for name in findings.others))
    lines = [
        f"{findings.place_title}, {findings.years} years, {len(findings.replicates)} replicates, "
        f"seed {findings.seed}; averages over the years; 95% intervals of chance only",
        f"{'':42}" + "".join(f"{head:>24}" for head in heads),
    ]
    base = levels(findings, findings.base)
    others = [differences(findings, name) for name in findings.others]
    for measure, label, scale in MEASURES:
        cells = [_cell(base[measure], scale, "")] + [_cell(d[measure], scale, "+") for d in others]
        lines.append(f"{label:42}" + "".join(f"{cell:>24}" for cell in cells))
    return "\n".join(lines)


def _cell(interval: Interval, scale: float, sign: str) -> str:
    known = interval.mean != 0 and (not sign or interval.detectable)
    mark = "" if known or interval.half == 0 else " n.d."
    return f"{scale * interval.mean:{sign},.1f} ±{scale * interval.half:,.1f}{mark}"


if __name__ == "__main__":
    raise SystemExit(main())
