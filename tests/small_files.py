"""Scenario files of a place with few residents, for what reads scenarios from files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from scenarios.files import HERE

SHORT_SENSITIVITY = ("--years", "1", "--runs", "70", "--numbers", "general.lifecourse.*")
"""About as short as a sensitivity analysis can be: what is killed, again and again."""


def small_copy(folder: Path, *names: str, share: float = 0.01, years: int = 2) -> Path:
    """Copy Portsmouth with ``share`` of its residents and some of its scenarios; the first's path.

    Budgets are not shared out: there are no queues.
    """
    text = (HERE / "places" / "portsmouth.toml").read_text(encoding="utf-8")
    head, table = text.split("[population]\n", 1)
    bands, rest = re.split(r"(?=^\[|^$)", table, maxsplit=1, flags=re.MULTILINE)
    fewer = re.sub(r"= *([\d_]+)", lambda m: f"= {share * float(m[1]):.3f}", bands)
    (folder / "small.toml").write_text(f"{head}[population]\n{fewer}{rest}", encoding="utf-8")
    for name in {"do_nothing", *names}:
        shutil.copy(HERE / "portsmouth" / f"{name}.toml", folder)
    base = folder / "do_nothing.toml"
    text = base.read_text(encoding="utf-8").replace('"portsmouth"', '"small.toml"')
    base.write_text(text.replace("years = 10", f"years = {years}"), encoding="utf-8")
    return folder / f"{names[0]}.toml"
