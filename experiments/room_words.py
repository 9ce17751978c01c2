"""The register's uncertain numbers in a room's language: no slopes, couplings or set points.

The files and their docs say precisely what a number is (`describe_words`); here stands what
somebody would call it who has never seen the model. Each is worded so that there can be more of it.
"""

from __future__ import annotations

from typing import Final

from experiments.wording import plain_words

NEED: Final = {
    "ace_log_slope": "how much likelier a hard childhood makes it",
    "set_point_at_onset": "how bad it usually is once it has begun",
    "relax_per_week": "how quickly it goes back to what is usual",
    "noise_sd_per_week": "how much it changes from week to week",
    "coupling": "how much other needs make it worse",
    "entrench_per_week": "how fast it becomes lasting while nobody helps",
    "remission_per_year": "how fast it passes without help",
    "heal": "how much lasting good support does",
    "contacts_per_week": "how many calls and visits it leads to",
    "night_share": "how many of its calls and visits come out of hours",
}
"""Of any of the nine needs, whose name stands before it."""
AGENCY: Final = {
    "cost_gbp_per_contact": "what a contact costs",
    "background_gbp_per_contact": "what an ordinary visit costs",
    "cases_per_post": "how many people one post can support",
    "placement_gbp_per_week": "what a week's placement costs",
}
"""Of any agency, whose name stands before it."""
GENERAL: Final = {
    "lifecourse.father_share": "in how many families a partner's needs reach the children, too",
    "lifecourse.warm_up_years": "how many years are lived before the first that is shown",
    "lifecourse.initial_prevalence": "how many people have needs already in the first week",
    "lifecourse.initial_prevalence_family": "how many children have family needs already in the "
    "first week",
    "adversity.ace_from_outside": "how much of what makes a childhood hard is no parent's need",
    "adversity.ace_frailty_slope": "how much worse a hard childhood makes every need",
    "adversity.ace_deprivation_slope": "how much harder childhoods are where people are poor",
    "adversity.ace_from_child_concern": "how often a parent's needs make a childhood harder",
    "adversity.child_concern_set_point": "how bad it gets for a child whom a parent's needs reach",
    "adversity.parent_coupling": "how much a mother's needs weigh on her child",
    "adversity.onset_coupling": "how much likelier one need makes a further one",
    "adversity.event_lasting_share": "how much of a blow, such as an eviction, stays for good",
    "people.frailty_sigma": "how much people differ in how hard troubles hit them",
    "people.propensity_sigma": "how much people differ in how readily they call",
    "people.trust_mean": "how much people trust services to begin with",
    "people.trust_per_ace": "how much of that trust is left after a hard childhood",
    "people.trust_recovery_per_year": "how fast lost trust comes back",
    "people.entrench_level": "how bad an unmet need must be to become lasting",
    "people.crisis_level": "how bad a need must be to count as a crisis",
    "people.high_level": "how bad a need must be to count as high",
    "people.trace_level": "how much of a need may be left when it counts as over",
    "people.season_amplitude": "how many more contacts there are in winter than in summer",
    "people.supported_contact_share": "how much people still call while they are supported",
    "doors.referral_loss": "how much of a need a poor referral leaves out",
    "doors.referral_blur": "how wrong a poor referral can be",
    "doors.assessment_blur": "how wrong an assessment can be",
    "doors.pooled_weight": "how much other needs count once agencies share what they know",
    "doors.queue_weeks_per_level": "how far a high need moves somebody up a waiting list",
    "doors.give_up_per_week": "how fast people give up waiting",
    "doors.slack_weeks": "how long a waiting list must be before thresholds rise",
    "doors.pressure_per_week": "how fast thresholds follow the waiting list",
    "doors.pressure_threshold": "how far thresholds rise under pressure",
    "doors.pressure_review": "how much sooner quiet cases are let go under pressure",
    "support.trust_floor": "how many appointments are kept without any trust",
    "support.chaos_attendance": "how many appointments other untreated needs cost",
    "support.support_drag": "how much other untreated needs weaken support",
    "support.trust_gain_attended": "how much trust a kept appointment wins",
    "support.trust_loss_refusal": "how much trust a refusal costs",
    "support.trust_loss_closure": "how much trust it costs to be let go",
    "support.trust_loss_retelling": "how much trust it costs to tell the story all over again",
    "support.trust_loss_turnover": "how much trust it costs when one's worker leaves",
    "support.recovered_level": "how much of a need may be left when a case is finished",
    "support.watch_weeks": "how long people are watched over after support",
    "support.watch_share": "how much of a place somebody takes who is watched over",
    "care.care_level": "how bad things must be in a family before a child may enter care",
    "care.care_entry_per_week": "how often a child enters care where that is possible",
    "care.care_exit_per_year": "how often a child leaves care before 18",
    "care.care_support": "how much being in care helps a child with the family's troubles",
    "care.care_start_knock": "how hard it hits a mother when her child is removed",
    "care.care_history_share": "how many adults with very hard childhoods were once in care",
    "care.care_leaving_knock": "how hard it hits to leave care at 18",
    "money.prison_weeks": "how long those who go to prison stay there",
    "money.prison_share": "how many arrests lead to prison",
    "money.prison_gbp_per_week": "what a week of a prison place costs",
    "money.arrest_gbp": "what an arrest costs",
}


def room_words(name: str, meaning: str = "") -> str:
    """A number of the register as a room would call it: ``Drugs: how much likelier a hard childhood
    makes it``. One without words of its own is told by its ``meaning``, else by its name."""
    kind, _, rest = name.partition(".")
    whose, _, what = rest.partition(".")
    words = {"needs": NEED, "agencies": AGENCY}.get(kind, {})
    if what in words:
        return f"{plain_words(whose)}: {words[what]}"
    if kind == "general" and rest in GENERAL:
        return _capital(GENERAL[rest])
    if kind == "crisis" and rest == "police_gbp_per_hour":
        return "What an hour of the police costs"
    return _capital(meaning) or ": ".join(plain_words(part) for part in name.split("."))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
