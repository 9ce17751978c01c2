"""Units and meanings of the settings of needs, events, agencies and mechanisms, for the docs.

Values, ranges, sources and status stand in the evidence files. What a setting is stands here, once;
a test fails for a setting without words and for words without a setting.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Words(NamedTuple):
    """The unit of a setting and what it means."""

    unit: str
    meaning: str


NEED: Final = {
    "onset_per_1000_per_year": Words(
        "per 1,000 people a year, by age band",
        "beginnings among women of average deprivation, frailty 1, no adverse experiences",
    ),
    "male_ratio": Words("ratio", "multiplies the onset for men and boys"),
    "ace_log_slope": Words("ln per experience", "onset by adverse childhood experiences, up to 6"),
    "deprivation_log_slope": Words("ln per fifth", "onset by national deprivation fifth"),
    "set_point_at_onset": Words("level", "where the need settles, on average, for frailty 1"),
    "relax_per_week": Words("share a week", "of the gap between level and set point closed"),
    "noise_sd_per_week": Words("sd of level", "movement of the level from week to week"),
    "coupling": Words("level per unit", "pull upwards by the person's other needs"),
    "entrench_per_week": Words(
        "per week and unit", "rise of the set point while the level stands unmet and high"
    ),
    "remission_per_year": Words("per year", "fall of the set point without help"),
    "heal": Words("per unit of support", "fall of the set point while support lasts"),
    "contacts_per_week": Words("contacts a week", "at level 1, contact propensity 1, unmet"),
    "night_share": Words("share", "of contacts made out of hours"),
}

EVENT: Final = {
    "base_per_year": Words("per year", "for anyone awake"),
    "slopes_per_year": Words("per year and unit", "added for each unit of each need's level"),
    "knock": Words("level", "added to each need for frailty 1 and no adverse experiences"),
    "effect": Words("kind", "what else follows"),
}

AGENCY: Final = {
    "cost_gbp_per_contact": Words("£", "one contact by someone with needs"),
    "background_gbp_per_contact": Words("£", "one ordinary contact, where it costs another sum"),
    "budget_gbp_per_year": Words("£ a year", "the budget, where a place gives it"),
    "budget_gbp_per_head": Words("£ a resident and year", "the budget, where a place gives none"),
    "cost_gbp_per_post": Words("£ a year", "one post: the budget buys so many"),
    "placement_gbp_per_week": Words("£ a week", "one placement"),
    "placement_share": Words("share", "of open cases that are in a placement"),
    "cashable_share": Words("share", "of spending that follows demand which is saved in cash"),
    "cases_per_post": Words("cases", "that one post can hold"),
    "assessments_per_post_per_week": Words("a week", "assessments that one post can begin"),
    "background_contacts_per_year": Words("a resident and year", "contacts for other reasons"),
    "slice": Words("share", "how much of each need this agency sees"),
    "accepts": Words("weight", "of the referrals about each need that are sent to it"),
    "screen_threshold": Words("level", "below it a referral is refused when it is received"),
    "threshold": Words("level", "below it a person is refused when assessed"),
    "excludes": Words("level", "another need at or above it keeps the person out"),
    "quiet_level": Words("level", "below it a week counts as quiet"),
    "quiet_weeks": Words("weeks", "quiet for so long: the review rule applies"),
    "missed_limit": Words("appointments", "missed in a row: closed for non-engagement (0: never)"),
    "max_weeks": Words("weeks", "a case lasts at most (0: no end)"),
    "attendance": Words("probability a week", "at full trust and with no other untreated need"),
    "effect": Words("share a week", "by which support lowers each need's level"),
    "turnover_per_year": Words("share a year", "of staff who leave"),
    "refers": Words("probability", "that a contact about each need becomes a referral"),
    "referral_quality": Words("0 to 1", "how much of the need its referrals convey"),
    "redirect_share": Words("share", "of those refused on receipt that is passed on"),
    "information_shared": Words("0 to 1", "how much of the whole picture it sees"),
}

MECHANISM: Final = {
    "lifecourse": "births, ageing, deaths, moves in and out, early deaths",
    "next_generation": "parents' needs reach their children and leave adverse experiences",
    "life_events": "bereavement, job loss, eviction, assault, arrest and the like",
    "coupling": "needs pull one another up, and make a further need likelier",
    "entrenchment": "a need left unmet and high settles higher",
    "convex_contacts": "contacts go with the cube of the level; off: in proportion to it",
    "heavy_tail": "people differ in how readily they make contact",
    "waiting_lists": "places and assessments are limited and people give up waiting",
    "thresholds": "agencies refuse below a level",
    "silos": "an agency sees its own slice; off: the whole picture",
    "exclusions": "another need keeps people out",
    "pressure": "long waiting lists raise thresholds and shorten reviews",
    "trust": "attendance depends on trust",
    "withdrawal": "cases are let go when things go quiet",
    "non_engagement": "cases are closed for missed appointments",
    "relapse": "a need that still has its set point returns when support ends",
    "teams": "teams that cross agencies",
    "early_help": "early help for families",
}
