"""Each thing that the page must do, done in a browser that is cut off from the network."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from experiments.timeline import end_words
from experiments.workshop.telling import told_lives
from tests.ended import died_and_lived
from tests.page.conftest import Watched
from tests.rooms import Room

BEYOND_THE_END = """() => {
  const chart = document.querySelectorAll(".chart.life svg")[1];
  const all = (sort) => [...chart.querySelectorAll(sort)];
  const right = (e) => e.getBoundingClientRect().right;
  const ends = all(".mark-rule line[stroke-width='3']");
  const drawn = all(".mark-line path, .mark-rect path[stroke], .mark-symbol path");
  return { lines: all(".mark-line path").length, ends: ends.length,
    end: Math.max(...ends.map(right)), furthest: Math.max(...drawn.map(right)) };
}"""
VIEWS = ("place", "life", "nothing", "predict", "try", "pays", "doors", "decide", "assumed")


def rows(watched: Watched) -> int:
    """The rows that the chart on the screen was drawn with."""
    watched.page.wait_for_selector(".chart svg", timeout=30_000)
    return int(watched.page.locator(".chart").first.get_attribute("data-rows") or 0)


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
    signed = r"[-+][\d,.k]+( ±[\d,.k]+)?"
    assert all(re.fullmatch(rf"none ±.+|no change|{signed}|\({signed}\)", x) for x in changes)


def test_a_life_and_its_twin(watched: Watched) -> None:
    watched.view("try")
    watched.move("information", 8)
    watched.settle()
    watched.view("life")
    watched.page.select_option("main select", "contacts")
    watched.page.click("text=Tell it")
    watched.page.wait_for_selector(".story p", timeout=60_000)
    watched.page.wait_for_selector("text=The same life, with the room's plan")
    watched.page.wait_for_selector(".chart svg")


def test_a_life_that_ends_sooner_with_the_change(watched: Watched) -> None:
    """Its lines stop at a mark with the words, and who died is said above all else."""
    died, lived = died_and_lived()
    plan = {"settings": {}, "under": "", "words": []}
    told = told_lives(lived, died) | {"plan": plan}
    page = watched.page
    page.route("**/api/life?*", lambda route: route.fulfill(json=told))
    watched.view("life")
    page.wait_for_selector(".ends")
    first, second = page.locator("main section h2").all_inner_texts()
    assert "lived to the end" in first and f"{died.they} died in" in second
    assert page.inner_text(".ends") == told["ends"]
    page.locator(".chart.life svg").nth(1).wait_for()
    page.wait_for_selector("main .waiting", state="detached")
    words = [t for t in page.locator(".chart.life svg text").all_text_contents() if "died" in t]
    assert words == [end_words(died)]
    beyond = page.evaluate(BEYOND_THE_END)
    assert beyond["lines"] == 4 and beyond["ends"] == 2 and beyond["furthest"] <= beyond["end"] + 1
    stories = " ".join(page.locator(".story").all_text_contents())
    assert "self" in stories and not re.search(r"\w-\w", stories), "no line breaks at a hyphen"


def test_what_we_assumed(watched: Watched) -> None:
    watched.view("assumed")
    watched.page.wait_for_selector("text=Behind the levers")
    text = watched.page.inner_text("main")
    assert "known only within a range" in text and "Other numbers" in text


def test_the_wall_and_its_memory(watched: Watched, room: Room) -> None:
    """Keep, note, reload, and it is all there; typed markup stays text."""
    page = watched.page
    watched.view("try")
    watched.move("budget.asb", 0)
    page.click("text=Keep this …")
    page.fill("dialog input[name=title]", "<img src=x onerror=alert(1)>")
    page.fill("dialog input[name=table]", "Table 3")
    page.keyboard.press("Enter")
    watched.view("decide")
    page.wait_for_selector(".card")
    page.fill("textarea[aria-label='What was decided']", "We will <b>ask</b> housing")
    page.fill("input[aria-label='Who decided it']", "The chair")
    page.click("text=Note it")
    page.wait_for_selector(".decisions li")
    page.reload()
    page.wait_for_selector(".decisions li")
    assert "<img src=x onerror=alert(1)>" in page.inner_text(".wall")
    assert "We will <b>ask</b> housing – The chair" in page.inner_text(".decisions")
    assert page.locator(".wall img").count() == 0
    assert "(−50%)" in page.inner_text("#active")
    page.click("text=Undo")
    page.wait_for_selector(".decisions li", state="detached")


def test_branch_and_side_by_side(watched: Watched, room: Room) -> None:
    page = watched.page
    for title, value in (("One", 0), ("Two", 1)):
        room.tried({"budget.voluntary": value})
        room.post("/api/keep", {"title": title, "table": "A"})
    watched.view("decide")
    for title in ("One", "Two"):
        page.wait_for_selector(f".card:has-text('{title}') li strong", timeout=60_000)
        page.locator(f".card:has(label:text-is('{title}')) input").first.check()
    page.click("button:text('Side by side')")
    page.wait_for_selector("table:has-text('Against doing nothing')")
    assert page.evaluate("document.activeElement.id") == "beside"
    top, bar = (page.locator(x).bounding_box()["y"] for x in (".beside", "footer"))
    assert 0 <= top < bar - 300
    page.click("[aria-label='Go on from One']")
    page.wait_for_selector(".try")
    watched.settle()
    assert "Voluntary sector" in page.inner_text("#active")


def test_side_by_side_follows_what_comes_in(watched: Watched, room: Room) -> None:
    """A scenario of which nothing is known yet gets its column by itself, and what was taken down
    loses it; the range there is the one on the card."""
    page = watched.page
    room.post("/api/try", {"settings": {"budget.voluntary": 2, "information": 7}, "move": "late"})
    room.post("/api/keep", {"title": "Late", "table": "A"})
    watched.view("decide")
    card = page.locator(".card:has(label:text-is('Late'))")
    card.locator("input").check()
    page.click("button:text('Side by side')")
    page.wait_for_selector(".beside th:has-text('Late')")
    done = ".beside th:has-text('Late'):has-text('4 of 4 sets')"
    page.wait_for_selector(done, timeout=120_000)
    page.wait_for_selector(".card:has-text('4 of 4 sets'):has(label:text-is('Late'))")
    first = page.locator(".beside tbody tr").first.locator("td").last.inner_text().split("\n")
    on_card = card.locator("ul").last.locator("li").first.inner_text()
    assert len(first) == 2 and all(part in on_card for part in first), (first, on_card)
    page.click("[aria-label='Take down Late']")
    page.wait_for_selector(".beside table", state="detached")


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


def test_guide_and_bar_leave_the_chart_its_place(watched: Watched) -> None:
    page = watched.page
    page.click("#guide-button")
    watched.view("try")
    watched.move("budget.substance", 0)
    watched.settle_wholly()
    page.wait_for_selector("figure.figure svg")
    page.evaluate("() => window.scrollTo(0, 0)")
    boxes = {x: page.locator(x).bounding_box() for x in ("#guide", "footer", ".try .chart svg")}
    assert boxes["#guide"]["height"] + boxes["footer"]["height"] <= 80
    chart = boxes[".try .chart svg"]
    assert chart["y"] + chart["height"] <= boxes["footer"]["y"]
    assert page.locator("span.note:has-text('Places stand empty')").is_visible()
    assert page.locator("p.note:has-text('are taken and nobody waits')").is_visible()
    page.click("#guide-button")


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


def test_a_dropped_file(watched: Watched) -> None:
    page = watched.page
    watched.view("decide")
    text = '[[changes]]\nkind = "budget"\nagency = "advice"\nmultiply = 0.5\nstart = 2025-04-01\n'
    drop = """([box, text]) => { const data = new DataTransfer();
        data.items.add(new File([text], "cut.toml"));
        box.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true})); }"""
    box = page.locator(".drop").element_handle()
    page.evaluate(drop, [box, 'title = "Dropped"\n' + text])
    page.wait_for_selector(".card:has-text('Dropped')")
    page.evaluate(drop, [box, "this is no scenario"])
    page.wait_for_selector("#toast:has-text('TOML')")
    watched.complaints.clear()  # the refusal's status, told by the browser


def far_off(page: Any) -> int:
    """A prediction that the page asks about: most of what doing nothing comes to."""
    page.wait_for_selector(".question .note")
    return round(0.9 * float(page.locator(".question .note").first.inner_text().split()[4]))


def test_predict_by_phone_and_out_loud(watched: Watched, browser: Any, room: Room) -> None:
    page = watched.page
    watched.view("try")
    watched.move("budget.substance", 2)
    watched.settle()
    watched.view("predict")
    page.wait_for_selector(".qr")
    code = page.inner_text(".join strong")
    phone = Watched(browser, room.url + "/join", viewport={"width": 390, "height": 760})
    phone.page.fill("#code", code.lower())
    phone.page.click("button:text('Join')")
    phone.page.wait_for_selector("text=You are in")
    page.click("text=Ask the room")
    phone.page.fill("#value", str(far_off(page)))
    phone.page.click("button:text('Predict')")
    phone.page.wait_for_selector("#told:has-text('Is that right?')")
    phone.page.click("text=Yes, that is meant")
    phone.page.wait_for_selector("#told:has-text('Taken')")
    page.wait_for_selector(".count:text-is('1')")
    page.fill("[aria-label='A prediction called out']", "-4")
    page.click("text=Add it")
    page.wait_for_selector(".count:text-is('2')")
    assert "The model:" not in page.inner_text("main")
    page.click("text=Show the model's answer, too")
    page.wait_for_selector("strong:has-text('The model:')")
    phone.page.wait_for_selector("strong:has-text('The model:')")
    assert phone.complaints in ([], phone.complaints[:1])  # 403 before it had joined
    phone.context.close()


def test_the_room_is_asked_about_one_lever_in_its_own_words(watched: Watched) -> None:
    """With nothing moved; what the model answers is the setting that was named."""
    page = watched.page
    watched.view("predict")
    asking = page.locator("details.asking").first
    asking.locator("label:has-text('namely') select").select_option("navigators.posts")
    steps = asking.locator("label:has-text('set to') select")
    assert not any("as today" in text for text in steps.locator("option").all_inner_texts())
    named = steps.locator("option").nth(2).inner_text()
    steps.select_option(label=named)
    page.click("text=Ask the room")
    page.wait_for_selector(f".question h2:has-text('Navigators: {named}: how many')")
    page.fill("[aria-label='A prediction called out']", "-1")
    page.click("text=Add it")
    page.wait_for_selector(".question .count:text-is('1')")
    page.click("text=Show the model's answer, too")
    page.wait_for_selector(f".question:has-text('in the model: Navigators: {named}.')")
    page.wait_for_selector(
        ".question:has(strong:has-text('The model:')) .chart svg", timeout=60_000
    )
    assert "Do nothing" in page.inner_text("#active") or "nothing yet" in page.inner_text("#active")


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


def test_a_slip_is_asked_about_and_struck(watched: Watched, room: Room) -> None:
    """Called out and typed in; and taking the question back asks before its answers go."""
    page = watched.page
    watched.view("predict")
    page.select_option("label:has-text('If we make the change') select", label="to come, in words")
    words = page.locator("[placeholder='which change? in a few words']")
    words.fill("A slip")
    page.click("text=Ask the room")
    called = page.locator("[aria-label='A prediction called out']").first
    page.wait_for_selector(".question h2:has-text('A slip')")

    def say(value: float) -> None:
        called.fill(str(value))
        page.keyboard.press("Enter")

    say(99_999_999)
    page.wait_for_selector("#toast:has-text('cannot be')")
    assert called.input_value() == "99999999"  # to be put right
    far = far_off(page)
    say(far)
    page.click("dialog[open] button:text('Leave it')")
    say(far)
    page.wait_for_selector("dialog[open] h2:has-text('Is that right?')")
    page.click("text=Yes, add it")
    page.wait_for_selector(".question:has(h2:has-text('A slip')) .count:text-is('1')")
    say(2)
    page.wait_for_selector(".question:has(h2:has-text('A slip')) .count:text-is('2')")
    page.click("text=Strike an answer that was called out")
    page.click(f"[aria-label='Strike +{far}']")
    page.wait_for_selector(
        ".question:has(h2:has-text('A slip')) .counted:has-text('1 answer, 1 struck')"
    )
    say(3)
    page.wait_for_selector(".question:has(h2:has-text('A slip')) .count:text-is('2')")
    watched.view("decide")
    page.click("text=Undo")  # the striking
    page.wait_for_selector(f"#toast:has-text('The answer +{far} to')")
    page.click("text=Undo")
    page.wait_for_selector("dialog[open] h2:has-text('with its 3 answers?')")
    page.keyboard.press("Enter")  # leaves it
    page.wait_for_selector("dialog[open]", state="detached")
    page.click("text=Undo")
    page.click("text=Take it back")
    page.wait_for_selector("#toast:has-text('is taken back, with its 3 answers.')")
    watched.view("predict")
    page.wait_for_selector(
        ".question:has(h2:has-text('A slip'))", state="detached"
    )  # with the room's news
    watched.complaints.clear()  # the refusal's status, told by the browser


def test_the_guide_follows_the_script(watched: Watched) -> None:
    page = watched.page
    page.click("#guide-button")
    seen = [page.locator("[aria-current=step]").get_attribute("data-view")]
    while page.locator("#guide button.main").is_enabled():
        page.click("#guide button.main")
        seen.append(page.locator("[aria-current=step]").get_attribute("data-view"))
    assert seen == ["place", "life", "nothing", "predict", "try", "pays", "decide", "assumed"]
    script = (Path(__file__).parents[2] / "docs" / "workshop.md").read_text(encoding="utf-8")
    static = Path(__file__).parents[2] / "experiments" / "workshop" / "static" / "guide.js"
    minutes = [int(m) for m in re.findall(r'^  \["\w+", (\d+),', static.read_text(), re.MULTILINE)]
    told = [int(m) for m in re.findall(r"^### .*\((\d+) minutes\)", script, re.MULTILINE)]
    assert minutes == told and sum(minutes) == 120


def test_the_guide_comes_back_where_it_was(watched: Watched) -> None:
    """Through a view that is not in its script, too; and what was guessed is not guessed again."""
    page = watched.page
    page.reload()
    page.wait_for_selector(".now dt")
    assert not page.locator("#guide").is_visible()  # one that was shut stays shut
    page.click("#guide-button")
    watched.view("nothing")
    page.click("text=We have guessed")
    assert rows(watched) > 0
    for view, step in (
        ("nothing", "Step 3 of 8"),
        ("doors", "Step 3 of 8"),
        ("try", "Step 5 of 8"),
    ):
        watched.view(view)
        page.reload()
        page.wait_for_selector(f"#guide .minutes:has-text('{step}')")
        assert page.get_attribute("#guide-button", "aria-pressed") == "true"
        assert page.locator("[aria-current=step]").get_attribute("data-view") == view
    watched.view("nothing")
    assert rows(watched) > 0 and page.locator(".guess").count() == 0


@pytest.mark.parametrize("guide", [False, True])
def test_a_lever_by_keyboard_leaves_the_answer_in_sight(watched: Watched, guide: bool) -> None:
    """Every lever of the longest groups, with the guide open and shut, on a projector."""
    page = watched.page
    if guide:
        page.click("#guide-button")
    watched.view("try")
    watched.move("budget.substance", 0)
    watched.settle()
    summaries = page.locator(".levers summary")
    for i in range(summaries.count()):
        summaries.nth(i).focus()
        if summaries.nth(i).locator("..").get_attribute("open") is None:
            page.keyboard.press("Enter")
        levers = summaries.nth(i).locator("..").locator("input")
        for _ in range(levers.count()):
            page.keyboard.press("Tab")
            box = page.evaluate("() => document.activeElement.getBoundingClientRect().bottom")
            assert page.evaluate("() => window.scrollY") == 0
            assert box <= page.locator("footer").bounding_box()["y"]
    page.keyboard.press("ArrowRight")
    watched.settle()
    heads = page.locator(".heads").bounding_box()
    assert page.evaluate("() => window.scrollY") == 0 and heads["y"] > 0


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious(watched: Watched, view: str, room: Room) -> None:
    from axe_playwright_python.sync_playwright import Axe

    if view in ("try", "pays", "doors"):
        watched.view("try")
        watched.move("budget.substance", 0)
        watched.settle()
    watched.view(view)
    watched.page.wait_for_timeout(700)
    found = Axe().run(watched.page)
    serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    told = [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in serious]
    assert told == [], json.dumps(told, indent=1)


@pytest.mark.parametrize("width", [360, 640, 1024, 1920])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_runs_off_sideways(browser: Any, room: Room, view: str, width: int) -> None:
    """On a phone, at 200% of a projector's 1280 pixels, on an old projector and on a new one."""
    size = {"width": width, "height": width * 9 // 16}
    wide = Watched(browser, f"{room.url}/#{view}", viewport=size)
    wide.page.wait_for_selector("main h1")
    wide.page.wait_for_timeout(700)
    measure = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    width, room_for = wide.page.evaluate(f"() => {measure}")
    wide.context.close()
    assert width <= room_for + 1


def test_every_lever_can_be_reached_by_keyboard(watched: Watched) -> None:
    watched.view("try")
    page = watched.page
    inputs = page.locator(".levers input")
    assert inputs.count() > 100
    every = "() => [...document.querySelectorAll('.levers input')]"
    assert page.evaluate(every + ".every(i => i.labels.length || i.getAttribute('aria-label'))")
    summaries = page.locator(".levers summary")
    for i in range(1, summaries.count()):
        summaries.nth(i).focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        tag = page.evaluate("() => document.activeElement.tagName")
        assert tag == "INPUT"


def test_the_report_prints(watched: Watched, room: Room) -> None:
    page = watched.context.new_page()
    page.goto(room.url + "/report.html")
    page.wait_for_selector("h2:text('Limits')")
    page.emulate_media(media="print")
    assert page.evaluate("() => [...document.images].every(i => i.complete && i.naturalWidth)")


def test_the_port_is_this_machines(room: Room) -> None:
    """Without --phones the server listens on 127.0.0.1 alone; see tests/test_workshop_server."""
    assert room.url.startswith("http://127.0.0.1:")
    with socket.create_connection(("127.0.0.1", int(room.url.rsplit(":", 1)[1])), 2):
        pass
