"""What the room reads where: the question's own words, whose answer the bar speaks of, empty
places, the address bar, the guide, and what is kept of a lever that has just been let go."""

from __future__ import annotations

import pytest

from experiments.empty_places import LITTLE
from tests.page.conftest import Watched
from tests.rooms import Room

KEPT_IS_SHOWN = """() => ({
  shown: document.querySelector("#active").textContent,
  lever: document.querySelector("[id='lever-budget.housing-words']").textContent })"""
LATEST = "Number(document.querySelector('.question')?.dataset.number ?? 0)"
BAR = "footer #settling"


def asked(watched: Watched) -> None:
    """Ask the room about the first lever that is offered."""
    watched.view("predict")
    before = watched.page.evaluate(f"() => {LATEST}")
    asking = watched.page.locator("details.asking").first
    if asking.get_attribute("open") is None:
        asking.locator("summary").click()
    source = asking.locator("label:has-text('If we make the change') select")
    source.select_option(label="of one lever")
    asking.locator("label:has-text('namely') select").select_option("navigators.posts")
    watched.page.click("text=Ask the room")
    watched.page.wait_for_function(f"() => ({LATEST}) > {before}")
    head = watched.page.locator(".question h2").first.inner_text()
    assert head.endswith(", on average over the three years?")


def test_a_question_says_over_which_time_and_can_be_taken_back(
    watched: Watched, room: Room
) -> None:
    """As long as nobody has answered: then it is asked under Decide, as before."""
    page = watched.page
    watched.view("predict")
    page.wait_for_selector("text=Ask the room")
    asked(watched)
    first = page.locator(".question").first  # others may have been left by tests before
    back = first.locator("button:text('Take the question back')")
    assert back.count() == 1
    first.locator("[aria-label='A prediction called out']").fill("-1")
    first.locator("text=Add it").click()
    first.locator(".count:text-is('1')").wait_for()
    assert back.count() == 0
    first.locator("text=Strike an answer that was called out").click()
    first.locator("[aria-label='Strike −1']").click()
    first.locator(".counted:has-text('0 answers, 1 struck')").wait_for()
    assert back.count() == 0  # what the room said, struck or not, is not lost in passing
    asked(watched)
    back.click()
    page.wait_for_selector("#toast:has-text('is taken back.')")
    back.wait_for(state="detached")
    status, told = room.post("/api/take_back", {"number": 10_000})
    assert status == 400 and "no such question" in told["problems"][0]


def test_the_bar_speaks_of_the_question_that_is_on_the_screen(watched: Watched) -> None:
    page = watched.page
    watched.settle_wholly()
    assert page.inner_text(BAR).startswith("Final")
    asked(watched)
    assert page.inner_text(BAR) == "No answer of the model is on the screen"
    page.click("text=Show the model's answer, too")
    page.wait_for_selector(f"{BAR}:has-text('The model\\'s answer: final: each figure')",
                           timeout=60_000)  # fmt: skip
    assert "so far" not in page.locator(".question").first.inner_text()
    for view, words in (("life", "one life of one run"), ("decide", "its card says")):
        watched.view(view)
        assert words in page.inner_text(BAR) and "Final" not in page.inner_text(BAR)
    asked(watched)  # the answer that stands below is to the question before
    assert page.inner_text(BAR).startswith("The model's answer to the earlier question: final")


@pytest.mark.parametrize("guide", [False, True])
def test_the_model_and_its_axis_stand_above_the_bar(watched: Watched, guide: bool) -> None:
    """On a projector, with the phones' code and the guide above it."""
    page = watched.page
    if guide:
        page.click("#guide-button")
    asked(watched)
    page.locator(".question [aria-label='A prediction called out']").first.fill("-1")
    page.click("text=Add it")
    page.wait_for_selector(".question .count:text-is('1')")
    page.click("text=Show the model's answer, too")
    page.locator(".question").first.locator("strong:has-text('The model:')").wait_for(
        timeout=60_000
    )
    page.locator(".question").first.locator(".chart svg text").first.wait_for()

    def seen() -> None:
        page.wait_for_timeout(500)
        first = page.locator(".question").first
        head, chart = (first.locator(x).bounding_box() for x in ("h2", ".chart svg"))
        bar = page.locator("footer").bounding_box()["y"]
        assert head["y"] >= 0 and chart["y"] + chart["height"] <= bar, (head, chart, bar)

    seen()
    watched.view("try")
    watched.view("predict")  # from its beginning
    seen()
    assert page.evaluate("() => window.scrollY") == 0


