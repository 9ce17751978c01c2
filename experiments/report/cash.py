"""What of a change in cost is cash, and what is capacity that is freed or taken up.

Fewer contacts do not make staff go away: of what follows demand only a share can be had in cash.
The rest is time, beds and places, which somebody else may use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from experiments.compare import Findings, Floats, Replicates
from experiments.quiet_sets import quiet_sets
from experiments.stats import Interval, mean_interval, pairwise, with_ignorance
from experiments.wording import in_plain_words, plain_words

CASHABLE = "cashable_cost."
TOTAL = "cost.total"
Side = Mapping[str, Floats]


def cash_in_words(found: Findings, name: str) -> Iterator[str]:
    """What all payers together pay or save in cash and in capacity, and then each of them in cash;
    nothing where no cost is known."""
    ours, base = found.scenarios[name].overall, found.scenarios[found.base].overall
    payers, cash = _payers(found, name), cash_in_all(found, name)
    if cash is None or TOTAL not in ours or TOTAL not in base:
        return
    rest = _difference(found, name, [TOTAL], less=payers)
    yield (
        f"Cash, all payers together: {_said(cash)}. Capacity used (time of staff, beds and places, "
        f"which are paid for in any case): {_said(rest)}."
    )
    each = (f"{_called(p)} {_said(_difference(found, name, [p]))}" for p in payers)
    yield f"Cash, by payer: {'; '.join(each)}."


def cash_in_all(found: Findings, name: str) -> Interval | None:
    """By how much more is paid in cash, all payers together; None where no cash is known."""
    payers = _payers(found, name)
    return _difference(found, name, payers) if payers else None


def _payers(found: Findings, name: str) -> list[str]:
    """The measures of cash that both sides have."""
    ours, base = found.scenarios[name].overall, found.scenarios[found.base].overall
    return [m for m in base if m.startswith(CASHABLE) and m in ours]


def _difference(
    found: Findings, name: str, plus: Sequence[str], less: Sequence[str] = ()
) -> Interval:
    """Of a sum of measures, paired run by run."""

    def apart(sides: Mapping[str, Replicates], which: str) -> Floats:
        ours, base = (getattr(sides[each], which) for each in (name, found.base))
        return pairwise(_sum(ours, plus, less), _sum(base, plus, less))

    own, sets = found.scenarios, found.plausible
    if not sets:
        return mean_interval(apart(own, "overall"))
    quiet = quiet_sets(apart(own, "per_year"), apart(sets, "per_year"))
    return with_ignorance(apart(own, "overall"), apart(sets, "overall"), quiet)


def _sum(side: Side, plus: Sequence[str], less: Sequence[str]) -> Floats:
    total = np.sum([side[m] for m in plus], axis=0)
    return np.asarray(total - np.sum([side[m] for m in less], axis=0) if less else total)


def _said(difference: Interval) -> str:
    return in_plain_words(difference, "money")


def _called(measure: str) -> str:
    return plain_words(measure.removeprefix(CASHABLE))
