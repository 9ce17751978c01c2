"""Parameters and places that cannot be: each is told with what would do."""

from __future__ import annotations

import pytest

from tests.written import SCENARIOS, START, Write, said


@pytest.mark.parametrize(
    ("parameter", "line"),
    [
        ('"needs.drug.heal" = 1', "there is no parameter 'needs.drug.heal' - "
         "did you mean 'needs.drugs.heal'?"),
        ("needs.drugs.heal = 300", "'needs.drugs.heal' must be between 0 and 100, not 300.0"),
        ("agencies.substance.effect.drugs = -1", "'agencies.substance.effect.drugs' must be "
         "between 0 and 1, not -1.0"),
        ("general.people.crisis_level = 4",
         "'general.people.crisis_level' must be between 0 and 1, not 4.0"),
        ("general.people.frailty_sigma = [1, 2]",
         "'general.people.frailty_sigma' must be a single number"),
        ("general.adversity.ace_distribution = [1, 2]",
         "'general.adversity.ace_distribution' must be a list of 11 numbers"),
        ("agencies.asb.cost_gbp_per_post = 0",
         "'agencies.asb.cost_gbp_per_post' must be more than 0"),
        ('needs.drugs.heal = "x"',
         "parameter 'needs.drugs.heal' must be a number or a list of numbers"),
        ("crisis.outcomes.custody = 0.5", "'crisis': outcomes must add up to 1"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be(write: Write, parameter: str, line: str) -> None:
    assert said(write(f"{START}[parameters]\n{parameter}\n")) == [f"s.toml:6: {line}"]


# Places.


@pytest.mark.parametrize(
    ("added", "line"),
    [
        ("[agencies.substanse]\nthreshold = 0.3\n",
         "+1: 'substanse' is no national agency, and a new one needs kind, payer, title - "
         "did you mean [agencies.substance]?"),
        ("[agencies.asb]\nthreshhold = 0.3\n",
         "+2: unknown setting 'threshhold' - did you mean 'threshold'?"),
        ("[agencies.asb]\nthreshold = 3\n",
         "+2: 'agencies.asb.threshold' must be between 0 and 1, not 3"),
        ("[agencies.asb]\nslice.drug = 1\n",
         "+2: 'agencies.asb.slice.drug' must be one of mental_health, alcohol, drugs, housing, "
         "offending, domestic_abuse, money, physical_health, family, not 'drug' - "
         "did you mean 'drugs'?"),
        ("[agencies.asb]\ncost_gbp_per_post = {value = 1, price_year = '1066/67'}\n",
         "+2: unknown price year '1066/67' of 'cost_gbp_per_post' - "
         "known are 2008/09 to 2023/24, written like 2023/24"),
        ("[agencies.asb]\nattendance = {value = 1, price_year = '2016/17'}\n",
         "+2: 'attendance' is not a sum of money, so it has no price_year or per_weeks - "
         "leave them out"),
        ("[agencies.asb]\nredirects_to = 'early_halp'\n",
         "+2: 'asb' redirects to 'early_halp', which is no agency here - "
         "did you mean 'early_help'?"),
        ("[agencies.police]\nthreshold = 0.3\n",
         "+2: 'threshold' is for gated agencies, and 'police' turns nobody away - leave it out"),
        ("[agencies.police]\nkind = 'gated'\n",
         "+2: 'police' is universal everywhere - add an agency of your own instead"),
        ("[agencies.total]\ntitle = 'T'\nkind = 'gated'\npayer = 'us'\n",
         "+1: agency 'total' is a name that measures use - "
         "use small letters, digits and underscores, beginning with a letter"),
        ("[agencies.asb]\ncrisis_door = true\n",
         "+2: only one agency can be the crisis_door, not crisis and asb"),
        ("[agencies.asb]\ncost_gbp_per_post = 0\n", "+2: a post at 'asb' must cost more than 0"),
        ("[routes.drugs]\nday = {polise = 1.0}\nnight = {police = 1.0}\n",
         "+2: the day route of drugs names 'polise', which is no agency here - "
         "did you mean 'police'?"),
        ("[routes.drugs]\nday = {police = 1.0}\nnight = {police = 0.5}\n",
         "+3: 'routes.drugs.night': shares must add up to 1, not 0.5"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be(write: Write, added: str, line: str) -> None:
    place = (SCENARIOS / "places" / "portsmouth.toml").read_text(encoding="utf-8").rstrip("\n")
    write(f"{place}\n{added}", "place.toml")
    after, rule = line.split(": ", maxsplit=1)
    number = len(place.split("\n")) + int(after)
    written = START.replace('"portsmouth"', '"place.toml"')
    assert said(write(written)) == [f"place.toml:{number}: {rule}"]
