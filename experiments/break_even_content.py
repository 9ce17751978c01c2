"""What `upstream break-even` found, for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from experiments.break_even import AIMS, STRENGTHS, BreakEven, worthwhile
from experiments.break_even_text import NAMED, OFFERS


def content_of(found: BreakEven) -> dict[str, Any]:
    """For JSON; pounds."""
    offers = np.linspace(0.0, OFFERS[-1], 51)
    return {
        "scenario": found.scenario.name,
        "years": found.years,
        "replicates": found.replicates,
        "seed": found.seed,
        "payers": {
            p.payer: {
                "net": p.net,
                "cash": p.cash,
                "pays": p.pays,
                "paid_back_years": p.back_in,
                "paid_back_years_beyond_chance": p.sure_in,
                "paid_back_years_cash": p.cash_back_in,
                "paid_back_years_cash_beyond_chance": p.cash_sure_in,
            }  # fmt: skip
            for p in found.payers
        },
        "programme": found.programme,
        "break_even_price": found.price,
        "break_even_price_cash": found.cash_price,
        "break_even_strength": None if found.strength is None else asdict(found.strength),
        "break_even_aim": None if found.aim is None else asdict(found.aim),
        "net_by_strength": _by(STRENGTHS, found.strengths),
        "net_by_aim": _by(AIMS, found.aims),
        "futures": len(found.nets),
        "futures_with_sets_of": found.sets_of if len(found.nets) else None,
        "acceptability": {"gbp_per_week": offers, "probability": worthwhile(found, offers)}
        if len(found.nets)
        else None,
        "value_of_knowing": [asdict(w) for w in found.worth[: 4 * NAMED]],
        "valued_at_gbp_per_week": found.decision_at,
        "notes": list(found.notes),
    }


def _by(settings: tuple[float, ...], net: Any) -> dict[str, float] | None:
    if net is None:
        return None
    return {f"{s:g}": float(x) for s, x in zip(settings, net.mean(axis=0), strict=True)}
