"""One workshop: the room's memory, what it is asking, and who is told of it.

Nothing here knows of addresses or headers; `server` and `phones` call this. What is kept, and what
was decided, is the wall's (`wall.py`); what the room is asked is in `questions.py`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from experiments.figures import FAN
from experiments.output import version
from experiments.sets import sets_for
from experiments.wording import plain_words
from experiments.workshop import answers, yearly
from experiments.workshop.drafts import (
    Desk,
    Refused,
    check_upload,
    checked,
    key_of,
    path_of,
    scenario_of,
    text_of,
)
from experiments.workshop.front import Front, Standing
from experiments.workshop.guard import Rate, new_code
from experiments.workshop.hub import Hub, Soon
from experiments.workshop.levers import GROUPS
from experiments.workshop.memory import Kept, Memory
from experiments.workshop.questions import Questions
from experiments.workshop.runner import Run, Runner, levers_act_in
from experiments.workshop.wall import DRAFT, Wall
from scenarios.names import WEEKS_PER_YEAR
from scenarios.problems import InputError
from scenarios.resolved import Scenario


class Workshop:
    """A workshop going on."""

    def __init__(
        self, desk: Desk, memory: Memory, seed: int, replicates: int, workers: int | None,
        sets: int = 0,
    ) -> None:  # fmt: skip
        self.desk, self.memory = desk, memory
        self._soon = Soon()
        self.page, self.phones = Hub(), Hub()
        self.front, self._standing = Front(), Standing(memory.path.parent)
        parting = (desk.start - desk.base.start).days // 7
        plausible = sets_for(desk.base, sets)
        self.runner = Runner(
            desk.base, seed, replicates, workers, self._heard, parting, sets=plausible
        )
        self.wall = Wall(desk, memory, self.runner, self.tell_room)
        self.questions = Questions(self)
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
        """Set the workers to work; what the room keeps is worked out when nobody waits. The levers
        stand as they did."""
        self.wall.open()
        self.runner.start()
        before = self._standing.before()
        if before is not None:
            with contextlib.suppress(Refused, InputError):  # of other levers, or a wall that is not
                self.try_out(**before)

    def close(self) -> None:
        """Let everybody go."""
        self.runner.close()
        self._standing.close()
        self.wall.close()
        self.page.close()
        self.phones.close()
        self.memory.close()

    # --- what the page shows ---

    def about(self) -> dict[str, Any]:
        """What does not change while a workshop goes on."""
        base, levers, runner = self.desk.base, self.desk.levers, self.runner
        return {
            "place": base.place.title,
            "start": str(base.start),
            "years": base.years,
            "acts_from": str(self.desk.start),
            "seed": runner.seed,
            "replicates": runner.replicates,
            "sets": runner.sets,
            "sets_of_title": plain_words(runner.plausible.place),
            "sets_are_own": runner.plausible.place == base.place_name,
            "sets_notes": " ".join(runner.plausible.notes),
            "version": version(),
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
        far = answers.how_far(runner, runner.base)
        return {
            **far,
            "now": answers.now(runner),
            "lines": list(yearly.lines(runner, None)) if far["whole"] else [],
            "first": yearly.first_year(runner),
            "replicates": list(yearly.replicate_lines(runner)),
            "words": yearly.nothing_in_words(runner),
            "moves": yearly.moves_by_itself(runner),
            "refused": runner.base.refused,
        }

    def answer(self) -> dict[str, Any]:
        """What stands on the screen: the run in front, with the settings it belongs to."""
        front = self.front
        told = {
            "move": front.move,
            "settings": front.settings,
            "under": front.under,
            "words": self.wall.words(front.settings, front.under),
        }
        if front.run is None:
            return told
        if not self._telling(front.run):
            return told | {"run": front.run.number, "waiting": True}
        return told | answers.answer(self.runner, front.run)

    def room(self) -> dict[str, Any]:
        """The room's memory, as the page shows it."""
        room = self.memory.room
        return {
            "lines": room.lines,
            "kept": self.wall.cards(),
            "notes": room.notes,
            "questions": [self.questions.told(q) | {"can_strike": self.questions.can_strike(q)}
                          for q in room.questions.values()],
            "can_undo": bool(room.undoable),
            "people": len(self.seats),
            "join": {"address": self.addresses[0], "code": self.code} if self.addresses else None,
        }  # fmt: skip

    def doors(self) -> dict[str, Any]:
        """What happens at the front doors, with the settings it belongs to."""
        front = self.front
        whole = front.run is not None and bool(self.runner.pairs(front.run))
        run = front.run if whole else None
        far = answers.how_far(self.runner, run or self.runner.base)
        return {"move": front.move, "changed": run is not None, **far,
                "doors": answers.doors(self.runner, run, self.desk.base)}  # fmt: skip

    # --- what the room does ---

    def try_out(self, settings: Mapping[str, int], under: str, move: str) -> dict[str, Any]:
        """Ask what settings do; the answer comes by way of the page's events. Raises Refused.

        A move that a later one of the same page has overtaken on its way is left out.
        """
        if self.front.overtakes(move):
            return {"run": 0, "words": self.wall.words(self.front.settings, self.front.under)}
        moved = checked(self.desk, settings)
        below = self.wall.under(under)
        asked = self._asked(moved, below) if moved or below else None
        self.front = Front(move[:40], moved, under if below else "")
        self._standing.note(self.front)
        if asked is None:
            self.runner.leave()
            self.page.tell("answer", self.answer())
            return {"run": 0, "words": []}
        key, scenario = asked
        self.front.run = self.runner.ask(key, DRAFT, scenario)
        self._soon.forget("answer")  # whoever has just let go of a lever waits for it
        self._heard(self.front.run)
        return {"run": self.front.run.number, "words": self.wall.words(moved, under)}

    def foresee(self, settings: Mapping[str, int], under: str) -> None:
        """A lever is being held: begin what will be asked when it is let go. Raises Refused."""
        moved = checked(self.desk, settings)
        below = self.wall.under(under)
        if moved or below is not None:
            key, scenario = self._asked(moved, below)
            self.runner.foresee(key, DRAFT, scenario)

    def keep(self, title: str, table: str, settings: Mapping[str, int], under: str) -> Kept:
        """Keep these settings, as a page shows them, under a name. Raises Refused."""
        moved, below = checked(self.desk, settings), self.wall.under(under)
        if not moved and below is None:
            raise Refused("nothing has been changed yet, so there is nothing to keep")
        text = self._text(title, moved, below)
        return self.wall.keep(title, table, text, moved, under if below else "")

    def upload(self, raw: bytes) -> Kept:
        """Keep a scenario file that was dropped on the page. Raises Refused, InputError."""
        text = check_upload(self.desk, raw)
        scenario = self._draft(text)
        return self.wall.keep(scenario.title, "From a file", text, {}, "")

    def open(self, name: str, move: str) -> dict[str, Any]:
        """Bring a kept scenario back to the screen, to go on from. Raises Refused."""
        kept = self.wall.named(name)
        if not kept.settings and not kept.parent:  # from a file: the levers stand on top of it
            return self.try_out({}, kept.name, move)
        return self.try_out(kept.settings, kept.parent, move)

    def change_to(self, settings: Mapping[str, int]) -> dict[str, Any]:
        """What a question is about that names a lever's setting: the model answers just that, and
        begins with it when nobody waits. Raises Refused, InputError."""
        moved = checked(self.desk, settings)
        if not moved:
            raise Refused("a lever that stands as today changes nothing; choose another setting")
        text = self._text("Asked", moved, None)
        self.run_for(text)
        return {"toml": text, "words": self.wall.words(moved, "")}

    def change_of(self, name: str) -> dict[str, Any]:
        """What a question is about, to be remembered with it: a kept scenario, or else what is on
        the screen; empty while that is doing nothing. Raises Refused."""
        front, kept = self.front, self.wall.under(name)
        if kept is not None:
            words = [f"“{kept.title}”", *self.wall.words(kept.settings, kept.parent)]
            return {"toml": kept.toml, "words": words}
        if front.run is None:
            return {}
        below = self.wall.under(front.under)
        text = self._text("Asked", front.settings, below)
        return {"toml": text, "words": self.wall.words(front.settings, front.under)}

    def run_for(self, text: str) -> Run:
        """The run of a scenario file's text; what is missing of it comes when nobody waits."""
        known = self.runner.remembered.get(key_of(text))
        scenario = known.scenario if known else self._draft(text)
        return self.runner.later(key_of(text), DRAFT, scenario)

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
        self.wall.heard(run)
        self.questions.heard()

    def _telling(self, run: Run) -> bool:
        """Whether there is anything yet that the change could have made different."""
        if run.refused or self.runner.pairs(run):
            return True
        early = self.runner.early(run).values()
        weeks = WEEKS_PER_YEAR * max((news.year for news in early), default=0)
        return weeks > levers_act_in(self.desk.base, run.scenario)

    def _asked(self, moved: Mapping[str, int], below: Kept | None) -> tuple[str, Scenario]:
        """The key and the scenario of settings; one that is remembered is not read again."""
        text = self._text("Being tried", moved, below)
        known = self.runner.remembered.get(key_of(text))
        return key_of(text), known.scenario if known else self._draft(text)

    def _text(self, title: str, settings: Mapping[str, int], below: Kept | None) -> str:
        """The file of settings, on top of a kept scenario if there is one. Raises Refused."""
        return text_of(self.desk, title, settings, below.toml if below else None)

    def _draft(self, text: str) -> Scenario:
        scenario = scenario_of(self.desk, DRAFT, text)
        path_of(self.desk, DRAFT).unlink()
        return scenario
