"""How the loops of the model are compiled.

Kernels do not count references to arrays: whoever calls the week holds the world, so no array can
go away while a kernel runs. Counting took 40% of the time of every week (an atomic instruction at
each mention of a table), and without it nothing in a kernel may allocate. The few functions that
do allocate say so.

Numba keeps compiled code by the file of the outermost function, and would go on using it after a
function that it calls, in another file, has changed. So the code is kept apart for each state of
the sources.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import numba

_ROOT = Path(__file__).resolve().parent
_SOURCES = ("agents", "sim/week.py", "scenarios/names.py")


def _state_of_sources() -> str:
    """A short name for the present text of all that kernels are made of."""
    text = hashlib.sha256()
    for source in _SOURCES:
        path = _ROOT.parent / source
        for file in [path] if path.is_file() else sorted(path.glob("*.py")):
            text.update(file.read_bytes())
    return text.hexdigest()[:12]


def compiled_folder() -> Path:
    """Beside the sources; in the user's own cache where these cannot be written to."""
    beside = _ROOT / "__pycache__"
    if os.access(beside if beside.exists() else _ROOT, os.W_OK):
        return beside / _state_of_sources()
    return Path.home() / ".cache" / "upstream" / _state_of_sources()


if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(compiled_folder())  # type: ignore[attr-defined]  # set at run time

_njit: Any = numba.njit  # `_nrt` is an option that its types do not name
kernel = _njit(cache=True, error_model="numpy", _nrt=False)
"""Compile a loop, or a step of one. It must not allocate."""
inlined = _njit(cache=True, error_model="numpy", _nrt=False, forceinline=True)
"""The same for what is small and called for everybody."""
allocating = _njit(cache=True, error_model="numpy")
"""The same for what makes arrays of its own, and for whatever calls it: the ban is passed down."""
