"""How the page's pictures look, for those who do not see all colours."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from experiments.journey import NEEDS
from experiments.workshop.charts import spec
from scenarios.names import NEED_KEYS


def test_a_need_looks_the_same_in_every_life() -> None:
    """Whichever needs a life has, and in whichever order; told apart without red or green, too."""
    made = spec("life")
    assert made is not None
    lines, names = (made["vconcat"][0]["layer"][i]["encoding"] for i in (2, 3))
    needs = [NEEDS[key] for key in NEED_KEYS]
    assert lines["color"]["scale"] == names["color"]["scale"]
    assert sorted(lines["color"]["scale"]["domain"]) == sorted(needs)
    assert lines["strokeDash"]["scale"]["domain"] == lines["color"]["scale"]["domain"]
    colours, dashes = lines["color"]["scale"]["range"], lines["strokeDash"]["scale"]["range"]
    assert len({str(dash) for dash in dashes}) == len(needs)
    light = [_linear(colour) for colour in colours]
    assert all(1.05 / (one @ LAB[1] + 0.05) >= 4.5 for one in light)  # contrast with white
    for seen in (np.eye(3), NO_GREEN, NO_RED):
        for one, other in itertools.combinations(light, 2):
            assert np.linalg.norm(_lab(seen @ one) - _lab(seen @ other)) >= 25


LAB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
"""From linear sRGB to CIE XYZ."""
NO_GREEN = np.array(
    [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
)  # fmt: skip
NO_RED = np.array(
    [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
)  # fmt: skip
"""How those without cones for green and for red see colours (Machado et al. 2009, linear sRGB)."""


def _linear(colour: str) -> Any:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(light: Any) -> Any:
    xyz = LAB @ np.clip(light, 0, 1) / np.array([0.9505, 1, 1.0888])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
