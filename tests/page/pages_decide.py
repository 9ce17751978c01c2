"""Decide, in a browser: the wall, side by side, a file dropped on it."""

from __future__ import annotations

from tests.page.conftest import Watched
from tests.rooms import Room


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
    table = page.locator(".beside .scroll")
    table.evaluate("x => { x.scrollTop = x.scrollHeight; }")
    head = page.locator(".beside thead th").nth(1).bounding_box()["y"]
    assert table.evaluate("x => x.scrollTop") > 100
    assert abs(head - table.bounding_box()["y"]) < 2, "whose column it is stays in sight"
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


def test_within_chance_is_explained_where_it_stands(watched: Watched, room: Room) -> None:
    """A room took "57 more, within chance" for a figure that is only chance."""
    page = watched.page
    room.tried({"budget.voluntary": 0})
    room.post("/api/keep", {"title": "Chance", "table": "A"})
    told = {"whole": 4, "of": 4, "sets": 4, "of_sets": 4}
    cell = {"words": "57 ±7 more", "range": "3 to 9 more"}
    shown = {**told, "columns": [{"title": "Chance", "empty": "", **told}],
             "rows": [{"label": "People in crisis", "base": "1,500", "cells": [cell]}]}  # fmt: skip
    page.route("**/api/compare", lambda route: route.fulfill(json=shown))
    said = "“Within chance” is said of the other numbers"
    for among, explained in (("3 to 9 more", False), ("within chance", True)):
        cell["range"] = among
        page.reload()
        watched.view("decide")
        page.locator(".card:has(label:text-is('Chance')) input").first.check()
        page.click("button:text('Side by side')")
        page.wait_for_selector(f".beside td:has-text('{among}')")
        assert (said in page.inner_text(".beside")) == explained
    page.unroute("**/api/compare")


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
