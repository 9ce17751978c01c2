"""One workshop: the room's memory, what it is asking, and who is told of it.

Nothing here knows of addresses or headers; `server` and `phones` call this.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from experiments.compare import Findings
from experiments.figures import FAN
from experiments.output import version, warn
from experiments.report.command import room_parts
from experiments.report.content import Report, report_of
from experiments.stats import CHANCE_ONLY
from experiments.workshop import answers, archive
from experiments.workshop.drafts import (
    Desk,
    Refused,
    check_upload,
    checked,
    clean_title,
    key_of,
    path_of,
    scenario_of,
    text_of,
)
from experiments.workshop.guard import Rate, new_code
from experiments.workshop.hub import Hub, Soon
from experiments.workshop.levers import GROUPS, in_words
from experiments.workshop.memory import Kept, Memory
from experiments.workshop.questions import Questions
from experiments.workshop.runner import Run, Runner, levers_act_in
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.store import WriteFailed, write_file

MOST_KEPT: Final = 60
MAX_NOTE: Final = 1000
DRAFT: Final = "draft"
NOTHING: Final = "today"


@dataclass
class Front:
    """What stands on the room's screen."""

    move: str = ""
    settings: dict[str, int] = field(default_factory=dict)
    under: str = ""
    run: Run | None = None


