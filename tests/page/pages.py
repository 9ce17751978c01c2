"""Each thing that the page must do, done in a browser that is cut off from the network."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.page.conftest import Watched, rows
from tests.rooms import Room


def test_the_browser_reaches_nothing_else(watched: Watched) -> None:
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        watched.context.new_page().goto("http://example.com/")


def test_the_place_in_one_glance(watched: Watched) -> None:
    assert watched.page.locator(".now section").count() == 3
    text = watched.page.inner_text("main")
    assert "unmet needs" in text and "£" in text and "other luck" in text


def test_do_nothing_is_a_fan(watched: Watched) -> None:
    watched.view("nothing")
    assert rows(watched) > 0
    watched.page.select_option("main select", label="Cost of all services")
    watched.page.wait_for_selector("[role=img][aria-label^='Cost of all services']")


def test_what_is_not_final_says_so(watched: Watched, room: Room) -> None:
    """The same news, as if a run and a set were still on their way."""
    whole = lambda t: t["whole"] == t["of"] and t["sets"] == t["of_sets"]  # noqa: E731
    told = room.until(room.listen(), "base", whole) | {"whole": 1, "sets": 3}
    page = watched.page
    page.route("**/api/events", lambda route: route.fulfill(
        body=f"event: base\ndata: {json.dumps(told)}\n\n", content_type="text/event-stream"
    ))  # fmt: skip
    page.reload()
    page.wait_for_selector(".now dt")
    assert page.locator(".now .so-far").count() == page.locator(".now dt").count() > 0
    ranges = page.locator(".now .range").all_inner_texts()
    assert ranges and all(text.endswith((", so far", "working it out …")) for text in ranges)
    page.unroute("**/api/events")
    page.reload()
    page.wait_for_selector(".now dt")
    assert "so far" not in page.inner_text("main")


def test_a_difference_is_no_finding_before_it_is_final(watched: Watched, room: Room) -> None:
    """The same answer, as if a set were still on its way: grey and light."""
    page, heard = watched.page, room.listen()
    room.tried({"budget.substance": 0}, move="late")
    whole = lambda t: t["move"] == "late" and t["sets"] == t["of_sets"]  # noqa: E731
    told = room.until(heard, "answer", whole)
    told["sets"] -= 1
    money = told["headlines"][2]["rows"][0]
    assert money["sure"] == "less"
    money["sure"] = "early"
    page.route("**/api/events", lambda route: route.fulfill(
        body=f"event: answer\ndata: {json.dumps(told)}\n\n", content_type="text/event-stream"
    ))  # fmt: skip
    weight = "() => getComputedStyle([...document.querySelectorAll('.big')].at(-1)).fontWeight"
    page.reload()
    watched.view("try")
    page.wait_for_selector("figure.early svg")
    assert page.evaluate(weight) == "400"
    page.unroute("**/api/events")
    page.reload()
    watched.view("try")
    watched.settle_wholly()
    page.wait_for_selector("figure:not(.early) svg")
    assert page.evaluate(weight) == "600" and page.locator("figure.early").count() == 0


def test_the_room_guesses_before_it_is_shown_doing_nothing(watched: Watched) -> None:
    page = watched.page
    page.click("#guide-button")
    watched.view("nothing")
    page.wait_for_selector(".guess")
    assert page.locator(".chart").count() == 0
    assert "in the first year" in page.inner_text("main") and "year 3 (" not in page.inner_text(
        "main"
    )
    page.select_option("main select", label="Cost of all services")
    assert "Cost of all services: £" in page.inner_text(".asked")
    page.click("text=We have guessed")
    assert rows(watched) > 0 and page.locator(".guess").count() == 0


def test_a_chart_comes_back_after_the_window_was_another_size(watched: Watched) -> None:
    """A projector is plugged in while another view is on the screen."""
    watched.view("nothing")
    assert rows(watched) > 0
    watched.view("assumed")
    watched.page.set_viewport_size({"width": 1920, "height": 1080})
    watched.page.wait_for_timeout(300)
    watched.view("nothing")
    wide = "() => document.querySelector('.chart svg')?.getBoundingClientRect().width > 1000"
    watched.page.wait_for_function(wide, timeout=10_000)


def test_a_lever_by_keyboard_is_answered(watched: Watched) -> None:
    watched.view("try")
    watched.move("budget.substance", 0)
    assert "−50%" in watched.page.inner_text("#active")
    watched.settle()
    watched.page.wait_for_selector(".heads .big")
    assert "each figure from" in watched.page.inner_text("#settling").lower()
    assert watched.page.locator(".heads .head").count() == 3
    assert rows(watched) > 0
    assert int(watched.page.locator("body").get_attribute("data-first-ms") or 99_999) < 20_000


def test_with_nothing_moved_there_is_no_difference_to_show(watched: Watched) -> None:
    """Levels begin at nought, and nobody is sent to a box that is ticked already."""
    watched.view("try")
    page = watched.page
    only = page.locator("label:has-text('Only the difference')")
    assert rows(watched) > 0 and not only.is_visible()
    assert "no difference to show" in page.inner_text("main")
    assert "see “Only the difference”" not in page.inner_text("main")
    assert page.locator(".chart svg text:text-is('0')").count() == 1
    watched.move("budget.substance", 0)
    watched.settle()
    assert only.is_visible() and only.locator("input").is_checked()


def test_a_message_covers_nothing_and_goes_with_the_view(watched: Watched) -> None:
    page = watched.page
    watched.view("decide")
    page.click("button:text('Side by side')")
    page.wait_for_selector("#toast:has-text('Choose two or three')")
    page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)")
    button = page.locator("button:text('Note it')").bounding_box()
    bar, toast = (page.locator(x).bounding_box() for x in ("footer", "#toast"))
    assert button["y"] + button["height"] <= bar["y"] <= toast["y"]
    watched.view("assumed")
    assert page.inner_text("#toast") == ""


def test_never_a_mix_of_two_settings(watched: Watched) -> None:
    """Levers are moved quickly; whatever numbers stand clearly on the screen are the answer to
    the move that the status bar names, and older answers are not shown."""
    watched.view("try")
    watched.move("budget.housing", 0)
    watched.settle_wholly()
    before = watched.page.inner_text(".heads")
    watched.page.route("**/api/try", lambda route: None)  # this one never gets to the workshop
    watched.page.keyboard.press("ArrowRight")
    watched.page.wait_for_selector("#settling[data-state=early]")
    assert "(−40%)" in watched.page.inner_text("#active")
    assert watched.page.locator("section.stale").count() == 1
    assert "The answer to this is on its way." in watched.page.inner_text("section.stale")
    watched.page.unroute("**/api/try")
    watched.page.keyboard.press("ArrowLeft")
    watched.settle_wholly()
    assert watched.page.inner_text(".heads") == before
    assert watched.page.locator("section.stale").count() == 0


def test_a_switch_and_back_to_today(watched: Watched) -> None:
    watched.view("try")
    watched.move("exclusion.mental_health.alcohol", 1)
    watched.settle()
    assert "no longer turned away" in watched.page.inner_text("#active")
    watched.page.click("text=Back to today")
    watched.page.wait_for_selector("#active:has-text('Do nothing')")
    assert not watched.page.locator("[id='lever-exclusion.mental_health.alcohol']").is_checked()


def test_who_pays(watched: Watched) -> None:
    watched.view("try")
    watched.move("budget.substance", 0)
    watched.settle()
    watched.view("pays")
    assert rows(watched) >= 3
    watched.page.click("text=The same as a table")
    assert "Council pays" in watched.page.inner_text("figure")
    watched.page.click("text=Demand, by agency")
    watched.page.wait_for_selector("[aria-label^='Contacts a year']")
    watched.page.click("text=Everything")
    assert "What happens at the doors" in watched.page.inner_text("main")


def test_the_doors(watched: Watched) -> None:
    watched.view("doors")
    assert rows(watched) > 40
    assert "Refused or gave up" in watched.page.inner_text("main")
    assert "Waiting in an average week" in watched.page.inner_text("main")  # over all the years
    assert "Change, " not in watched.page.inner_text("main")


def test_what_changes_at_the_doors_has_columns_of_its_own(watched: Watched) -> None:
    """Brackets stand round the changes that other numbers could undo, and round nothing else."""
    watched.view("try")
    watched.move("budget.substance", 0)
    watched.settle_wholly()
    watched.view("doors")
    watched.page.wait_for_selector("main th:has-text('Change, ±')")
    table = watched.page.locator("main .scroll").last
    cells = [x.replace("\xa0", " ") for x in table.locator("td").all_inner_texts()]
    levels, changes = cells[0::2], cells[1::2]
    assert len(levels) == len(changes) == 4 * table.locator("tbody tr").count() > 0
    assert all(re.fullmatch(r"[\d,.k]+", x) for x in levels)
    stops = watched.page.locator("main details tbody tr")
    told = [stop.locator("th, td").all_text_contents() for stop in stops.all()]
    referred = [change for stop, _, change in told if stop.endswith(": Referred")]
    assert referred and all(referred)
    signed = r"[-+][\d,.k]+( ±[\d,.k]+)?"
    assert all(re.fullmatch(rf"none ±.+|no change|{signed}|\({signed}\)", x) for x in changes)


def test_what_we_assumed(watched: Watched) -> None:
    watched.view("assumed")
    watched.page.wait_for_selector("text=Behind the levers")
    text = watched.page.inner_text("main")
    assert "known only within a range" in text and "Other numbers" in text


def test_cash_is_told_without_a_double_negative(watched: Watched) -> None:
    watched.view("try")
    watched.move("budget.substance", 0)
    watched.settle_wholly()
    watched.view("pays")
    watched.page.click("text=What can be had in cash")
    text = watched.page.inner_text("main table")
    assert (
        "Council" in text
        and "Net benefit" not in text
        and "saves in cash" not in text.split("\n", 1)[1]
    )
    assert " less" not in text and (" saved" in text or " more paid" in text)


def test_marks_of_sources_are_explained(watched: Watched) -> None:
    page = watched.page
    watched.view("assumed")
    page.wait_for_selector("main h2:text-is('Behind the levers')")
    page.click("summary:has-text('All'):has-text('levers')")
    assert "(I02 to I09)" in page.inner_text("main")
    assert "docs/generated/sources.md" in page.inner_text("main")
    known = Path("docs/generated/sources.md").read_text(encoding="utf-8")
    assert "| I02 |" in known and "| C72 |" in known


def test_what_further_runs_may_undo_is_told_so_far(watched: Watched, room: Room) -> None:
    """Empty places and the years of a mean, while runs are still coming; then no more."""
    page, heard = watched.page, room.listen()
    room.tried({"budget.substance": 0}, move="unsettled")
    told = room.until(heard, "answer", lambda t: t["move"] == "unsettled" and t.get("settled"))

    def shown(**other: int) -> None:
        sent = json.dumps(told | other)
        page.route("**/api/events", lambda route: route.fulfill(
            body=f"event: answer\ndata: {sent}\n\n", content_type="text/event-stream"
        ))  # fmt: skip
        page.reload()

    shown(whole=1, of=2)
    watched.view("pays")
    page.wait_for_selector("main .empty:has-text('Places stand empty, so far: Drug')")
    watched.view("try")
    page.wait_for_selector(
        "main p.note:has-text('Places stand empty, so far: Drug and alcohol service. Nobody')"
    )
    page.wait_for_selector(
        "main span.note:text-is('Places stand empty, so far: see below the chart.')"
    )
    assert "the mean of all 3 years" in page.inner_text("main")
    page.unroute("**/api/events")
    shown(whole=0, year=2)
    watched.view("try")
    page.wait_for_selector("main :text('is the mean of the two years so far.')")
    page.unroute("**/api/events")
    page.reload()
    watched.settle_wholly()
    assert "is the mean of all 3 years" in page.inner_text("main")
    assert "stand empty, so far" not in page.inner_text("main")
    assert "Places stand empty: Drug and alcohol service. Nobody" in page.inner_text("main")


def test_a_legend_explains_no_line_before_it_is_drawn(watched: Watched, room: Room) -> None:
    """The same answer, before the first sets are there."""
    page, heard = watched.page, room.listen()
    room.tried({"budget.substance": 0}, move="bare")
    whole = lambda t: t["move"] == "bare" and t["sets"] == t["of_sets"]  # noqa: E731
    told = room.until(heard, "answer", whole) | {"sets": 0}
    ends = dict.fromkeys(("least", "most", "lowest", "highest"))
    told["lines"] = [row | ends for row in told["lines"]]
    for row in (*told["payers"], *told["demand"]):
        row |= {"least": None, "most": None, "range": ""}
    page.route("**/api/events", lambda route: route.fulfill(
        body=f"event: answer\ndata: {json.dumps(told)}\n\n", content_type="text/event-stream"
    ))  # fmt: skip
    page.reload()
    for view in ("pays", "try"):
        watched.view(view)
        legend = page.locator(".legend").last
        assert "still being worked out" in legend.inner_text()
        assert "thin line" not in legend.inner_text() and legend.locator(".unknown").count() == 0
    page.unroute("**/api/events")
    page.reload()
    watched.view("pays")
    watched.settle_wholly()
    assert "thin line" in page.locator(".legend").last.inner_text()


def test_a_year_is_explained_where_a_teams_cost_stands(watched: Watched) -> None:
    """The lever says what a full year costs; the answer is a mean of all years."""
    watched.view("try")
    watched.move("navigators.posts", 2)
    watched.settle()
    for view in ("try", "pays"):
        watched.view(view)
        watched.page.wait_for_selector("main :text('is the mean of all 3 years')")
        assert "Changes act from 1 April 2025: in the year before" in watched.page.inner_text(
            "main"
        )
    watched.page.click("text=Demand, by agency")
    watched.page.wait_for_selector("[aria-label^='Contacts a year']")
    assert "so what a team costs" not in watched.page.inner_text("main")
