"""A browser that reaches this machine and nothing else, on a workshop about a hamlet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.rooms import Room, opened, small_place

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SETTLED = "#settling[data-state=settled]"
PROJECTOR = {"width": 1280, "height": 720}


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("page")
    with opened(folder / "room", small_place(folder), "--phones", seats=1) as room:
        room.settled()
        yield room


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    assert CHROMIUM, "make test-page installs Chromium"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield browser
        browser.close()


class Watched:
    """A page, with all it asked for and complained of."""

    def __init__(self, browser: Any, url: str, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": PROJECTOR, **options})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("console", self._heard)
        self.page.goto(url)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "net::ERR" not in message.text:
            self.complaints.append(message.text)

    def view(self, name: str) -> None:
        """Go to a view."""
        self.page.click(f"button[data-view={name}]")

    def move(self, lever: str, value: int) -> None:
        """Put a lever to a setting, by keyboard."""
        slider = self.page.locator(f"[id='lever-{lever}']")
        group = slider.locator("xpath=ancestor::details[1]")
        if group.get_attribute("open") is None:
            group.locator("summary").click()
        slider.focus()
        if slider.get_attribute("type") == "checkbox":
            self.page.keyboard.press("Space")
            return
        self.page.keyboard.press("Home")
        for _ in range(value):
            self.page.keyboard.press("ArrowRight")

    def settle(self) -> None:
        """Wait until luck is settled; what other numbers would give may still be on its way."""
        self.page.wait_for_selector(
            "#settling:is([data-state=settled], [data-state=luck])", timeout=60_000
        )

    def settle_wholly(self) -> None:
        """Wait until nothing on the screen changes any more."""
        self.page.wait_for_selector(SETTLED, timeout=120_000)


@pytest.fixture
def watched(browser: Any, room: Room) -> Iterator[Watched]:
    room.post("/api/try", {"settings": {}, "move": "start"})
    found = Watched(browser, room.url)
    found.page.wait_for_selector(".now dt", timeout=60_000)
    yield found
    found.context.close()
    assert found.complaints == []
    assert all(url.startswith((room.url, "data:")) for url in found.asked)


def rows(watched: Watched) -> int:
    """The rows that the chart on the screen was drawn with."""
    watched.page.wait_for_selector(".chart svg", timeout=30_000)
    return int(watched.page.locator(".chart").first.get_attribute("data-rows") or 0)
