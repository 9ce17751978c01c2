"""What the documents would expect of doing nothing, of a cut and of the interventions.

Each line says which figure, which way, and where in the documents. Effects are what the mechanisms
give: nothing in here reaches the model. A note is known from runs, and stands beside its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from experiments.patterns import DO_NOTHING, EMERGENCY
from experiments.wording import Kind

Expected = Literal["more", "less", "unsaid"]


@dataclass(frozen=True)
class Expectation:
    """One figure, and which way the documents would have it move."""

    words: str
    measures: tuple[str, ...]
    """Added up."""
    expected: Expected
    source: str
    kind: Kind = "count"
    note: str = ""


@dataclass(frozen=True)
class Question:
    """What is compared, as weights of scenarios that add up to zero, and what is expected."""

    title: str
    weights: dict[str, int]
    expectations: tuple[Expectation, ...]


_MULTIPLE = ("people.multiple_needs",)
_CRISIS = ("people.in_crisis",)
_COMPLEX = ("people.most_complex",)
_HELPED_BY_NONE = ("hidden.known_to_many_helped_by_none",)
_HIDDEN = ("hidden.below_every_threshold",)
_COST = ("cost.total",)

GROWTH: Final = (
    Expectation("with multiple needs", _MULTIPLE, "more", "S000 'If we do nothing'", note=(
        "A little, within the first ten years: needs left unmet go on entrenching. More growth "
        "would have to come from outside: people, prices, budgets."
    )),
    Expectation("most complex, in a year", _COMPLEX, "more", "S001 6, 6.3 'entrenched'", note=(
        "It goes on. Fifty people a year: a rise or fall of ten would not be detected."
    )),
    Expectation("in crisis in an average week", _CRISIS, "more", "S001 3.20 'stored up'", note=(
        "It goes on: the place produces about as many again as recover, move or die."
    )),
    Expectation("contacts: police, ambulance, A&E", EMERGENCY, "more", "S002 introduction", note=(
        "As above: it goes on, and hardly moves."
    )),
    Expectation(
        "adverse experiences by age 18", ("aces.mean_at_18",), "more", "S000 'LAC case analysis'",
        "number",
        "No forecast. Half of what surveys count is taken to come from outside the model, and its "
        "mechanisms make about the other half, a little less than what children of the first week "
        "and those who move in bring with them.",
    ),
    Expectation(
        "children looked after", ("children.looked_after",), "more", "S000 'similar lives'",
        note="No forecast: a place keeps the ages of its file. And fathers' needs reach children "
        "only in families of the first week, a limit of the model.",
    ),
    Expectation("cost of all services", _COST, "more", "S001 2.23, 3.20", "money"),
)  # fmt: skip
"""The last year of doing nothing against the first."""

_CUT = (
    Expectation(
        "treated for drink or drugs in a year", ("people.treated.substance",), "less",
        "S001 3.20 'clients that can be reached may diminish'",
    ),
    Expectation(
        "weeks of waiting for it", ("wait_weeks.substance",), "more", "S001 3.22", "number"
    ),
    Expectation("with multiple needs", _MULTIPLE, "more", "S001 3.20 'stored up for the future'"),
    Expectation("in crisis in an average week", _CRISIS, "more", "S001 3.20"),
    Expectation("known to many, helped by none", _HELPED_BY_NONE, "more", "S001 conclusion 8"),
    Expectation("contacts: police, ambulance, A&E", EMERGENCY, "more", "S001 3.17 'fall back on'"),
    Expectation("cost of reacting", ("cost.reactive",), "more", "S001 2.23", "money"),
    Expectation(
        "cost of all services", _COST, "more", "S001 4.4 'people cost us money anyway'", "money",
        "Several times the cut comes back as cost elsewhere. The direction is the documents'; the "
        "size rests on numbers that are judgement.",
    ),
)  # fmt: skip

_EARLY = (
    Expectation(
        "police referrals refused", ("nfa_share.from_police",), "less",
        "S002 'role of police': fewer in no further action", "share",
    ),
    Expectation(
        "referrals to children's social care", ("referrals.childrens_social_care",), "less",
        "S002 'reduction in the referrals sent to statutory services'",
    ),
    Expectation(
        "cases opened by early help", ("opened.early_help",), "more",
        "S002 'increase in the number picked up by early help'",
    ),
    Expectation(
        "children entering care a year", ("children.entered_care",), "less",
        "S002 key findings 'reducing escalation'",
        note="Far less than the third found among Troubled Families (I25), which is a share of "
        "the families helped; this one is of the whole city.",
    ),
    Expectation(
        "adverse experiences by age 18", ("aces.mean_at_18",), "less",
        "S002 'break the generational cycle'", "number",
        "Hardly at all within ten years: most who turn 18 by then lived their early years before.",
    ),
    Expectation("with multiple needs", _MULTIPLE, "less", "S001 6.3", note=(
        "Not through early help: with that mechanism off the difference is about the same (six "
        "years, four replicates). It is the better police referrals, which open doors for adults."
    )),
    Expectation(
        "contacts: police, ambulance, A&E", EMERGENCY, "less", "S002 'reduce repeat demand'",
        note="Calls to the police rise by about 2%, those to ambulance and A&E by less than 1%: "
        "more people are let in, and waits for drug services, probation and the anti-social "
        "behaviour team grow.",
    ),
    Expectation("gave up waiting a year", ("nfa.gave_up",), "more", "S002 'caseloads are rising'"),
    Expectation(
        "below every threshold", _HIDDEN, "less", "S000 'initial observations'",
        note="More referrals are taken up, queues grow, and thresholds rise with them: more people "
        "stand below every one. With the mechanism “pressure” off the rise is gone.",
    ),
    Expectation(
        "cost of all services", _COST, "less", "S001 4.4 'intervene early enough'", "money",
        "Not within ten years: what is saved does not pay for the workers. In the evidence too it "
        "pays back over a childhood, not over a few years (I29, I31).",
    ),
)  # fmt: skip

_NAVIGATORS = (
    Expectation("most complex, in a year", _COMPLEX, "less", "S003 5, 8"),
    Expectation("known to many, helped by none", _HELPED_BY_NONE, "less", "S003 15, 16"),
    Expectation("in crisis in an average week", _CRISIS, "less", "S003 5"),
    Expectation("with multiple needs", _MULTIPLE, "less", "S003 5"),
    Expectation(
        "contacts: police, ambulance, A&E", EMERGENCY, "less", "S003 5 'reducing demand'"
    ),
    Expectation(
        "refused, with mental ill-health and drugs", ("nfa_share.both_needs",), "less",
        "S003 15; app. 2", "share",
    ),
    Expectation(
        "closed for non-engagement", ("closed.non_engagement_share",), "less", "S003 13, 14",
        "share",
    ),
    Expectation(
        "below every threshold", _HIDDEN, "less", "S003 17b",
        note="The data feed finds those who call most, and these are those who do not stand out: "
        "Durham's other way in, referrals that met no threshold (17b), is not in this team.",
    ),
    Expectation(
        "cost of a person with multiple needs", ("cost.per_person_with_multiple_needs",), "less",
        "S001 2.23 'by up to 26 per cent'", "money",
    ),
    Expectation("cost of all services", _COST, "less", "S001 2.25, 4.4", "money"),
)  # fmt: skip

_AGAINST_CUT = (
    Expectation("with multiple needs", _MULTIPLE, "less", "S001 conclusion 2"),
    Expectation("in crisis in an average week", _CRISIS, "less", "S001 conclusion 2"),
    Expectation("most complex, in a year", _COMPLEX, "less", "S001 conclusion 2"),
    Expectation(
        "contacts: police, ambulance, A&E",
        EMERGENCY,
        "less",
        "S001 2.25",
        note="What navigators take off, longer waits under better police referrals put on.",
    ),
    Expectation(
        "known to many, helped by none",
        _HELPED_BY_NONE,
        "less",
        "S001 2.24",
        note="Hardly: what they lack under the cut is a place, and neither intervention adds one.",
    ),
    Expectation("cost of all services", _COST, "less", "S001 2.25", "money"),
)
_AGAINST_NOTHING = (
    Expectation("with multiple needs", _MULTIPLE, "unsaid", "", note=(
        "For these people the two interventions make up for most of what the cut does; for calls "
        "and money they do not."
    )),
    Expectation("contacts: police, ambulance, A&E", EMERGENCY, "unsaid", ""),
    Expectation("cost of all services", _COST, "unsaid", "", "money"),
)  # fmt: skip
_WHOLE = (
    Expectation("with multiple needs", _MULTIPLE, "unsaid", "", note=(
        "About the sum of its parts, though together they lengthen the wait for drug services by "
        "20 weeks, apart by 16 (the cut) and 2 (the interventions)."
    )),
    Expectation("contacts: police, ambulance, A&E", EMERGENCY, "unsaid", ""),
    Expectation("cost of all services", _COST, "unsaid", "", "money"),
)  # fmt: skip


def _against(base: str, scenario: str) -> dict[str, int]:
    return {scenario: 1, base: -1}


QUESTIONS: Final = (
    Question("The budget cut", _against(DO_NOTHING, "budget_cut"), _CUT),
    Question("Early intervention", _against(DO_NOTHING, "early_intervention"), _EARLY),
    Question("Navigators", _against(DO_NOTHING, "navigators"), _NAVIGATORS),
    Question(
        "Both interventions under the cut, against the cut alone",
        _against("budget_cut", "together"),
        _AGAINST_CUT,
    ),
    Question(
        "Both interventions under the cut, against doing nothing",
        _against(DO_NOTHING, "together"),
        _AGAINST_NOTHING,
    ),
    Question(
        "Both under the cut, beyond the sum of the three apart",
        {
            "together": 1,
            "budget_cut": -1,
            "early_intervention": -1,
            "navigators": -1,
            DO_NOTHING: 2,
        },
        _WHOLE,
    ),
)
