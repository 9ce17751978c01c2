"""Which needs a person has at all: most of the awake have one or two of nine.

One bit a need says so, and a table lists the needs of each of the 512 combinations, because the
processor cannot guess which of nine tests will hold.
"""

import numpy as np

from agents.kernel import inlined
from scenarios.names import N_NEEDS

_LISTS = [[k for k in range(N_NEEDS) if mask >> k & 1] for mask in range(1 << N_NEEDS)]
N_PRESENT = np.array([len(needs) for needs in _LISTS], np.uint8)
"""uint8[combinations] How many needs."""
PRESENT = np.array([needs + [0] * (N_NEEDS - len(needs)) for needs in _LISTS], np.uint8)
"""uint8[combinations, needs] Which, lowest first. Small, to stay in the innermost cache; unsigned,
because an index that may be negative is tested at each use."""


@inlined
def is_present(awake, row, need):
    """Whether a need is there at all."""
    return (awake.present[row] >> need) & 1 == 1


@inlined
def note_presence(awake, row, need):
    """Whoever sets a level or a set point from outside the weekly pass says so here."""
    bit = 1 << need
    if awake.level[row, need] > 0.0 or awake.set_point[row, need] > 0.0:
        awake.present[row] |= bit
    else:
        awake.present[row] &= ~bit
