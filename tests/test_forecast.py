"""The forecasts that are shipped, and the command."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from calibration.forecast.backtest import (
    COMBINED,
)
from calibration.forecast.history import read_histories
from calibration.forecast.model import Growth
from calibration.forecast.panel import HISTORIES, read_panels
from calibration.forecast.scores import SHOWN
from experiments import cli
from experiments.forecast import MODEL
from experiments.forecast_measures import measure_of
from experiments.forecast_rows import COLUMNS
from experiments.forecasts import scores_table
from sim.store import sha256, verify
from tests.small import SCENARIOS, small

FORECASTS = HISTORIES.parent / "forecasts"


# --- which of the model's measures a series is ---


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("police", "contacts.police"),
        ("A&E", "contacts.ae"),
        ("ae", "contacts.ae"),
        ("A&E and emergency admissions", "contacts.ae"),
        ("GP", "contacts.gp"),
        ("mental health", "contacts.mental_health"),
        ("open.mental_health", "open.mental_health"),
        ("the weather", None),
    ],
)
def test_a_series_is_known_by_the_names_that_people_use(name: str, measure: str | None) -> None:
    keys = ("contacts.police", "contacts.ae", "contacts.gp", "contacts.mental_health")
    ones = np.ones((1, 1))
    growth = {key: Growth(ones, ones, ones[0]) for key in (*keys, "open.mental_health")}
    assert measure_of(name, small(), growth, {}) == measure


# --- what is shipped ---


def test_forecasts_are_shipped_for_every_series_that_goes_on() -> None:
    with (FORECASTS / "england.csv").open(encoding="utf-8") as file:
        england = list(csv.DictReader(file))
    with gzip.open(FORECASTS / "authorities.csv.gz", "rt", encoding="utf-8") as file:
        authorities = list(csv.DictReader(file))
    assert set(england[0]) == set(authorities[0]) == set(COLUMNS)
    given = {h.name for h in read_histories(HISTORIES / "england.csv")}
    assert given <= {row["series"] for row in england}
    assert len({row["series"] for row in authorities}) > 1900
    for row in [*england, *authorities]:
        told = [float(row[f"q{1000 * level:03.0f}"]) for level in SHOWN]
        assert told == sorted(told) and row["method"] and row["version"]


def test_the_docs_show_the_scores_that_are_shipped() -> None:
    page = HISTORIES.parents[1] / "docs" / "forecast.md"
    assert scores_table() in page.read_text(encoding="utf-8")


def test_the_histories_name_who_published_them() -> None:
    with (HISTORIES / "england.csv").open(encoding="utf-8") as file:
        assert all(row["publisher"] for row in csv.DictReader(file))
    with gzip.open(HISTORIES / "authorities.csv.gz", "rt") as file:
        assert "Open Government Licence" in file.read(500)
    assert len(read_panels(HISTORIES / "authorities.csv.gz", {"E06000001": 1})) == 14


# --- the command ---


def carried_out(tmp_path: Path, *more: str) -> int:
    path = tmp_path / "history.csv"
    levels = {"police": 70_000, "somebody": 800}
    lines = [
        f"{2014 + i},{name},{level * (1 + 0.03 * i):.0f}"
        for name, level in levels.items()
        for i in range(8)
    ]
    path.write_text("date,agency,contacts\n" + "\n".join(lines))
    arguments = cli.parser().parse_args(
        ["forecast", "portsmouth", "--history", str(path), "--horizon", "2", "--workers", "1",
         "--sets", "1", *more]
    )  # fmt: skip
    arguments.share = 0.02
    return cli.carry_out(arguments)


def test_the_command_from_history_to_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert carried_out(tmp_path, "--out", str(out)) == 0
    told = capsys.readouterr()
    said = told.out
    assert "Portsmouth to simulate: less than a minute on quiet cores" in told.err
    assert "the model's measure: contacts.police" in said
    assert "Too few values were tested (7) to say which method is better" in said
    assert "Ambulance" in said and "model's share, scaled" in said
    with (out / "forecast.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["series"] for row in rows} >= {"police", "somebody", "contacts.ambulance"}
    assert (out / "fan_given.png").stat().st_size > 10_000
    scores_told = json.loads((out / "forecast.json").read_text())["series"]["police"]["scores"]
    assert set(scores_told) == {"naive", "ets", "arima", "returning", MODEL, COMBINED}
    with (out / "back_tests.csv").open() as file:
        tests = [row for row in csv.DictReader(file) if row["series"] == "police"]
    for method, told_of in scores_told.items():
        mine = [{k: float(row[k]) for k in row if k[0] == "q" or k in ("value", "unit", "crps")}
                for row in tests if row["method"] == method]  # fmt: skip
        assert len(mine) == told_of["cases"]
        off = np.mean([row["crps"] / row["unit"] for row in mine])
        inside = np.mean([row["q100"] <= row["value"] <= row["q900"] for row in mine])
        assert off == pytest.approx(told_of["crps"], rel=1e-4)
        assert inside == pytest.approx(told_of["covered_80"])
    first = min(tests, key=lambda row: (row["origin"], int(row["horizon"])))
    grown = 70_000 + 2_100 * (int(first["period"]) - 2014)
    assert int(first["period"]) == int(first["origin"]) + 1 and float(first["value"]) == grown
    read = verify(out)["read"]
    assert read[str(tmp_path / "history.csv")] == sha256(tmp_path / "history.csv")
    assert read["scenarios/places/portsmouth.toml"] == sha256(SCENARIOS / "places/portsmouth.toml")
    assert "calibration/ensembles/portsmouth.csv" in read, "the sets of numbers that were run"


def test_a_measure_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carried_out(tmp_path, "--measure", "somebody=contacts.nobody") == 2
    assert "there is no measure contacts.nobody" in capsys.readouterr().err
    wrong = ("--measure", "somebody=people.treated.substanc", "--sets", "0")
    assert carried_out(tmp_path, *wrong) == 2, "also where the model is not run"
    assert "did you mean people.treated.substance?" in capsys.readouterr().err


def test_a_place_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["forecast", "portsmuth", "--history", str(tmp_path / "no.csv")])
    assert code == 2 and "no such file" in capsys.readouterr().err
    path = tmp_path / "h.csv"
    path.write_text("date,a\n2019,1\n2020,2\n2021,3\n")
    assert cli.main(["forecast", "portsmuth", "--history", str(path)]) == 2
    assert "did you mean portsmouth?" in capsys.readouterr().err
