"""Predict, in a browser: by phone and out loud, about one lever, slips and struck answers."""

from __future__ import annotations

from typing import Any

from tests.page.conftest import Watched
from tests.rooms import Room


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
    phone.page.wait_for_selector("text=Doing nothing, it is")
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
    say(99_999_999)
    page.wait_for_selector("#toast:has-text('cannot be')")
    say(2)
    page.wait_for_selector("#toast:text-is('')", state="attached", timeout=5_000)  # not nine
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
