"""The page for everybody: the guide, keyboard, screen reader, every width, print."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import Watched, rows
from tests.rooms import Room

VIEWS = ("place", "life", "nothing", "predict", "try", "pays", "doors", "decide", "assumed")


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
    assert page.locator("p.note:has-text('places are taken if nothing is changed')").is_visible()
    page.click("#guide-button")


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
    """Without --phones the server listens on 127.0.0.1 alone."""
    assert room.url.startswith("http://127.0.0.1:")
    with socket.create_connection(("127.0.0.1", int(room.url.rsplit(":", 1)[1])), 2):
        pass