def test_empty_places_are_told_wherever_the_result_is_read(watched: Watched, room: Room) -> None:
    page = watched.page
    said = f"Places stand empty: Drug and alcohol service. {LITTLE}"
    room.tried({"budget.substance": 0}, move="empty")
    room.post("/api/keep", {"title": "Empty", "table": "A"})
    page.reload()
    watched.view("decide")
    card = page.locator(".card:has(label:text-is('Empty'))")
    card.locator(".empty").wait_for(timeout=60_000)
    assert card.locator(".empty").inner_text() == said
    card.locator("input").check()
    page.click("button:text('Side by side')")
    page.wait_for_selector(f".beside .empty:text-is('Empty: {said}')")
    watched.view("pays")
    page.wait_for_selector(f"main .empty:text-is('{said}')")
    watched.view("predict")
    asking = page.locator("details.asking").first
    asking.locator("label:has-text('If we make the change') select").select_option("empty")
    page.click("text=Ask the room")
    page.wait_for_selector(".question h2:has-text('Empty')")
    page.click("text=Show the model's answer, too")
    page.wait_for_selector(f".question p:has-text('{said}')", timeout=60_000)


def test_a_step_typed_into_the_address_bar_is_gone_to(watched: Watched) -> None:
    page = watched.page
    for view in ("try", "decide"):
        page.evaluate(f"() => {{ location.hash = '#{view}'; }}")
        page.wait_for_selector(f"button[data-view={view}][aria-current=step]")
    page.evaluate("() => { location.hash = '#toString'; }")
    page.wait_for_timeout(200)
    assert page.locator("button[data-view=decide][aria-current=step]").count() == 1
    page.goto(page.url.split("#")[0] + "#toString")
    page.reload()
    page.wait_for_selector("button[data-view=place][aria-current=step]")


def test_the_guide_says_what_it_leaves_out(watched: Watched) -> None:
    page = watched.page
    page.click("#guide-button")
    watched.view("pays")
    watched.view("doors")
    assert "The doors are no step of the two hours" in page.inner_text("#guide")
    page.click("#guide button:text('Back')")
    assert page.locator("[aria-current=step]").get_attribute("data-view") == "pays"
    watched.view("doors")
    page.click("#guide button:text('Next')")
    assert page.locator("[aria-current=step]").get_attribute("data-view") == "decide"
    assert "The doors" not in page.inner_text("#guide")


@pytest.mark.parametrize("held", [3, 7, 12, 20, 33])
def test_what_is_kept_is_what_the_screen_shows(watched: Watched, room: Room, held: int) -> None:
    """A lever held down for a while, both ways, and *Keep* at once when it is let go."""
    page = watched.page
    for key in ("ArrowRight", "ArrowLeft"):
        watched.view("try")
        slider = page.locator("[id='lever-budget.housing']")
        slider.focus()
        page.keyboard.press("Home" if key == "ArrowRight" else "End")
        for _ in range(held):  # as a key that repeats while it is held: down again, and no up
            page.keyboard.down(key)
            page.wait_for_timeout(30)
        page.keyboard.up(key)
        if "as today" in page.inner_text("[id='lever-budget.housing-words']"):
            assert page.locator("button:text('Keep this')").is_disabled()
            page.keyboard.press("ArrowLeft")
        page.click("text=Keep this …")
        shown = page.evaluate(KEPT_IS_SHOWN)
        title = f"{key} {held}"
        page.fill("dialog input[name=title]", title)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#toast:has-text('“{title}” is on the wall.')")
        room_now = room.until(room.listen(), "room", lambda _: True)
        words = next(k["words"] for k in room_now["kept"] if k["title"] == title)
        assert words == [f"Housing options: {shown['lever']}"], (words, shown)
        assert shown["shown"].endswith(shown["lever"])
