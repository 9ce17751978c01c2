"""Teams that cross agencies, as doors: a caseload without a front door."""

from __future__ import annotations

import numpy as np

from agents.arrays import NOBODY
from agents.draft import Draft, pence
from agents.inputs import NO_EXCLUSION, Doors, Finding, ReviewRule
from scenarios.changes import Notice, TeamChange
from scenarios.names import N_NEEDS, NEED_KEYS, WEEKS_PER_YEAR

_FINDING = {
    "data_feed": Finding.DATA_FEED,
    "refused_referral": Finding.REFUSED_REFERRAL,
    "early_risk": Finding.EARLY_RISK,
    "front_line": Finding.FRONT_LINE,
}


def no_teams(n: int) -> dict[str, object]:
    """What agencies have in the columns that are for teams."""
    return {
        "finding": np.zeros(n, np.int64),
        "refused_team": NOBODY,
        "front_line_team": NOBODY,
        "feed_weeks": np.ones(n, np.int64),
        "consent": np.zeros(n),
        "advocacy": np.zeros(n),
        "waives": np.zeros(n),
        "attendance_elsewhere": np.zeros(n),
        "adults_only": np.zeros(n, np.bool_),
        "finds_with": np.zeros((n, N_NEEDS)),
        "care_experienced": np.zeros(n, np.bool_),
        "found_ages": np.zeros((n, 2), np.int64),
        "delay_weeks": np.zeros(n, np.int64),
        "removed_at": np.full((n, N_NEEDS), NO_EXCLUSION),
        "compulsory": np.zeros(n, np.bool_),
        "notice": np.zeros(n, np.bool_),
        "deters": np.zeros(n),
        "displaced_to": np.full(n, NOBODY, np.int64),
        "arrest_share": np.zeros(n),
        "fine": np.zeros(n),
        "trust_cost": np.zeros(n),
    }


def add_teams(
    doors: Doors, draft: Draft, teams: list[TeamChange | None], agencies: tuple[str, ...]
) -> None:
    """Add a door for every team: a caseload without a front door."""
    for team in teams:
        door = int(doors.n_doors)
        doors.n_doors = door + 1
        share = draft.team_share.get(team.name, 0.0) if team else 0.0
        row = _NO_TEAM | (_team_row(team, share) if team else {})
        if team and team.notice:
            row |= _notice_row(team.notice, agencies)
        for name, value in row.items():
            doors[name][door] = value
        if team and share > 0.0 and team.finds == "refused_referral":
            doors.refused_team = door
        if team and share > 0.0 and team.finds == "front_line":
            doors.front_line_team = door


_NO_TEAM: dict[str, object] = {
    "gated": False, "places": 0.0, "assessments": 0.0, "slice": np.zeros(N_NEEDS),
    "screen": 0.0, "threshold": 0.0, "exclude": np.full(N_NEEDS, NO_EXCLUSION),
    "information": 1.0, "quiet_level": 0.0, "quiet_weeks": 26.0, "rule": ReviewRule.WITHDRAW,
    "missed_limit": 0.0, "max_weeks": 0.0, "attendance": 0.0, "effect": np.zeros(N_NEEDS),
    "turnover": 0.0, "refers": np.zeros(N_NEEDS), "quality": 1.0, "emergency": False,
    "contact_pence": 0, "case_week_pence": 0, "placement_pence": 0, "budget_pence": 0,
    "redirect_to": NOBODY, "redirect_share": 0.0, "finding": Finding.NOT_A_TEAM,
    "feed_weeks": 1, "consent": 0.0, "advocacy": 0.0, "waives": 0.0,
    "attendance_elsewhere": 0.0, "adults_only": True, "finds_with": np.zeros(N_NEEDS),
    "care_experienced": False, "found_ages": np.zeros(2, np.int64), "delay_weeks": 0,
    "removed_at": np.full(N_NEEDS, NO_EXCLUSION),
    "compulsory": False, "notice": False, "deters": 0.0, "displaced_to": NOBODY,
    "arrest_share": 0.0, "fine": 0.0, "trust_cost": 0.0,
}  # fmt: skip


def _team_row(team: TeamChange, share: float) -> dict[str, object]:
    """What a team's door differs in from an empty one; ``share`` of its posts are filled."""
    weekly = team.posts * team.cost_gbp_per_post / WEEKS_PER_YEAR
    return {
        "places": np.floor(share * team.posts * team.cases_per_post + 1e-9),
        "slice": np.ones(N_NEEDS),
        "quiet_level": team.quiet_level,
        "quiet_weeks": team.quiet_weeks,
        "max_weeks": team.max_weeks,
        "attendance": team.attendance,
        "effect": np.array([team.effect.get(key, 0.0) for key in NEED_KEYS]),
        "turnover": team.turnover_per_year / WEEKS_PER_YEAR,
        "case_week_pence": int(pence(weekly / (team.posts * team.cases_per_post))),
        "budget_pence": int(pence(weekly * share)),
        "finding": _FINDING[team.finds],
        "feed_weeks": team.feed_weeks,
        "consent": team.consent,
        "advocacy": team.advocacy_per_week,
        "waives": team.waives_exclusions,
        "attendance_elsewhere": team.attendance_elsewhere,
        "adults_only": team.adults_only,
        "finds_with": np.array([team.finds_with.get(key, 0.0) for key in NEED_KEYS]),
        "care_experienced": team.care_experienced,
        "found_ages": WEEKS_PER_YEAR * np.array([team.age_from, team.age_below]),
        "delay_weeks": team.delay_weeks,
        "removed_at": np.array([team.removed_at.get(key, NO_EXCLUSION) for key in NEED_KEYS]),
        "compulsory": team.compulsory or team.notice is not None,
    }


def _notice_row(notice: Notice, agencies: tuple[str, ...]) -> dict[str, object]:
    """What a team that serves notices has besides."""
    return {
        "notice": True,
        "deters": notice.deters,
        "displaced_to": agencies.index(notice.displaced_to),
        "arrest_share": notice.arrest_share,
        "fine": notice.fine.value,
        "trust_cost": notice.trust_cost.value,
    }