class Workshop:
    """A workshop going on."""

    def __init__(
        self, desk: Desk, memory: Memory, seed: int, replicates: int, workers: int | None
    ) -> None:
        self.desk, self.memory = desk, memory
        self.folder = memory.path.parent
        self._saved: set[str] = set()
        self._scenarios: dict[str, Scenario] = {}
        self._reckoned: dict[str, tuple[int, list[dict[str, Any]]]] = {}
        self._soon = Soon()
        self._saving = threading.Lock()
        self.page, self.phones = Hub(), Hub()
        self.front = Front()
        self.questions = Questions(self)
        parting = (desk.start - desk.base.start).days // 7
        self.runner = Runner(desk.base, seed, replicates, workers, self._heard, parting)
        self.addresses: list[str] = []
        self.guesses = Rate(most=10, seconds=60)
        self.answering = Rate(most=40, seconds=60)
        if not memory.room.opened:
            memory.note("opened", place=desk.base.place_name, title=desk.base.place.title,
                        start=str(desk.base.start), years=desk.base.years, seed=seed,
                        replicates=replicates, version=version(), code=new_code())  # fmt: skip

    @property
    def code(self) -> str:
        """What phones join with; it outlives a crash, so that nobody need join again."""
        return str(self.memory.room.opened["code"])

    @property
    def seats(self) -> set[str]:
        """The marks of phones that have joined."""
        return self.memory.room.seats

    def start(self) -> None:
        """Set the workers to work; what the room keeps is worked out when nobody waits."""
        self._restore()
        kept = self.memory.room.kept.values()
        runs = {k.name: self._work_out(k) for k in kept}
        archive.restore(self.folder, self.runner, runs)
        self.runner.start()

    def close(self) -> None:
        """Let everybody go."""
        self.runner.close()
        with self._saving:
            pass
        self.page.close()
        self.phones.close()
        self.memory.close()

    # --- what the page shows ---

    def about(self) -> dict[str, Any]:
        """What does not change while a workshop goes on."""
        base, levers = self.desk.base, self.desk.levers
        return {
            "place": base.place.title,
            "start": str(base.start),
            "years": base.years,
            "acts_from": str(self.desk.start),
            "seed": self.runner.seed,
            "replicates": self.runner.replicates,
            "version": version(),
            "intervals": CHANCE_ONLY,
            "measures": FAN,
            "groups": [{"name": g, "title": t} for g, t in GROUPS.items()],
            "levers": [
                {"name": x.name, "group": x.group, "title": x.title, "words": x.words,
                 "today": x.today, "switch": x.is_switch, "note": x.note}
                for x in levers.values()
            ],
        }  # fmt: skip

    def base_news(self) -> dict[str, Any]:
        """Doing nothing, as far as it is known."""
        runner = self.runner
        whole = [r for r in range(runner.replicates) if runner.base.done(r)]
        return {
            "whole": len(whole),
            "of": runner.replicates,
            "now": answers.now(runner),
            "lines": list(answers.lines(runner, None)) if whole else [],
            "replicates": list(answers.replicate_lines(runner)),
            "words": answers.nothing_in_words(runner),
            "refused": runner.base.refused,
        }

    def answer(self) -> dict[str, Any]:
        """What stands on the screen: the run in front, with the settings it belongs to."""
        front = self.front
        told = {
            "move": front.move,
            "settings": front.settings,
            "under": front.under,
            "words": self.words(front.settings, front.under),
        }
        if front.run is None:
            return told
        if not self._telling(front.run):
            return told | {"run": front.run.number, "waiting": True}
        return told | answers.answer(self.runner, front.run)

    def words(self, settings: Mapping[str, int], under: str) -> list[str]:
        """The settings that are not today's, in words."""
        below = self.memory.room.kept.get(under)
        first = [f"On top of “{below.title}”"] if below else []
        return first + in_words(self.desk.levers, settings)

    def room(self) -> dict[str, Any]:
        """The room's memory, as the page shows it."""
        room = self.memory.room
        return {
            "lines": room.lines,
            "kept": [self._kept(kept) for kept in room.kept.values()],
            "notes": room.notes,
            "questions": [self.questions.told(q) for q in room.questions.values()],
            "can_undo": bool(room.undoable),
            "people": len(self.seats),
            "join": {"address": self.addresses[0], "code": self.code} if self.addresses else None,
        }

    def _kept(self, kept: Kept) -> dict[str, Any]:
        run = self.run_of(kept)
        whole = len(self.runner.pairs(run)) if run else 0
        told: dict[str, Any] = {
            "name": kept.name, "title": kept.title, "table": kept.table, "at": kept.at,
            "settings": kept.settings, "parent": kept.parent, "whole": whole,
            "of": self.runner.replicates, "words": self.words(kept.settings, kept.parent),
        }  # fmt: skip
        if run and whole:
            told["headlines"] = self._headlines(run, whole)
        return told

    def _headlines(self, run: Run, whole: int) -> list[dict[str, Any]]:
        """A run's headlines; reckoned anew only when another replicate is whole."""
        known = self._reckoned.get(run.key)
        if known is None or known[0] != whole:
            found = answers.findings_of(self.runner, run)
            assert found is not None
            known = self._reckoned[run.key] = (whole, answers.headlines(found, run.name))
        return known[1]

    # --- what the room does ---

    def try_out(self, settings: Mapping[str, int], under: str, move: str) -> dict[str, Any]:
        """Ask what settings do; the answer comes by way of the page's events. Raises Refused."""
        moved = checked(self.desk, settings)
        below = self._under(under)
        if not moved and below is None:
            self.front = Front(move=move[:40])
            self.runner.leave()
            self.page.tell("answer", self.answer())
            return {"run": 0, "words": []}
        text = text_of(self.desk, "Being tried", moved, below.toml if below else None)
        known = self.runner.remembered.get(key_of(text))
        scenario = known.scenario if known else self._draft(text)
        self.front = Front(move[:40], moved, under if below else "")
        self.front.run = self.runner.ask(key_of(text), DRAFT, scenario)
        self._soon.forget("answer")  # whoever has just let go of a lever waits for it
        self._heard(self.front.run)
        return {"run": self.front.run.number, "words": self.words(moved, under)}

    def keep(self, title: str, table: str) -> Kept:
        """Keep what is on the screen under a name. Raises Refused."""
        if not self.front.settings and not self.front.under:
            raise Refused("nothing has been changed yet, so there is nothing to keep")
        below = self._under(self.front.under)
        text = text_of(self.desk, title, self.front.settings, below.toml if below else None)
        return self._keep(title, table, text, self.front.settings, self.front.under)

    def upload(self, raw: bytes) -> Kept:
        """Keep a scenario file that was dropped on the page. Raises Refused, InputError."""
        text = check_upload(self.desk, raw)
        scenario = self._draft(text)
        return self._keep(scenario.title, "From a file", text, {}, "")

    def _keep(
        self, title: str, table: str, text: str, settings: dict[str, int], parent: str
    ) -> Kept:
        if len(self.memory.room.kept) >= MOST_KEPT:
            raise Refused(f"the wall is full: {MOST_KEPT} scenarios. Take some down first")
        name = self._new_name(title)
        scenario_of(self.desk, name, text)
        self.memory.note("kept", name=name, title=clean_title(title), table=clean_title(table),
                         settings=settings, toml=text, parent=parent)  # fmt: skip
        self._work_out(self.memory.room.kept[name])
        self.tell_room()
        self._save()
        return self.memory.room.kept[name]

    def open(self, name: str, move: str) -> dict[str, Any]:
        """Bring a kept scenario back to the screen, to go on from. Raises Refused."""
        kept = self._named(name)
        if not kept.settings and not kept.parent:  # from a file: the levers stand on top of it
            return self.try_out({}, kept.name, move)
        return self.try_out(kept.settings, kept.parent, move)

    def rename(self, name: str, title: str) -> None:
        """Give a kept scenario another title. Raises Refused."""
        kept = self._named(name)
        below = self._under(kept.parent)
        text = (
            text_of(self.desk, title, kept.settings, below.toml if below else None)
            if kept.settings or below
            else text_of(self.desk, title, {}, kept.toml)
        )
        scenario_of(self.desk, name, text)
        self.memory.note("named", name=name, title=clean_title(title), toml=text)
        self._work_out(self.memory.room.kept[name])
        self.tell_room()

    def take_down(self, name: str) -> None:
        """Take a scenario off the wall; its file goes too, and undoing brings both back."""
        self._named(name)
        self.memory.note("dropped", name=name)
        self._restore()
        self.tell_room()

    def undo(self) -> str:
        """Take back the last thing; says what it was. Raises Refused."""
        entry = self.memory.undo()
        if entry is None:
            raise Refused("there is nothing to undo")
        self._restore()
        self.tell_room()
        what = {
            "kept": "kept", "noted": "a note", "named": "a new name", "dropped": "taken down",
            "asked": "a question", "revealed": "the answer shown", "closed": "closed",
        }  # fmt: skip
        title = entry.get("title") or entry.get("text") or ""
        return f"{what[entry['kind']]}: {title}".rstrip(": ")

    def decide(self, text: str, who: str, scenario: str) -> None:
        """Note a decision and who made it. Raises Refused."""
        text = " ".join(text.split())[:MAX_NOTE]
        if not text:
            raise Refused("write down what was decided")
        if scenario and scenario not in self.memory.room.kept:
            raise Refused("there is no such scenario on the wall")
        self.memory.note("noted", text=text, who=clean_title(who) if who.strip() else "",
                         scenario=scenario)  # fmt: skip
        self.tell_room()

    def compare(self, names: list[str]) -> dict[str, Any]:
        """Two or three kept scenarios side by side. Raises Refused."""
        if not 1 <= len(set(names)) <= 3:
            raise Refused("choose two or three scenarios")
        kept = [self._named(name) for name in dict.fromkeys(names)]
        runs = [self._work_out(k) for k in kept]
        found = answers.several(self.runner, runs)
        if found is None:
            return {"names": [k.title for k in kept], "rows": [], "replicates": 0}
        told = answers.side_by_side(found, {k.name: k.title for k in kept})
        return told | {"of": self.runner.replicates}

    def doors(self) -> dict[str, Any]:
        """What happens at the front doors, with the settings it belongs to."""
        front = self.front
        whole = front.run is not None and bool(self.runner.pairs(front.run))
        run = front.run if whole else None
        return {"move": front.move, "changed": run is not None,
                "doors": answers.doors(self.runner, run, self.desk.base)}  # fmt: skip

    # --- inside ---

    def tell_room(self) -> None:
        """Tell the page and the phones of the room's memory, at most a few times a second: forty
        phones that answer at once are one piece of news."""
        self._soon.tell("room", self._tell_now)

    def _tell_now(self) -> None:
        self.page.tell("room", self.room())
        self.phones.tell("phone", self.questions.for_phones())

    def _heard(self, run: Run) -> None:
        """News of a run: the page hears of it if it is what stands on the screen."""
        if run is self.runner.base:
            if run.refused or any(run.done(r) for r in run.so_far):
                self._soon.tell("base", lambda: self.page.tell("base", self.base_news()))
        elif self.front.run is run and self._telling(run):
            self._soon.tell("answer", lambda: self.page.tell("answer", self.answer()))
        kept = self.memory.room.kept.values()
        if any(run.key == key_of(k.toml) for k in kept) and self.runner.finished(run):
            self.tell_room()
            self._save()

    def _save(self) -> None:
        """Keep the wall's numbers, once all are there; in a thread, for it takes a second."""
        runs = [self.run_of(kept) for kept in self.memory.room.kept.values()]
        whole = [run for run in runs if run is not None and self.runner.finished(run)]
        keys = {kept.toml for kept in self.memory.room.kept.values()}
        if len(whole) < len(runs) or keys == self._saved:
            return
        found, scenarios = self._wall(whole)
        if found is not None:
            self._saved = keys
            threading.Thread(target=self._archive, args=(found, scenarios), daemon=True).start()

    def _archive(self, found: Findings, scenarios: list[Scenario]) -> None:
        with self._saving:
            try:
                archive.save(self.folder, found, scenarios)
            except WriteFailed as error:
                warn(str(error))

    def _wall(self, runs: list[Run]) -> tuple[Findings | None, list[Scenario]]:
        base = self.runner.base
        found = answers.several(self.runner, runs)
        return found, [replace(x.scenario, name=x.name) for x in (base, *runs)]

    def report(self) -> Report:
        """The workshop's report as far as its numbers are there. Raises Refused."""
        room = self.memory.room
        runs = [self._work_out(kept) for kept in room.kept.values()]
        some = [run for run in runs if self.runner.pairs(run)]
        found, scenarios = self._wall(some)
        if found is None:
            raise Refused("the first numbers are not there yet; try again in a few seconds")
        texts = {"do_nothing.toml": path_of(self.desk, "do_nothing").read_text(encoding="utf-8")}
        texts |= {f"{kept.name}.toml": kept.toml for kept in room.kept.values()}
        return report_of(found, archive.about_wall(found, scenarios), texts, room_parts(room))

    def _telling(self, run: Run) -> bool:
        """Whether there is anything yet that the change could have made different."""
        if run.refused or self.runner.pairs(run):
            return True
        weeks = WEEKS_PER_YEAR * max((news.year for news in run.so_far.values()), default=0)
        return weeks > levers_act_in(self.desk.base, run.scenario)

    def _draft(self, text: str) -> Scenario:
        scenario = scenario_of(self.desk, DRAFT, text)
        path_of(self.desk, DRAFT).unlink()
        return scenario

    def _restore(self) -> None:
        """Make the folder hold the files of what is on the wall, and work their numbers out."""
        kept = self.memory.room.kept
        for path in self.desk.folder.glob("*.toml"):
            if path.stem not in kept and path.stem != self.desk.base.name:
                path.unlink()
        for one in kept.values():
            path = path_of(self.desk, one.name)
            if not path.exists() or path.read_text(encoding="utf-8") != one.toml:
                write_file(path, one.toml.encode())
            self._work_out(one)

    def _work_out(self, kept: Kept) -> Run:
        """Have a kept scenario's numbers worked out when nobody waits; it may have been tried."""
        key = key_of(kept.toml)
        known = self.runner.remembered.get(key)
        scenario = known.scenario if known else scenario_of(self.desk, kept.name, kept.toml)
        self.runner.later(key, kept.name, scenario)
        return self._as_kept(kept, self.runner.remembered[key])

    def run_of(self, kept: Kept) -> Run | None:
        """The run of a kept scenario, under its own name; None if it has not been asked for."""
        run = self.runner.remembered.get(key_of(kept.toml))
        return None if run is None else self._as_kept(kept, run)

    def _as_kept(self, kept: Kept, run: Run) -> Run:
        """Two tables may keep the same scenario: each has its name, and both the same numbers."""
        if kept.toml not in self._scenarios:
            self._scenarios[kept.toml] = scenario_of(self.desk, kept.name, kept.toml)
        return replace(run, name=kept.name, scenario=self._scenarios[kept.toml])

    def _under(self, name: str) -> Kept | None:
        return self._named(name) if name else None

    def _named(self, name: str) -> Kept:
        kept = self.memory.room.kept.get(name)
        if kept is None:
            raise Refused("there is no such scenario on the wall")
        return kept

    def _new_name(self, title: str) -> str:
        """A file name that nothing here has had before."""
        stem = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40] or "scenario"
        had = {e["name"] for e in self.memory.entries if e["kind"] == "kept"}
        had |= {DRAFT, self.desk.base.name}
        return next(n for n in (stem, *(f"{stem}_{i}" for i in range(2, 10_000))) if n not in had)
