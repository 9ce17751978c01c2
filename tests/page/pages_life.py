"""A life on the page: what is said while it is awaited, whose it is, and with which plan."""

from __future__ import annotations

import re

from experiments.timeline import end_words
from experiments.workshop.telling import told_lives
from tests.ended import died_and_lived
from tests.page.conftest import Watched

BEYOND_THE_END = """() => {
  const chart = document.querySelectorAll(".chart.life svg")[1];
  const all = (sort) => [...chart.querySelectorAll(sort)];
  const right = (e) => e.getBoundingClientRect().right;
  const ends = all(".mark-rule line[stroke-width='3']");
  const drawn = all(".mark-line path, .mark-rect path[stroke], .mark-symbol path");
  return { lines: all(".mark-line path").length, ends: ends.length,
    end: Math.max(...ends.map(right)), furthest: Math.max(...drawn.map(right)) };
}"""


def told_life(watched: Watched) -> None:
    """Go to the view and wait for its life."""
    watched.view("life")
    watched.page.wait_for_selector(".story p", state="attached", timeout=120_000)


def held(watched: Watched) -> None:
    """Lives are asked for and not answered."""
    watched.page.route("**/api/life?*", lambda route: None)


def test_waiting_for_a_life_says_for_how_long_and_can_be_left(watched: Watched) -> None:
    page = watched.page
    held(watched)
    watched.view("life")
    page.wait_for_selector(".took:has-text('whose services cost most: 2 seconds so far')")
    page.wait_for_selector("main .waiting:has-text('…')")
    assert "“Stop waiting” stops the work, too" in page.inner_text("main")
    page.click("button:text-is('Stop waiting')")
    page.wait_for_selector("main .lead:has-text('Nobody waits for the life of the adult')")
    assert page.locator(".took").count() == 0
    page.unroute("**/api/life?*")
    page.click("text=Tell it again")
    page.wait_for_selector(".story p", timeout=120_000)
    assert "This is the adult whose services cost most" in page.inner_text("main .whose")


def test_a_lost_connection_and_an_unreadable_answer_are_said(watched: Watched) -> None:
    page = watched.page
    page.route("**/api/life?*", lambda route: route.abort())
    watched.view("life")
    page.wait_for_selector("main .lead:has-text('The connection to the workshop was lost')")
    page.unroute("**/api/life?*")
    page.route("**/api/life?*", lambda route: route.fulfill(status=502, body="no"))
    page.click("text=Tell it again")
    page.wait_for_selector("main .lead:has-text('gave no answer that can be read')")
    page.unroute("**/api/life?*")
    page.route("**/api/life?*", lambda route: route.fulfill(
        status=400, json={"problems": ["the life could not be told; tell it again"]}
    ))  # fmt: skip
    page.click("text=Tell it again")
    page.wait_for_selector("main .lead:has-text('could not be told: the life could not')")
    watched.complaints.clear()  # the refusals' status, told by the browser


def test_a_workshop_that_is_silent_is_said_to_be(watched: Watched) -> None:
    page = watched.page
    page.clock.install()
    held(watched)
    page.route("**/api/life/far", lambda route: None)
    watched.view("life")
    page.clock.run_for(9_000)
    assert "has not answered" not in page.inner_text("main")
    page.clock.run_for(4_000)
    assert "has not answered for some seconds" in page.inner_text("main")
    page.unroute("**/api/life/far")
    page.clock.run_for(3_000)
    page.wait_for_timeout(500)
    page.clock.run_for(60_000)
    page.wait_for_selector("main .note:has-text('This takes long: the machine is busy')")


def test_no_life_stands_under_another_adult(watched: Watched) -> None:
    """Neither one that was told, nor one that comes after another was chosen."""
    page = watched.page
    told_life(watched)
    page.select_option("main select", "refusals")
    assert page.locator(".story").count() == 0
    assert "tells the life of the adult refused most often" in page.inner_text("main")
    page.select_option("main select", "matthew")  # a boy when his life begins here
    assert "tells the life of the person most like Matthew" in page.inner_text("main")
    page.select_option("main select", "refusals")
    held(watched)
    page.click("button:text-is('Tell it')")
    page.wait_for_selector(".took:has-text('refused most often')")
    page.select_option("main select", "contacts")
    page.wait_for_timeout(300)
    assert page.locator(".took").count() == 0 and page.locator(".story").count() == 0
    page.unroute("**/api/life?*")
    page.click("button:text-is('Tell it')")
    page.wait_for_selector(
        ".whose:has-text('This is the adult with most contacts')", timeout=60_000
    )


def test_what_each_agency_could_see_stays_on_a_narrow_page(watched: Watched) -> None:
    page = watched.page
    page.set_viewport_size({"width": 900, "height": 700})
    told_life(watched)
    page.click("summary:has-text('What each agency could see')")
    seen = page.locator("main pre").first
    assert "All slices together" in seen.inner_text()
    assert seen.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_table_of_a_life_says_when(watched: Watched) -> None:
    told_life(watched)
    watched.page.wait_for_selector(".chart.life svg")
    when = watched.page.locator(".text-of-chart tbody tr > :first-child").all_text_contents()
    assert when and all(re.fullmatch(r"Year \d+, week \d+", one) for one in when)


def test_a_plan_that_changed_since_is_said(watched: Watched) -> None:
    page = watched.page
    told_life(watched)
    changed = "main .changed:has-text('has changed since this life was told')"
    assert page.locator(changed).count() == 0
    watched.view("try")
    watched.move("information", 8)
    watched.settle()
    watched.view("life")
    page.wait_for_selector(f"{changed}:has-text('without a plan')")
    page.click("text=Tell it again")
    page.wait_for_selector("text=The same life, with the room's plan", timeout=60_000)
    assert page.locator(changed).count() == 0
    assert "as it was told with: All agencies" in page.inner_text(".whose")
    page.reload()
    told_life(watched)
    page.wait_for_selector("text=The same life, with the room's plan", timeout=60_000)
    assert page.locator(changed).count() == 0
    watched.view("try")
    page.click("text=Back to today")
    page.wait_for_selector("#active:has-text('Do nothing')")
    watched.view("life")
    page.wait_for_selector(f"{changed}:has-text('It was told with: All agencies')")


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
    told["lives"][0]["story"].append("There was a blow: overdose or self-harm.")
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
