"""The week, in the order of the life of a case. This is the model."""

from agents.doors import allocate, front_door
from agents.kernel import allocating
from agents.lifecourse import follow_calendar
from agents.needs import live
from agents.recount import end_of_half_year, end_of_quarter, end_of_year
from agents.settling import settle_down
from agents.support import support_and_review
from agents.teams import teams


@allocating
def one_week(world, courses, policies, due, week, season, run_key):
    """One week of a place.

    courses   COURSE[1]  a table of one row, which is handed over faster than its record
    policies  DOORS[1]
    due       int64[n]   residents whose calendar has something for this week
    season    float64    multiplies contacts: more in winter, fewer in summer
    """
    course, doors = courses[0], policies[0]
    follow_calendar(world, course, due, week, run_key)  # births, moves, deaths, needs that begin
    live(world, course, doors, week, season, run_key)  # needs move, life happens, calls for help
    front_door(world, course, doors, week, run_key)  # who is seen, and who is refused
    allocate(world, doors, week)  # free places to those in front
    support_and_review(world, course, doors, week, run_key)  # who comes, what helps, who is let go
    teams(world, course, doors, week, run_key)  # navigators speak up, and find people
    settle_down(world, course, week, run_key)  # the recovered go back to sleep
    if week % 13 == 12:
        end_of_quarter(world, course, doors, week // 13)
    if week % 26 == 25:
        end_of_half_year(world)
    if week % 52 == 51:
        end_of_year(world, week // 52)
