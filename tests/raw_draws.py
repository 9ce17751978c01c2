"""Write the engine's draws to a pipe, for a published battery of tests of random numbers.

    python -m tests.raw_draws everything | dieharder -a -g 200
    python -m tests.raw_draws people --reversed | dieharder -a -g 200

Words of 64 bits, lower half first on the usual machines, without end.
"""

from __future__ import annotations

import argparse
import os
import sys

import numpy as np

from agents.streams import run_key
from tests.orders import Order, reversed_bits, stretch

BLOCK = 1 << 20


def main() -> int:
    """Write until nobody reads any more."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("order", choices=[order.name.lower() for order in Order])
    parser.add_argument("--reversed", action="store_true", help="lowest bit first")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    order, run = Order[asked.order.upper()], np.uint64(run_key(asked.seed, 0))
    first = 0
    try:
        while True:
            words = stretch(order, run, first, BLOCK)
            sys.stdout.buffer.write(reversed_bits(words) if asked.reversed else words)
            first += BLOCK
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
