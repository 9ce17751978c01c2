"""The model beside the documents: orders of magnitude, place by place (``make targets``)."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from calibration.simulate import measures_of
from calibration.targets import Fitted, Target, load_targets, places_with_targets, value_of
from scenarios.load import load_scenario

YEARS = 5
REPLICATES = 8
SEED = 1
_SCENARIOS = Path(__file__).parents[1] / "scenarios"


@dataclass(frozen=True)
class Held:
    """A target with what the model makes of it."""

    target: Target
    value: float

    @property
    def met(self) -> bool:
        """Whether the model is within the target's range."""
        return self.target.is_met_by(self.value)


def hold_against_targets(place: str) -> tuple[Held, ...]:
    """Run a place doing nothing and hold it against its targets; means over replicates."""
    scenario = load_scenario(_SCENARIOS / place / "do_nothing.toml")
    scenario = dataclasses.replace(scenario, years=YEARS)
    runs = [measures_of(scenario, SEED, replicate) for replicate in range(REPLICATES)]
    return tuple(
        Held(target, float(np.mean([value_of(target, run) for run in runs])))
        for target in load_targets(place)
    )


def main() -> int:
    """Print every target beside the model; exit 0 whatever it shows: this is a report."""
    for place in places_with_targets():
        print(f"{place.title()}, doing nothing for {YEARS} years, {REPLICATES} replicates\n")
        print(f"  {'':4}{'':58}{'documents':>10}{'range':>18}{'model':>10}")
        for held in hold_against_targets(place):
            t = held.target
            spread = f"{_short(t.low)} to {_short(t.high)}"
            verdict = "" if held.met else "  outside"
            verdict += "" if isinstance(t, Fitted) else "  (held back)"
            print(
                f"  {t.id:4}{t.definition[:57]:58}{_short(t.value):>10}{spread:>18}"
                f"{_short(held.value):>10}{verdict}"
            )
        print()
    return 0


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
