"""The table of authorities: complete, and each found by the names that people use."""

from __future__ import annotations

import tomllib

import pytest

from scenarios.authorities import (
    COLUMNS,
    FIGURES,
    OTHER_NAMES,
    TABLE,
    NoSuchAuthority,
    find_authority,
    published,
    read_authorities,
    typical,
)


def test_it_holds_england_and_wales() -> None:
    known = read_authorities()
    of = {country: [a for a in known if a.country == country] for country in ("England", "Wales")}
    assert (len(of["England"]), len(of["Wales"])) == (153, 22)
    assert sum(a.residents for a in of["England"]) == 57_690_323  # ONS, mid-2023
    assert sum(a.residents for a in of["Wales"]) == 3_164_404
    assert len({a.file_name for a in known}) == len({a.code for a in known}) == 175
    assert TABLE.stat().st_size < 60_000


def test_every_column_says_who_published_it() -> None:
    columns = tomllib.loads(COLUMNS.read_text(encoding="utf-8"))
    assert set(columns) == {"population", "deprivation_score", *FIGURES}
    assert published("turnover_percent") == "DfE, children's social work workforce 2022"


def test_what_was_not_published_is_not_there() -> None:
    assert find_authority("Newport").figures == dict.fromkeys(FIGURES)
    assert find_authority("Isles of Scilly").figures["looked_after_per_10000"] is None


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Stoke-on-Trent", "Stoke-on-Trent"),
        ("stoke on trent", "Stoke-on-Trent"),
        ("Stoke", "Stoke-on-Trent"),
        ("Rhondda", "Rhondda Cynon Taf"),
        ("Anglesey", "Isle of Anglesey"),
        ("Ynys Môn", "Isle of Anglesey"),
        ("Durham", "County Durham"),
        ("Durham County Council", "County Durham"),
        ("Bristol", "Bristol, City of"),
        ("Hull", "Kingston upon Hull, City of"),
        ("BCP", "Bournemouth, Christchurch and Poole"),
        ("Telford & Wrekin", "Telford and Wrekin"),
        ("st helens", "St. Helens"),
        ("York", "York"),
        ("Somerset Council", "Somerset"),
        ("E06000021", "Stoke-on-Trent"),
    ],
)
def test_it_is_found_however_it_is_written(asked: str, name: str) -> None:
    assert find_authority(asked).name == name


def test_every_authority_is_found_by_its_own_names() -> None:
    for authority in read_authorities():
        for asked in (authority.name, authority.common_name.upper(), authority.code):
            assert find_authority(asked) is authority
    for other, official in OTHER_NAMES.items():
        assert find_authority(other).name == official


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Portsmuth", "did you mean 'Portsmouth'?"),
        ("Kingston", "Kingston upon Hull, City of or Kingston upon Thames; say which"),
        ("London", "is no single authority; in it are City of London, Barking"),
        ("Wales", "is no single authority; in it are Isle of Anglesey, Gwynedd"),
        ("Atlantis", "upstream place --list names all"),
        ("of the", "upstream place --list names all"),
    ],
)
def test_others_are_answered_with_the_nearest(asked: str, said: str) -> None:
    with pytest.raises(NoSuchAuthority, match=said.replace("?", r"\?")):
        find_authority(asked)


def test_a_typical_authority_is_the_mean_of_its_members() -> None:
    two = [find_authority("Portsmouth"), find_authority("Wiltshire")]
    mean = typical("Both", two)
    assert mean.residents == pytest.approx((210_297 + 517_979) / 2, abs=12)
    assert mean.figures["looked_after_per_10000"] == 67
    assert (mean.country, mean.deprivation_score) == ("England", 20.1)
