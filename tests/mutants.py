"""Faults planted in the fast engine, one at a time: the twin must notice each (``make mutants``).

Each fault is one edit of a copy of the sources. The copy is then compared with the twin, as plain
Python (compiling would take a minute for each), until the first week in which they differ. The
copy without a fault must agree to the end. A fault that nobody notices fails; so does an edit
whose text no longer stands in the source exactly once. ``python -m tests.mutants WORD ...`` plants
only the faults that have one of the words in their name.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("agents", "sim", "scenarios", "tests")


@dataclass(frozen=True)
class Fault:
    """One edit: in ``file``, ``right`` (which stands there once) becomes ``wrong``.

    off   the mechanism whose absence brings out the fault; none for most
    """

    name: str
    file: str
    right: str
    wrong: str
    off: str = ""


FAULTS = (
    Fault("coupling: other needs do not pull", "needs",
          "relax * (set_point + pull - level)", "relax * (set_point - level)"),
    Fault("entrenchment, though support lasts", "needs",
          "if support == 0.0 and moved > entrench_level:", "if moved > entrench_level:"),
    Fault("contacts go with the square", "needs",
          "course.contact_cube[k] * x * x * x", "course.contact_cube[k] * x * x"),
    Fault("contacts without a season", "needs",
          "rate *= season * awake.propensity[row]", "rate *= awake.propensity[row]"),
    Fault("life events without their base", "needs", "left -= course.event_base[e]", "pass"),
    Fault("next generation: every concern leaves an ACE", "onset",
          "if scars and people.aces[child] < 10:", "if people.aces[child] < 10:"),
    Fault("lifecourse: birth order counted from one", "lifecourse",
          "order = people.children[mother]", "order = people.children[mother] + 1"),
    Fault("lifecourse: children of school age move in as often as younger ones", "lifecourse",
          "1 if child_age >= course.band_week[SCHOOL_BAND] else 0", "0"),
    Fault("lifecourse: adversity from outside as the new age band is long", "lifecourse",
          "course.band_week[band] - course.band_week[band - 1]",
          "course.band_week[band + 1] - course.band_week[band]"),
    Fault("lifecourse: adults of 18 keep the family need", "lifecourse",
          "    awake.level[row, _FAMILY] = 0.0\n    awake.set_point[row, _FAMILY] = 0.0\n", ""),
    Fault("sleep: a change of onsets stretches the wrong way", "settling",
          "left * old / new", "left * new / old"),
    Fault("sleep: nobody crosses the bounds of a change of onset", "settling",
          "if age == a and people.resident[i] == 1:", "if False:"),
    Fault("next generation: a boy's needs reach his mother's children", "onset",
          "people.male[parent] == 1 and people.band[parent] < ADULT_BAND:", "False:"),
    Fault("lifecourse: a child who moves in trusts as if it had no ACE", "lifecourse",
          "    people.trust[i] = start_trust(course, people.aces[i])\n\n\n", "\n\n"),
    Fault("screening at the assessment's threshold", "doors",
          "if view >= doors.screen[to]:", "if view >= doors.threshold[to]:"),
    Fault("silos: retelling costs the informed", "doors",
          "course.trust_loss_retelling * (1.0 - information)",
          "course.trust_loss_retelling * information"),
    Fault("exclusion: nobody is excluded", "doors", "shut = True", "shut = False"),
    Fault("exclusion: a team's word does not count", "doors",
          "return shut and not (team != NOBODY and u < doors.waives[team])", "return shut"),
    Fault("waiting list: time does not move one forward", "doors",
          "course.queue_weeks_per_level * view - week + tie",
          "course.queue_weeks_per_level * view + tie"),
    Fault("waiting list: trust makes people give up", "doors",
          "course.give_up * (1.5 - awake.trust[row])", "course.give_up * (0.5 + awake.trust[row])"),
    Fault("waiting list: unused assessments are kept", "doors",
          "world.slots[d] = min(world.slots[d], 1.0) +", "world.slots[d] = world.slots[d] +"),
    Fault("trust: a refusal nobody heard of costs as much", "doors",
          "course.trust_loss_refusal * known", "course.trust_loss_refusal"),
    Fault("redirect: the first door is forgotten", "doors",
          "        source = to\n        to = onward\n", "        to = onward\n"),
    Fault("pressure does not reach the threshold", "agency",
          'base["threshold"][doors] + rule.threshold * pressure', 'base["threshold"][doors]'),
    Fault("withdrawal a week late", "support",
          "if quiet >= doors.quiet_weeks[door]:", "if quiet > doors.quiet_weeks[door]:"),
    Fault("non-engagement: coming does not wipe out what was missed", "support",
          "    cases.missed[c] = 0\n    tally.attended", "    tally.attended"),
    Fault("relapse: a need ends with its case", "support",
          "if not course.relapse:", "if course.relapse:"),
    Fault("care: entry does not depend on how high the need is", "support",
          "u >= course.care_entry * above", "u >= course.care_entry"),
    Fault("watch: the last in the queue is taken up first", "support",
          "cases.rank[c] > cases.rank[best]", "cases.rank[c] < cases.rank[best]",
          off="thresholds"),
    Fault("teams: consent without trust", "teams",
          "doors.consent[team] * (0.5 + 0.5 * awake.trust[row])", "doors.consent[team]"),
    Fault("teams: speak up for the first need, not the highest", "teams",
          "            top = awake.level[row, k]\n            need = k",
          "            top = 2.0\n            need = k"),
    Fault("teams: whoever does not agree is left alone", "teams",
          "if not agrees and not doors.compulsory[team]:", "if not agrees:"),
    Fault("delay: a team begins its work at once", "teams",
          "if doors.delay_weeks[team] == 0:", "if True:"),
    Fault("delay: support comes a week early", "support",
          "if week - cases.since_week[c] < doors.delay_weeks[door]:",
          "if week - cases.since_week[c] < doors.delay_weeks[door] - 1:"),
    Fault("delay: whoever was prepared for has no team", "teams",
          "        if awake.team[row] == NOBODY:\n            awake.team[row] = team\n", ""),
    Fault("removal goes by the set point", "support",
          "if awake.level[row, k] >= doors.removed_at[door, k]:",
          "if awake.set_point[row, k] >= doors.removed_at[door, k]:"),
    Fault("group: one of the needs is enough", "teams",
          "has_all &= world.awake.level", "has_all |= world.awake.level"),
    Fault("group: only those who have left care", "teams",
          "people.care[i] == 0:", "people.care[i] != 2:"),
    Fault("group: older people too", "teams",
          " or age >= doors.found_ages[team, 1]:", ":"),
    Fault("notice: nobody is deterred", "notices",
          "if uniform_of(base, key, 2 * c) < doors.deters[team]:", "if False:"),
    Fault("notice: displaced calls are made to nobody else", "notices",
          "return doors.displaced_to[team]", "return doors.police"),
    Fault("notice: the fine adds to no need", "notices",
          "raise_need(world.people, awake, course, row, _MONEY, doors.fine[team])", "pass"),
    Fault("notice: being served one costs no trust", "teams",
          "    awake.trust[row] *= 1.0 - doors.trust_cost[team]\n", ""),
    Fault("notice: its end costs as much trust as a closure", "support",
          "if reason != Closure.FINISHED and not doors.notice[door]:",
          "if reason != Closure.FINISHED:"),
    Fault("counts: known to many from six", "recount",
          "if agencies >= KNOWN_TO_MANY:", "if agencies > KNOWN_TO_MANY:"),
    Fault("random numbers: two decisions share a stream", "streams",
          "    ATTEND = 23\n    TURNOVER = 24", "    ATTEND = 23\n    TURNOVER = 23"),
    Fault("random numbers: a person's draws are the next one's", "streams",
          "mix(mix(base ^ key) + np.uint64(part + 1) * _GOLDEN)",
          "mix(mix(base ^ key) + np.uint64(part + 2) * _GOLDEN)"),
)  # fmt: skip


def compare(off: str) -> dict[str, object]:
    """In a copy: step engine and twin side by side, to the first week in which they differ."""
    from tests.reference.compare import SideBySide
    from tests.reference.neighbourhood import TEAMS, needy

    both = SideBySide(needy(off or None, warm_up_years=0), TEAMS)
    both.run(both.place.weeks)
    return {"week": both.place.week - 1, "found": [str(found) for found in both.found]}


def copy_with(fault: Fault | None, folder: Path) -> None:
    """The sources with this fault in them. Raises ValueError if its text is not there once."""
    for source in SOURCES:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / source, folder / source, ignore=ignore)
    if fault:
        path = folder / "agents" / f"{fault.file}.py"
        text = path.read_text(encoding="utf-8")
        if text.count(fault.right) != 1:
            raise ValueError(f"stands {text.count(fault.right)} times in {path.name}, not once")
        path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")


def outcome(fault: Fault | None) -> tuple[str, bool]:
    """What the twin says of a copy with this fault; whether it found a difference."""
    with tempfile.TemporaryDirectory() as name:
        copy_with(fault, Path(name))
        command = ["-W", "ignore", "-m", "tests.mutants", "--compare", fault.off if fault else ""]
        run = subprocess.run(
            [sys.executable, *command], cwd=name,
            env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": name},
            capture_output=True, text=True,
        )  # fmt: skip
    if run.returncode:  # a copy that cannot run proves nothing about the comparison
        raise ValueError(f"does not run: {run.stderr.strip().splitlines()[-1]}")
    answer = json.loads(run.stdout)
    if not answer["found"]:
        return f"agrees in all {answer['week'] + 1} weeks", False
    return str(answer["found"][0]), True


def main(words: list[str]) -> int:
    """Plant every fault; 1 if any is missed, or if the sources without one differ."""
    chosen = [f for f in FAULTS if not words or any(word in f.name for word in words)]
    wrong = 0
    for fault in (None, *chosen):
        begun = perf_counter()
        try:
            said, differs = outcome(fault)
            right = differs == (fault is not None)
        except ValueError as error:
            said, right = str(error), False
        wrong += not right
        name, file = (fault.name, f"agents/{fault.file}.py") if fault else ("no fault", "")
        verdict = ("caught" if fault else "agrees") if right else "WRONG"
        print(f"{verdict:7} {name} ({file or 'as it is'}, {perf_counter() - begun:.0f} s)")
        print(f"        {said}", flush=True)
    print(f"{len(chosen)} faults planted, {wrong} answers wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--compare"]:
        print(json.dumps(compare(sys.argv[2])))
    else:
        sys.exit(main(sys.argv[1:]))
