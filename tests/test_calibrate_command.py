"""`upstream calibrate` goes on after any end, and gives what an undisturbed run gives."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from calibration.simulate import Run, _do_nothing, scenario_of
from experiments.cli import main
from experiments.subject import subject_of
from scenarios.problems import Changed
from tests.rooms import small_place

TOY = """
import sys, time
from pathlib import Path
from sim.tasks import run_tasks
from calibration.waves import Plan, calibrate
from tests.toy import PRIOR, Point, run_slowly, targets

folder = Path(sys.argv[1])

def model(cube, first):
    points = [Point(tuple(map(float, row)), first + i) for i, row in enumerate(PRIOR.numbers(cube))]
    return run_tasks(run_slowly, points, folder=folder)

found = calibrate(model, PRIOR, targets(), Plan(design=64, second=32, ensemble=16))
print(found.ensemble.cube.tobytes().hex()[:64], found.weights.tobytes().hex()[:64])
"""


def test_a_calibration_that_was_killed_goes_on_and_gives_the_same(tmp_path: Path) -> None:
    whole = subprocess.run(
        [sys.executable, "-c", TOY, str(tmp_path / "whole")], capture_output=True, text=True
    )
    command = [sys.executable, "-c", TOY, str(tmp_path / "killed")]
    begun = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    finished = tmp_path / "killed"
    while _size(finished) < 2_000 and begun.poll() is None:
        time.sleep(0.01)
    begun.send_signal(signal.SIGKILL)
    assert begun.wait() == -signal.SIGKILL
    before = _size(finished)
    again = subprocess.run(command, capture_output=True, text=True)
    assert whole.returncode == again.returncode == 0, whole.stderr + again.stderr
    assert again.stdout == whole.stdout != ""
    assert _size(finished) > before > 0


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_a_place_without_figures_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("calibrate", "validate"):
        assert main([command, "durham"]) == 2
        assert "portsmouth, wiltshire" in capsys.readouterr().err
        assert main([command, "atlantis"]) == 2
        assert "no place called atlantis" in capsys.readouterr().err


HEAD = "id,measure,value,low,high,use,source,definition\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,contacts.polize,1,1,2,fitted,ours,calls", "did you mean contacts.police"),
        ("A,contacts.police,1,1,2,held_back,ours,calls", "no figures to hold it against"),
        ("A,contacts.police,1,1,2,perhaps,ours,calls", "use is 'perhaps'"),
    ],
)
def test_own_figures_that_cannot_be_used_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: str, said: str
) -> None:
    figures = tmp_path / "figures.csv"
    figures.write_text(HEAD + row + "\n")
    assert main(["calibrate", "durham", "--targets", str(figures)]) == 2
    assert said in capsys.readouterr().err
    assert main(["calibrate", "durham", "--targets", str(tmp_path / "none.csv")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_all_that_is_wrong_with_ones_own_figures_is_told_of_every_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.csv").write_text(
        HEAD + "A,contacts.polize,nine,1,2,fitted,ours,calls\n"
        "B,contacts.ae / people.awak,2,1,3,fitted,ours,visits\n"
    )
    Path("two.csv").write_text(HEAD + "C,contacts.polize,2,1,3,held_back,ours,calls\n")
    assert main(["validate", "durham", "--targets", "one.csv", "--targets", "two.csv"]) == 2
    unknown = "there is no measure contacts.polize; did you mean contacts.police?"
    assert capsys.readouterr().err.splitlines() == [
        "one.csv:2: A: value is 'nine', not a number like 1470 or 0.5",
        f"one.csv:2: A: {unknown}",
        "one.csv:3: B: there is no measure people.awak; did you mean people.awake?",
        "two.csv:2: C (contacts.polize) stands in another file too; keep one",
        f"two.csv:2: C: {unknown}",
        "Nothing was run.",
    ]


def test_a_place_of_ones_own_is_calibrated_and_validated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a figure of a log, and held against another; what is shipped is found by its name, and a
    scenario that was changed since is not calibrated on."""
    from calibration import ensemble

    monkeypatch.setattr(ensemble, "FOLDER", tmp_path / "ensembles")
    (tmp_path / "ensembles").mkdir()
    scenario = small_place(tmp_path)
    place = tmp_path / "hamlet.toml"
    place.write_text(place.read_text().replace('title = "Portsmouth"', 'title = "The hamlet"', 1))
    figures = tmp_path / "figures.csv"
    figures.write_text(
        HEAD + "A,contacts.police,1400,1200,1700,fitted,our log,calls\n"
        "B,contacts.ae,1900,1500,2300,held_back,our log,visits\n"
    )
    ours = [str(scenario), "--targets", str(figures), "--workers", "1"]
    out = tmp_path / "out"
    assert main(["validate", *ours]) == 2
    assert "has not been calibrated" in capsys.readouterr().err
    assert main(["calibrate", *ours, "--design", "16", "--second", "16", "--ensemble", "16",
                 "--rounds", "1", "--ship", "--out", str(out)]) == 0  # fmt: skip
    assert capsys.readouterr().out.startswith("The hamlet: ")
    assert main(["validate", *ours, "--sets", "8"]) == 0
    told = capsys.readouterr()
    assert "visits" in told.out
    assert "was calibrated before" not in told.err
    moved = ("moves_per_year = {value = 0.045", "moves_per_year = {value = 0.1")
    place.write_text(place.read_text().replace(*moved))
    _do_nothing.cache_clear()  # another command is another process
    assert main(["validate", *ours, "--sets", "8"]) == 0
    assert (
        "Note: The hamlet was calibrated before its file was changed (moves_per_year from 0.045 to "
        "0.1): the plausible sets"
    ) in capsys.readouterr().err
    with pytest.raises(Changed, match="was changed while"):
        scenario_of(Run(subject_of(ours[0], [figures]).at, (), 1, 1, 0, content="another"))


def test_an_ensemble_that_is_shipped_fits_its_figures() -> None:
    from calibration.ensemble import ensembles, load_ensemble
    from calibration.found_with import changed_since
    from calibration.place import prior_of_place, spec_of
    from calibration.targets import load_held_back
    from experiments.validate import usable

    assert set(ensembles()) == {"portsmouth", "wiltshire"}
    for place in ensembles():
        ensemble = usable(subject_of(place), load_ensemble(place))
        prior = prior_of_place(place)
        assert ensemble.names == prior.names
        tenth = 1e-5 * (prior.high - prior.low) + 1e-5 * prior.high
        assert (ensemble.numbers >= prior.low - tenth).all()
        assert (ensemble.numbers <= prior.high + tenth).all()
        assert len(ensemble.weights) > 100
        assert ensemble.weights.sum() == pytest.approx(1.0, abs=1e-4)
        assert not {t.id for t in load_held_back(place)} & {*ensemble.about["fitted"]}
        assert json.dumps(ensemble.about)
        assert not changed_since(ensemble.about["found_with"], spec_of(place))
