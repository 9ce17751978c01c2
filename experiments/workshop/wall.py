"""The wall: the scenarios that the room keeps, their files and numbers, and what it decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from experiments.empty_places import cautions
from experiments.report.asked import in_sentences
from experiments.report.content import Report, report_of
from experiments.report.room import how_to_repeat, room_parts
from experiments.what_differs import what_differs
from experiments.workshop import answers, archive
from experiments.workshop.beside import Beside
from experiments.workshop.drafts import (
    Desk,
    Refused,
    clean_title,
    key_of,
    path_of,
    scenario_of,
    text_of,
)
from experiments.workshop.found import several
from experiments.workshop.levers import in_words
from experiments.workshop.memory import Kept, Memory
from experiments.workshop.runner import Run, Runner
from experiments.workshop.taken_back import asked_before, taken_back
from scenarios.resolved import Scenario
from sim.store import write_file

DRAFT: Final = "draft"
MOST_KEPT: Final = 60
MAX_NOTE: Final = 1000


class Wall:
    """What is kept. ``changed`` is called when the room should hear of it."""

    def __init__(
        self, desk: Desk, memory: Memory, runner: Runner, changed: Callable[[], None]
    ) -> None:
        self.desk, self.memory, self.runner = desk, memory, runner
        self._changed = changed
        self._keeper = archive.Keeper(memory.path.parent)
        self._scenarios: dict[str, Scenario] = {}
        self._beside = Beside(runner)
        self._reached: dict[str, dict[str, int]] = {}
        self._reckoned: dict[str, tuple[dict[str, int], list[dict[str, Any]], str]] = {}

    def open(self) -> None:
        """Have what is kept worked out when nobody waits, as far as its numbers are not here."""
        self.restore()
        runs = {kept.name: self.work_out(kept) for kept in self.memory.room.kept.values()}
        archive.restore(self.memory.path.parent, self.runner, runs)

    def close(self) -> None:
        """Wait until what is being written is on the disk."""
        self._keeper.close()

    # --- what the page shows ---

    def cards(self) -> list[dict[str, Any]]:
        """Each kept scenario as the wall shows it."""
        return [self._card(kept) for kept in self.memory.room.kept.values()]

    def _card(self, kept: Kept) -> dict[str, Any]:
        run = self.run_of(kept)
        told: dict[str, Any] = {
            "name": kept.name, "title": kept.title, "table": kept.table, "at": kept.at,
            "settings": kept.settings, "parent": kept.parent, "whole": 0,
            "of": self.runner.replicates, "words": self.words(kept.settings, kept.parent),
        }  # fmt: skip
        if run:
            told |= answers.how_far(self.runner, run)
        if run and told["whole"]:
            told["headlines"], told["empty"] = self._headlines(run)
        return told

    def _headlines(self, run: Run) -> tuple[list[dict[str, Any]], str]:
        """A run's headlines, and what to know of its budgets; reckoned anew only when another
        replicate or set is whole."""
        known = self._reckoned.get(run.key)
        there = answers.how_far(self.runner, run)
        if known is None or known[0] != there:
            found = several(self.runner, [run])
            assert found is not None
            known = self._reckoned[run.key] = (
                there,
                answers.headlines(found, run.name, answers.is_final(there)),
                cautions(found.notes),
            )
        return known[1:]

    def words(self, settings: Mapping[str, int], under: str) -> list[str]:
        """The settings that are not today's, in words."""
        below = self.memory.room.kept.get(under)
        first = [f"On top of “{below.title}”"] if below else []
        return first + in_words(self.desk.levers, settings)

    def compare(self, names: list[str]) -> dict[str, Any]:
        """Two or three kept scenarios side by side. Raises Refused."""
        if not 1 <= len(set(names)) <= 3:
            raise Refused("choose two or three scenarios")
        kept = [self.named(name) for name in dict.fromkeys(names)]
        return self._beside.told([(k.title, self.work_out(k)) for k in kept])

    # --- what the room does ---

    def keep(
        self, title: str, table: str, text: str, settings: dict[str, int], parent: str
    ) -> Kept:
        """Put a scenario on the wall. Raises Refused, InputError."""
        if len(self.memory.room.kept) >= MOST_KEPT:
            raise Refused(f"the wall is full: {MOST_KEPT} scenarios. Take some down first")
        name = self._new_name(title)
        scenario_of(self.desk, name, text)
        self.memory.note("kept", name=name, title=clean_title(title),
                         table=clean_title(table) if table.strip() else "",
                         settings=settings, toml=text, parent=parent)  # fmt: skip
        self.work_out(self.memory.room.kept[name])
        self._changed()
        self.save()
        return self.memory.room.kept[name]

    def rename(self, name: str, title: str) -> None:
        """Give a kept scenario another title. Raises Refused."""
        kept = self.named(name)
        below = self.under(kept.parent)
        text = (
            text_of(self.desk, title, kept.settings, below.toml if below else None)
            if kept.settings or below
            else text_of(self.desk, title, {}, kept.toml)
        )
        scenario_of(self.desk, name, text)
        self.memory.note("named", name=name, title=clean_title(title), toml=text)
        self.work_out(self.memory.room.kept[name])
        self._changed()

    def take_down(self, name: str) -> None:
        """Take a scenario off the wall; its file goes too, and undoing brings both back."""
        self.named(name)
        self.memory.note("dropped", name=name)
        self.restore()
        self._changed()

    def undo(self, sure: int) -> dict[str, Any]:
        """Take back the last thing and say so in ``undone``. Where the room's answers would go with
        it, what to ask first is told in ``ask``, and ``what`` it is of; ``sure`` is that, once it
        was asked, else nought. Raises Refused.
        """
        last = next(reversed(self.memory.room.undoable), 0)
        if sure and sure != last:
            raise Refused("something else was done meanwhile: nothing was taken back; try again")
        asks = "" if sure else asked_before(self.memory)
        if asks:
            return {"ask": asks, "what": last}
        before = self.memory.room
        entry = self.memory.undo()
        if entry is None:
            raise Refused("there is nothing to undo")
        self.restore()
        self._changed()
        return {"undone": taken_back(entry, before, self.memory)}

    def decide(self, text: str, who: str, scenario: str) -> None:
        """Note a decision and who made it. Raises Refused."""
        text = " ".join(text.split())[:MAX_NOTE]
        if not text:
            raise Refused("write down what was decided")
        if scenario and scenario not in self.memory.room.kept:
            raise Refused("there is no such scenario on the wall")
        self.memory.note("noted", text=text, who=clean_title(who) if who.strip() else "",
                         scenario=scenario)  # fmt: skip
        self._changed()

    # --- numbers and files ---

    def heard(self, run: Run) -> None:
        """News of a run, which may be of one that is kept."""
        kept = self.memory.room.kept.values()
        mine = run is self.runner.base or any(run.key == key_of(k.toml) for k in kept)
        if not mine:
            return
        finished = self.runner.finished(run)
        if self._came_further(run) or finished:
            self._changed()
        if finished:
            self.save()

    def _came_further(self, run: Run) -> bool:
        """Whether another of its runs or sets is whole since this was last asked."""
        there = answers.how_far(self.runner, run)
        before, self._reached[run.key] = self._reached.get(run.key), there
        return before != there

    def save(self) -> None:
        """Keep the wall's numbers, once all are there."""
        kept = self.memory.room.kept.values()
        runs = [self.run_of(one) for one in kept]
        whole = [run for run in runs if run is not None and self.runner.finished(run)]
        if len(whole) == len(runs):
            found, scenarios = self._found(whole)
            self._keeper.save({one.toml for one in kept}, found, scenarios, self.runner.sets)

    def report(self) -> Report:
        """The workshop's report as far as its numbers are there. Raises Refused."""
        room = self.memory.room
        runs = [self.work_out(kept) for kept in room.kept.values()]
        found, scenarios = self._found([run for run in runs if self.runner.pairs(run)])
        if found is None:
            raise Refused("the first numbers are not there yet; try again in a few seconds")
        texts = {"do_nothing.toml": path_of(self.desk, "do_nothing").read_text(encoding="utf-8")}
        texts |= {f"{kept.name}.toml": kept.toml for kept in room.kept.values()}
        folder, runner = self.memory.path.parent, self.runner
        repeat = how_to_repeat(found, folder, runner.replicates, runner.sets)
        about = archive.about_wall(found, scenarios)
        differs = {
            kept.name: in_sentences(what_differs(run.scenario, runner.base.scenario))
            for kept, run in zip(room.kept.values(), runs, strict=True)
        }
        return report_of(found, about, texts, room_parts(room, found, differs), tuple(repeat))

    def _found(self, runs: list[Run]) -> tuple[Any, list[Scenario]]:
        every = (self.runner.base, *runs)
        return several(self.runner, runs), [replace(x.scenario, name=x.name) for x in every]

    def restore(self) -> None:
        """Make the folder hold the files of what is on the wall, and work their numbers out."""
        kept = self.memory.room.kept
        for path in self.desk.folder.glob("*.toml"):
            if path.stem not in kept and path.stem != self.desk.base.name:
                path.unlink()
        for one in kept.values():
            path = path_of(self.desk, one.name)
            if not path.exists() or path.read_text(encoding="utf-8") != one.toml:
                write_file(path, one.toml.encode())
            self.work_out(one)

    def work_out(self, kept: Kept) -> Run:
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

    def under(self, name: str) -> Kept | None:
        """The kept scenario that others stand on; None where none is named. Raises Refused."""
        return self.named(name) if name else None

    def named(self, name: str) -> Kept:
        """A kept scenario. Raises Refused."""
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
