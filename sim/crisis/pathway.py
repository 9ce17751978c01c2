"""The path of a crisis, from the call to where the night ends: plain functions on plain objects.

Times are hours. Whether the pools below are salabim's or somebody else's makes no difference here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, Protocol

from scenarios.crisis_door import HOURS_A_WEEK
from sim.crisis.draws import Draw
from sim.crisis.inputs import Inputs
from sim.crisis.pools import FREE, GONE, STAY, Job, Pool, Worker


class Caller(IntEnum):
    """Who is called."""

    POLICE = 0
    AMBULANCE = 1
    HELPLINE = 2
    WALK_IN = 3


class Where(IntEnum):
    """Where somebody waits for an assessment."""

    AT_HOME = 0  # or in the street
    AE = 1
    SUITE = 2
    CUSTODY = 3


class Need(IntEnum):
    """What somebody in crisis turns out to need."""

    ADMISSION = 0
    HOME_TREATMENT = 1
    SUPPORT = 2


class End(IntEnum):
    """Where a crisis ends."""

    HOME = 0
    CAFE = 1
    CRISIS_HOUSE = 2
    HOME_TREATMENT = 3
    ACUTE_BED = 4
    OUT_OF_AREA = 5
    LEFT_AE = 6  # before anybody had time


class Crisis:
    """One crisis of one person, as it goes on."""

    __slots__ = (
        "number", "luck", "came", "caller", "police", "police_since", "police_hours", "detained",
        "would_detain", "advised", "triaged", "where", "waits_since", "seen", "waiting_for",
        "need", "end", "left", "delayed", "by_day",
    )  # fmt: skip

    def __init__(self, number: int, luck: Sequence[float], came: float, by_day: bool) -> None:
        self.number, self.luck, self.came, self.by_day = number, luck, came, by_day
        self.caller = Caller.WALK_IN
        self.police = self.detained = self.would_detain = self.advised = self.triaged = False
        self.police_since = came
        self.police_hours = self.delayed = 0.0
        self.where = Where.AT_HOME
        self.waits_since = came
        self.seen = self.left = -1.0
        self.waiting_for: Worker | None = None
        self.need = Need.SUPPORT
        self.end = End.HOME


class Hours(Protocol):
    """What a pathway runs on: a clock, a diary and pools."""

    pools: dict[str, Pool]

    def now(self) -> float:
        """Hours since the beginning."""

    def after(self, hours: float, what: Callable[[Any], None], case: Any) -> None:
        """Something that happens by itself."""


class Pathway:
    """What is done about crises at one door. ``ended`` holds those that are over, in that order."""

    def __init__(self, door: Hours, inputs: Inputs, luck: Sequence[Sequence[float]]) -> None:
        self.now, self.after, self.pools = door.now, door.after, door.pools
        self.number, self.by_day, self.luck = inputs.number, inputs.by_day, luck
        self.share_intoxicated = inputs.share_intoxicated
        self.ended: list[Crisis] = []

    def forget(self) -> None:
        """Let go of all cases at once; a door and its staff hold each other, and them."""
        self.ended, self.luck = [], ()

    def arrive(self, number: int) -> None:
        """Somebody is in crisis, and somebody is called."""
        now, luck, share = self.now(), self.luck[number], self.number
        case = Crisis(number, luck, now, self.by_day[int(now) % HOURS_A_WEEK])
        police = share["share_called_police"]
        ambulance = police + share["share_called_ambulance"]
        u = luck[Draw.CALLER]
        if u < police:
            case.caller = Caller.POLICE
        elif u < ambulance:
            case.caller = Caller.AMBULANCE
        elif u < ambulance + share["share_called_helpline"]:
            case.caller = Caller.HELPLINE
        together = case.caller is Caller.AMBULANCE
        case.police = case.caller is Caller.POLICE or (
            together and luck[Draw.POLICE_TOO] < share["share_police_with_ambulance"]
        )
        case.would_detain = case.police and luck[Draw.DETAIN] < share["share_detained"]
        self._decide_need(case, case.would_detain)
        if case.caller is Caller.WALK_IN:
            self._walk_in(case)
        elif self.pools["control_room"].free:
            self.pools["control_room"].send(Job(case, self._advice, self._advised))
        else:
            self._go_there(case)

    def _decide_need(self, case: Crisis, detained: bool) -> None:
        kind = "_detained" if detained else ""
        admission = self.number["share_needs_admission" + kind]
        u = case.luck[Draw.NEED]
        if u < admission:
            case.need = Need.ADMISSION
        elif u < admission + self.number["share_needs_home_treatment" + kind]:
            case.need = Need.HOME_TREATMENT

    # Advice, street triage, and officers at the scene.

    def _advice(self, case: Crisis) -> float:
        case.seen = self.now()
        return self.number["hours_advice"]

    def _advised(self, case: Crisis, _: Worker) -> float:
        case.advised = True
        settled = case.luck[Draw.ADVICE] < self.number["share_settled_by_advice"]
        if settled and case.need is Need.SUPPORT and not case.would_detain:
            self._end(case, End.HOME)
        else:
            self._go_there(case)
        return FREE

    def _go_there(self, case: Crisis) -> None:
        """Whoever was called sets out; police take the triage car along if it is free."""
        scene = self.number["hours_scene"] * case.luck[Draw.SCENE]
        if case.police and self.pools["street_triage"].free:
            self.pools["street_triage"].send(Job(case, self._triage, self._triaged))
        elif case.caller is Caller.HELPLINE:
            self._helpline(case)
        else:
            self.after(scene, self._decide, case)

    def _triage(self, case: Crisis) -> float:
        """Officers stay until the car is there; of those in it, one is an officer."""
        travel = self.number["hours_triage_travel"] * case.luck[Draw.TRAVEL]
        contact = self.number["hours_triage_contact"] * case.luck[Draw.CONTACT]
        case.triaged = True
        case.seen = self.now() + travel
        case.police_hours += self.now() - case.police_since + travel + contact / 2
        return travel + contact

    def _triaged(self, case: Crisis, _: Worker) -> float:
        case.police_since = self.now()
        if self._is_detained(case, self.number["share_detained_after_triage"]):
            self._detain(case)
        else:
            self._place(case)
        return FREE

    def _decide(self, case: Crisis) -> None:
        """At the scene, without a nurse: detained, taken to A&E, or left to the crisis team."""
        advised = self.number["share_detained_after_advice"] if case.advised else 1.0
        if self._is_detained(case, advised):
            self._detain(case)
            return
        by = "share_police_to_ae" if case.police else "share_ambulance_to_ae"
        if case.luck[Draw.ROUTE] < self.number[by]:
            self._convey(case)
        else:
            self._police_leave(case)
            self._visit(case)

    def _is_detained(self, case: Crisis, of_those: float) -> bool:
        limit = self.number["share_detained"] * of_those
        case.detained = case.would_detain and case.luck[Draw.DETAIN] < limit
        return case.detained

    def _helpline(self, case: Crisis) -> None:
        if case.luck[Draw.ROUTE] < self.number["share_helpline_settled"]:
            case.seen = self.now()
            self._end(case, End.HOME)
        else:
            self._visit(case)

    # A&E without detention, and the crisis team's visits.

    def _walk_in(self, case: Crisis) -> None:
        if case.need is Need.SUPPORT and self._goes_to_cafe(case):
            case.seen = self.now()
            self._end(case, End.CAFE)
        else:
            self._at_ae(case)

    def _convey(self, case: Crisis) -> None:
        """To A&E: an ambulance for people in crisis takes them if it is free, else the police.

        Officers who take somebody there stay until A&E has room for them, longer at night.
        """
        travel = self.number["hours_conveyance"] * case.luck[Draw.CONVEY]
        transport = self.pools["transport"]
        if case.police and transport.free:
            self._police_leave(case)
            transport.send(Job(case, lambda _: travel, self._conveyed))
            return
        if case.police:
            night = "" if self._is_day() else "_night"
            wait = self.number["hours_handover_ae" + night] * case.luck[Draw.HANDOVER]
            case.police_hours += travel + wait
            self._police_leave(case)
        self.after(travel, self._at_ae, case)

    def _conveyed(self, case: Crisis, _: Worker) -> float:
        if case.detained:
            self._arrived(case)
        else:
            self._at_ae(case)
        return FREE

    def _at_ae(self, case: Crisis) -> None:
        case.where = Where.AE
        case.waits_since = self.now()
        self.pools["liaison"].send(Job(case, self._liaison, self._assessed_there))

    def _liaison(self, case: Crisis) -> float:
        """A liaison nurse comes, unless the person has had enough of waiting and left."""
        patience = self.number["hours_patience_ae"] * case.luck[Draw.PATIENCE]
        now = self.now()
        if now - case.waits_since > patience and case.need is not Need.ADMISSION:
            self._end(case, End.LEFT_AE, case.waits_since + patience)
            return GONE
        response = self.number["hours_liaison_response"] * case.luck[Draw.SEEN]
        case.seen = now + response
        return response + self.number["hours_liaison_assessment"] * case.luck[Draw.ASSESS]

    def _visit(self, case: Crisis) -> None:
        case.waits_since = self.now()
        self.pools["crisis_team"].send(Job(case, self._team, self._assessed_there))

    def _team(self, case: Crisis) -> float:
        night = "" if self._is_day() else "_night"
        response = self.number["hours_team_response" + night] * case.luck[Draw.SEEN]
        case.seen = self.now() + response
        return response + self.number["hours_team_assessment"] * case.luck[Draw.ASSESS]

    def _assessed_there(self, case: Crisis, _: Worker) -> float:
        self._place(case)
        return FREE

    # Detention under section 136.

    def _detain(self, case: Crisis) -> None:
        """The control room rings the suite; without one, to a cell or A&E. Officers go along."""
        case.where = self._place_of_safety(case)
        travel = self.number["hours_conveyance"] * case.luck[Draw.CONVEY]
        if self.pools["transport"].free:
            self.pools["transport"].send(Job(case, lambda _: travel, self._conveyed))
        else:
            self.after(travel, self._arrived, case)

    def _place_of_safety(self, case: Crisis) -> Where:
        refused = case.luck[Draw.REFUSED] < self.number["share_refused_by_suite"]
        if not refused and self.pools["suite"].take():
            return Where.SUITE
        custody = case.luck[Draw.CUSTODY] < self.number["share_custody_without_suite"]
        return Where.CUSTODY if custody else Where.AE

    def _arrived(self, case: Crisis) -> None:
        """Handed over in a suite or a cell; in A&E officers stay until the person goes."""
        case.waits_since = self.now()
        if case.where is not Where.AE:
            kind = "suite" if case.where is Where.SUITE else "custody"
            case.police_hours += self.number["hours_handover_" + kind] * case.luck[Draw.HANDOVER]
            self._police_leave(case)
        if case.luck[Draw.INTOXICATED] < self.share_intoxicated:
            sober = self.number["hours_until_sober"] * case.luck[Draw.SOBER]
            self.after(sober, self._call_assessors, case)
        else:
            self._call_assessors(case)

    def _call_assessors(self, case: Crisis) -> None:
        self.pools["amhp"].send(Job(case, self._amhp_comes, self._there))
        self.pools["s12_doctor"].send(Job(case, self._doctor_comes, self._there))

    def _amhp_comes(self, case: Crisis) -> float:
        night = "" if self._is_day() else "_night"
        return self.number["hours_amhp_response" + night] * case.luck[Draw.AMHP]

    def _doctor_comes(self, case: Crisis) -> float:
        night = "" if self._is_day() else "_night"
        return self.number["hours_doctor_response" + night] * case.luck[Draw.DOCTOR]

    def _there(self, case: Crisis, worker: Worker) -> float:
        """Professional and doctor assess together: who comes first waits for the other."""
        if case.waiting_for is None:
            case.waiting_for = worker
            return STAY
        hours = self.number["hours_act_assessment"] * case.luck[Draw.ASSESS]
        case.seen = self.now()
        job = worker.job
        assert job is not None
        case.waiting_for.go_on(hours, Job(case, job.begin, lambda *_: FREE))
        worker.job = Job(case, job.begin, self._assessed_there)
        return hours

    # Where it ends.

    def _place(self, case: Crisis) -> None:
        """Somewhere to go, as far as there is room."""
        if case.need is Need.ADMISSION:
            if not self._to_house(case) and not self._to_bed(case):
                search = self.number["hours_bed_search"] * case.luck[Draw.SEARCH]
                self.after(search, self._bed_searched, case)
        elif case.need is Need.HOME_TREATMENT:
            home_treatment = self.pools["home_treatment"]
            if home_treatment.free:
                self._end(case, End.HOME_TREATMENT)
                home_treatment.send(Job(case, self._treatment, self._stay_over))
            elif not self._to_house(case):
                self._end(case, End.HOME)
        else:
            self._end(case, End.CAFE if self._goes_to_cafe(case) else End.HOME)

    def _goes_to_cafe(self, case: Crisis) -> bool:
        cafe = self.pools["cafe"]
        if not cafe.free or case.luck[Draw.CAFE] >= self.number["share_cafe"]:
            return False
        cafe.send(Job(case, lambda _: self.number["hours_cafe_visit"], self._stay_over))
        return True

    def _to_house(self, case: Crisis) -> bool:
        house = self.pools["crisis_house"]
        willing = case.luck[Draw.HOUSE] < self.number["share_house_instead_of_bed"]
        if not willing or not house.free:
            return False
        self._end(case, End.CRISIS_HOUSE)
        house.send(Job(case, self._house_stay, self._stay_over))
        return True

    def _to_bed(self, case: Crisis) -> bool:
        bed = self.pools["acute_bed"]
        if not bed.free:
            return False
        self._end(case, End.ACUTE_BED)
        bed.send(Job(case, self._bed_stay, self._stay_over))
        return True

    def _bed_searched(self, case: Crisis) -> None:
        """A bed has come free in the meantime, or the person goes far away."""
        if not self._to_bed(case):
            self._end(case, End.OUT_OF_AREA)

    def _treatment(self, case: Crisis) -> float:
        return self.number["hours_home_treatment"] * case.luck[Draw.STAY]

    def _house_stay(self, case: Crisis) -> float:
        stay = self.number["hours_house_stay"] * case.luck[Draw.STAY]
        return min(stay, self.number["hours_longest_house_stay"])

    def _bed_stay(self, case: Crisis) -> float:
        """Days on the ward; some stay on for want of a home."""
        if case.luck[Draw.DELAYED] < self.number["share_delayed_for_housing"]:
            case.delayed = self.number["hours_housing_delay"] * case.luck[Draw.DELAY]
        return self.number["hours_bed_stay"] * case.luck[Draw.STAY] + case.delayed

    def _stay_over(self, _: Crisis, __: Worker) -> float:
        return FREE

    def _end(self, case: Crisis, end: End, left: float | None = None) -> None:
        """The crisis is over: the suite is free again, and officers go."""
        case.end = end
        case.left = self.now() if left is None else left
        if case.where is Where.SUITE:
            self.pools["suite"].give_back()
        self._police_leave(case)
        self.ended.append(case)

    def _police_leave(self, case: Crisis) -> None:
        """Officers' time so far counts; what they wait for elsewhere has been added."""
        if case.police:
            case.police_hours += self.now() - case.police_since
            case.police = False

    def _is_day(self) -> bool:
        return self.by_day[int(self.now()) % HOURS_A_WEEK]
