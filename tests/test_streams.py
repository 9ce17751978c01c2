"""Draws by address: even, independent of their neighbours, without collisions, in any order.

Every statistical test here raises a false alarm with probability `FALSE_ALARM`. Seeds are fixed,
so each either passes for ever or tells of a change.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from agents.arrays import Count
from agents.streams import Stream, address, child_key, mix, run_key, uniform, uniform_of
from sim.model import Place
from tests.battery import binomial, even, of_noise, of_order, of_parts, of_steps, two_sided_count
from tests.drawing import (
    DRAWS,
    Words,
    bits_set,
    correlation_z,
    flipped,
    keys_of_children,
    keys_of_runs,
    over_parts,
    over_people,
    over_runs,
    over_streams,
    over_weeks,
    repeated,
    residents,
    words,
)
from tests.orders import (
    ARRIVALS,
    PARTS,
    WEEK,
    Order,
    newcomer,
    part_of,
    resident,
    reversed_bits,
    stretch,
)
from tests.small import small

FALSE_ALARM = 1e-5
RUN = np.uint64(run_key(0, 0))
"""Seed 0 is a seed like any other."""


def counted(n: int) -> Words:
    """The worst keys there are: 0, 1, 2 and so on."""
    return np.arange(n, dtype=np.uint64)


def assert_even(draws: np.ndarray) -> None:
    """Within [0, 1), even over 1,000 equal parts and as a whole."""
    assert draws.min() >= 0.0
    assert draws.max() < 1.0
    counts = np.bincount((draws * 1000).astype(np.int64), minlength=1000)
    assert stats.chisquare(counts).pvalue > FALSE_ALARM
    assert stats.kstest(draws, "uniform").pvalue > FALSE_ALARM


def assert_unrelated(a: np.ndarray, b: np.ndarray, tests: int = 1) -> None:
    """Uncorrelated, and even over the 32 x 32 squares that a pair of draws may fall into."""
    assert abs(correlation_z(a, b)) < stats.norm.isf(FALSE_ALARM / 2 / tests)
    squares = (a * 32).astype(np.int64) * 32 + (b * 32).astype(np.int64)
    counts = np.bincount(squares.ravel(), minlength=1024)
    assert stats.chisquare(counts).pvalue > FALSE_ALARM / tests


# --- uniform ---


@pytest.mark.parametrize("keys", [residents, counted])
def test_even_over_people(keys) -> None:  # type: ignore[no-untyped-def]
    assert_even(over_people(RUN, Stream.EVENT, WEEK, keys(DRAWS)))


def test_even_over_weeks() -> None:
    assert_even(over_weeks(RUN, Stream.CONTACT, np.uint64(12345), DRAWS))


def test_even_over_streams() -> None:
    """All streams that there are, in many weeks of one person."""
    assert_even(over_streams(RUN, len(Stream), DRAWS // len(Stream), np.uint64(9)).ravel())


def test_even_over_parts() -> None:
    assert_even(over_parts(RUN, Stream.ROUTE, WEEK, residents(DRAWS // 20), 20).ravel())


def test_even_over_seeds() -> None:
    """The same person in the same week of a million runs."""
    assert_even(over_runs(keys_of_runs(0, DRAWS, 1), Stream.ATTEND, WEEK, np.uint64(1)))


def test_the_largest_word_is_still_below_one() -> None:
    """The whole range of 53 bits lies in [0, 1)."""
    assert np.float64((2**64 - 1) >> 11) / 2.0**53 == 1.0 - 2.0**-53


# --- independence ---


@pytest.mark.parametrize("keys", [residents, counted])
@pytest.mark.parametrize("apart", [1, 2, 64])
def test_neighbouring_people_are_unrelated(keys, apart: int) -> None:  # type: ignore[no-untyped-def]
    draws = over_people(RUN, Stream.EVENT, WEEK, keys(DRAWS))
    assert_unrelated(draws[:-apart], draws[apart:])


@pytest.mark.parametrize("apart", [1, 2, 13, 52])
def test_neighbouring_weeks_are_unrelated(apart: int) -> None:
    draws = over_weeks(RUN, Stream.CONTACT, np.uint64(12345), DRAWS)
    assert_unrelated(draws[:-apart], draws[apart:])


@pytest.mark.parametrize("keys", [residents, counted])
def test_next_week_is_unrelated_to_this_one(keys) -> None:  # type: ignore[no-untyped-def]
    people = keys(DRAWS)
    this, following = (over_people(RUN, Stream.NOISE, week, people) for week in (WEEK, WEEK + 1))
    assert_unrelated(this, following)


def test_every_pair_of_streams_is_unrelated() -> None:
    draws = over_streams(RUN, len(Stream), DRAWS // 10, np.uint64(9))
    z = stats.norm.isf(FALSE_ALARM / len(Stream) ** 2)
    table = np.corrcoef(draws.T) - np.eye(len(Stream))
    assert np.abs(table).max() * np.sqrt(len(draws)) < z


def test_neighbouring_streams_are_unrelated_over_people() -> None:
    people = residents(DRAWS)
    event, kind = (over_people(RUN, s, WEEK, people) for s in (Stream.EVENT, Stream.EVENT_KIND))
    assert_unrelated(event, kind)


def test_every_pair_of_parts_is_unrelated() -> None:
    draws = over_parts(RUN, Stream.ROUTE, WEEK, residents(DRAWS // 20), 42)
    z = stats.norm.isf(FALSE_ALARM / 42**2)
    assert np.abs(np.corrcoef(draws.T) - np.eye(42)).max() * np.sqrt(len(draws)) < z
    assert_unrelated(draws[:, :-1], draws[:, 1:])


def test_a_part_is_unrelated_to_the_whole() -> None:
    people = residents(DRAWS)
    whole = over_people(RUN, Stream.CARE, WEEK, people)
    part = over_parts(RUN, Stream.CARE, WEEK, people, 1)[:, 0]
    assert_unrelated(whole, part)


@pytest.mark.parametrize(("a", "b"), [((0, 0), (0, 1)), ((0, 0), (1, 0)), ((5, 3), (6, 2))])
def test_runs_are_unrelated(a: tuple[int, int], b: tuple[int, int]) -> None:
    people = residents(DRAWS)
    one, other = (
        over_people(np.uint64(run_key(*run)), Stream.EVENT, WEEK, people) for run in (a, b)
    )
    assert_unrelated(one, other)


def test_a_mother_and_her_children_are_unrelated() -> None:
    mothers = residents(DRAWS // 2)
    children = keys_of_children(mothers, 2).reshape(-1, 2)
    hers, first, second = (
        over_people(RUN, Stream.EVENT, WEEK, keys)
        for keys in (mothers, children[:, 0].copy(), children[:, 1].copy())
    )
    assert_unrelated(hers, first)
    assert_unrelated(first, second)


# --- bits ---


@pytest.mark.parametrize("keys", [residents, counted])
def test_every_bit_is_set_half_of_the_time(keys) -> None:  # type: ignore[no-untyped-def]
    z = (bits_set(words(RUN, Stream.NOISE, WEEK, keys(DRAWS))) - DRAWS / 2) / np.sqrt(DRAWS / 4)
    assert np.abs(z).max() < stats.norm.isf(FALSE_ALARM / 128)


def test_the_sevens_that_shake_nine_needs_are_even_and_unrelated() -> None:
    """`live` cuts nine steps of 128 out of one word."""
    given = words(RUN, Stream.NOISE, WEEK, residents(DRAWS))
    steps = np.array([(given >> np.uint64(7 * k)) & np.uint64(127) for k in range(9)]).astype(int)
    for step in steps:
        assert stats.chisquare(np.bincount(step, minlength=128)).pvalue > FALSE_ALARM / 9
    z = stats.norm.isf(FALSE_ALARM / 81)
    assert np.abs(np.corrcoef(steps) - np.eye(9)).max() * np.sqrt(DRAWS) < z


def test_each_bit_of_an_address_moves_every_bit_about_half_of_the_time() -> None:
    """Strict avalanche, of small numbers: not a matter of chance alone, so 1% is allowed."""
    n = 100_000
    share = np.array([bits_set(flipped(counted(n), bit)) / n for bit in range(64)])
    assert np.abs(share - 0.5).max() < 0.01


# --- keys ---


def test_the_hash_is_one_to_one() -> None:
    """It can be undone, so no two addresses of a week share a word."""
    undo_1, undo_2 = (pow(m, -1, 2**64) for m in (0x3C79AC492BA7B653, 0x1C69B3F74AC4AE35))

    def unshift(x: int, by: int) -> int:
        """Undo ``x ^= x >> by`` for ``by`` of at least 22."""
        return x ^ (x >> by) ^ (x >> 2 * by)

    for x in (0, 1, 2**63, 2**64 - 1, 0x0123456789ABCDEF):
        y = unshift(int(mix(np.uint64(x))), 27) * undo_2 % 2**64
        y = unshift(y, 33) * undo_1 % 2**64
        assert unshift(y, 27) == x


def test_no_two_runs_share_a_key() -> None:
    first, last = (keys_of_runs(seed, 1000, 1000) for seed in (0, 2**40 - 1000))
    assert repeated(np.concatenate([first, last])) == 0


def test_no_two_residents_or_children_share_a_key() -> None:
    """Of n keys of 64 bits, two are the same with probability n^2 / 2^65: here 1e-7."""
    mothers = residents(DRAWS // 2)
    assert repeated(np.concatenate([mothers, keys_of_children(mothers, 3)])) == 0


def test_grandchildren_are_no_one_else() -> None:
    children = keys_of_children(residents(DRAWS // 10), 3)
    family = np.concatenate([residents(DRAWS // 10), children, keys_of_children(children, 3)])
    assert repeated(family) == 0


def test_seed_0_is_a_seed_like_any_other() -> None:
    keys = {int(run_key(seed, 0)) for seed in (0, 1, 2**40 - 1)}
    assert len(keys) == 3
    assert 0 not in keys


def test_twins_differ() -> None:
    assert child_key(np.uint64(5), 0) != child_key(np.uint64(5), 1)


def test_a_draw_does_not_depend_on_what_was_drawn_before() -> None:
    people = residents(1000)
    backwards = over_people(RUN, Stream.EVENT, WEEK, people[::-1].copy())[::-1]
    alone = [uniform(address(RUN, Stream.EVENT, WEEK), key) for key in people[:50]]
    together = over_people(RUN, Stream.EVENT, WEEK, people)
    assert np.array_equal(together, backwards)
    assert np.array_equal(together[:50], alone)


def test_parts_do_not_depend_on_how_many_are_drawn() -> None:
    people = residents(100)
    few, many = (over_parts(RUN, Stream.ROUTE, WEEK, people, parts) for parts in (3, 42))
    assert np.array_equal(few, many[:, :3])
    assert few[7, 2] == uniform_of(address(RUN, Stream.ROUTE, WEEK), people[7], 2)


# --- a small battery: `make random-numbers` runs the large one ---


@pytest.mark.parametrize("order", Order, ids=lambda order: order.name.lower())
def test_every_order_of_draws_is_even_and_neighbours_unrelated(order: Order) -> None:
    assert {one.what: one.p for one in of_order(order, DRAWS) if one.p < FALSE_ALARM} == {}


@pytest.mark.parametrize("test", [of_steps, of_parts, of_noise], ids=lambda test: test.__name__)
def test_steps_parts_and_noise_are_as_chance_has_them(test) -> None:  # type: ignore[no-untyped-def]
    assert {one.what: one.p for one in test(DRAWS) if one.p < FALSE_ALARM} == {}


def test_the_battery_reads_the_draws_that_the_model_makes() -> None:
    """Its keys are those of a place's residents, its words those behind `uniform_of`."""
    people = Place(small(), 0, 0, 0).world.people
    assert [resident(RUN, n) for n in range(50)] == people.key[:50].tolist()
    base, key = np.uint64(address(RUN, Stream.ROUTE, WEEK)), np.uint64(resident(RUN, 1))
    drawn = [(part_of(base, key, part) >> 11) / 2.0**53 for part in range(PARTS)]
    assert drawn == [uniform_of(base, key, part) for part in range(PARTS)]


