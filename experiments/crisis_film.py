"""Two days at the crisis front door as an animated picture, by salabim.

Each row is a kind of staff, car or bed: a square for each, filled while in use, dark while off
shift; dots after them are people who wait.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import salabim

from experiments.crisis import DAYS, RESOURCE_NAMES
from scenarios.crisis_door import HOURS_A_WEEK
from sim.crisis.inputs import RESOURCES, Inputs
from sim.crisis.pools import Pool
from sim.crisis.run import WARM_UP_WEEKS, opened

HOURS_SHOWN: Final = 48
HOURS_A_SECOND: Final = 3.0
FRAMES_A_SECOND: Final = 8
WIDTH, ROW, LEFT, SIZE = 900, 36, 240, 12
BUSY, FREE, OFF, WAITING = "#D55E00", "#56B4E9", "#D9D9D9", "#000000"
NAMES: Final = RESOURCE_NAMES | {
    "amhp": "Approved professionals",
    "home_treatment": "Home treatment",
}
"""Shorter where the film has no room."""


def film(inputs: Inputs, per_week: float, seed: int, path: Path) -> None:
    """Write Friday and Saturday of the week after the beds have filled. Takes about a minute."""
    door, pathway, times = opened(inputs, per_week, 1, seed, 0)
    begin = float(WARM_UP_WEEKS * HOURS_A_WEEK + 4 * 24 + 6)
    env = door.env
    shown = [door.pools[name] for name in RESOURCES if max(inputs.capacity[name])]
    door.run(times, pathway.arrive, begin)
    top = ROW * (len(shown) + 1)
    env.animation_parameters(
        animate=False, width=WIDTH, height=top + 40, speed=HOURS_A_SECOND, fps=FRAMES_A_SECOND,
        background_color="white", show_time=False, show_menu_buttons=False, modelname="",
    )  # fmt: skip
    _labels(env, shown, top)
    for row, pool in enumerate(shown):
        _squares(env, pool, top - ROW * (row + 1))
    env.animation_parameters(video=str(path), animate=True)
    env.run(till=begin + HOURS_SHOWN)
    env.video_close()


def _labels(env: Any, shown: list[Pool], top: int) -> None:
    """The clock, the names of the rows, and what the colours mean."""
    text = {"env": env, "textcolor": "black", "font": "DejaVuSans"}
    salabim.AnimateText(lambda t: _clock(t), x=20, y=top + 10, fontsize=20, **text)
    key = ((BUSY, "in use"), (FREE, "free"), (OFF, "off shift"), (WAITING, "waiting"))
    for i, (colour, meaning) in enumerate(key):
        x = LEFT + 130 + 130 * i
        salabim.AnimateRectangle((0, 0, SIZE, SIZE), x=x, y=top + 10, fillcolor=colour, env=env)
        salabim.AnimateText(meaning, x=x + 20, y=top + 10, fontsize=14, **text)
    for row, pool in enumerate(shown):
        salabim.AnimateText(NAMES[pool.name], x=20, y=top - ROW * (row + 1), fontsize=14, **text)


def _squares(env: Any, pool: Pool, y: int) -> None:
    """A square for each member there ever is, and dots for up to ten who wait."""
    members = len(pool.idle) + pool.busy
    step = min(20, (WIDTH - LEFT - 220) // max(1, members))
    for i in range(members):
        salabim.AnimateRectangle(
            (0, 0, min(SIZE, step - 1), SIZE), x=LEFT + step * i, y=y, env=env,
            fillcolor=lambda t, i=i: BUSY if i < pool.busy else FREE if i < pool.on_duty else OFF,
        )  # fmt: skip
    for i in range(10):
        salabim.AnimateCircle(
            4, x=LEFT + step * members + 20 + 12 * i, y=y + SIZE // 2, env=env,
            fillcolor=WAITING, visible=lambda t, i=i: i < len(pool.queue),
        )  # fmt: skip


def _clock(time: float) -> str:
    hour = int(time) % HOURS_A_WEEK
    return f"{DAYS[hour // 24]}, {hour % 24:02d}:00"