def test_newcomers_have_the_keys_that_the_battery_takes_them_to_have() -> None:
    place = Place(small(share=0.05), 0, 0, 0)
    people = place.world.people
    before = int(place.world.counts[Count.PEOPLE])
    place.step()
    keys = set(place.world.people.key[before : place.world.counts[Count.PEOPLE]].tolist())
    assert 1 <= place.course.arrivals <= ARRIVALS
    assert {newcomer(RUN, n) for n in range(int(place.course.arrivals))} <= keys
    assert not keys & set(people.key[:before].tolist())


def test_bits_are_reversed_for_the_battery() -> None:
    words_ = stretch(Order.PEOPLE, RUN, 0, 100)
    turned = [int(f"{int(word):064b}"[::-1], 2) for word in words_]
    assert reversed_bits(words_).tolist() == turned


def test_a_battery_that_cannot_fail_would_prove_nothing() -> None:
    """Draws that depend on their neighbours a little, and draws that are too even, are found."""
    n = 1 << 20
    assert even(np.full(1000, 1000)) < 1e-12
    assert even(np.bincount(np.arange(n) % 65_535, minlength=65_536)) < 1e-12
    sticky = np.arange(65) == 32
    assert binomial(sticky * n, n) < 1e-12
    assert two_sided_count(200, 100.0) < 1e-12
    assert repeated(np.array([3, 1, 3, 3], np.uint64)) == 2
