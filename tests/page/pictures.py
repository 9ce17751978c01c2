"""Screenshots for the docs (``make workshop-pictures``): projector, phone and print.

Of Portsmouth itself, so it takes some minutes. Looked at by eye before they are kept.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.page.conftest import CHROMIUM, PROJECTOR, Watched
from tests.rooms import ROOT, Room, opened

PORTSMOUTH = ROOT / "scenarios" / "portsmouth" / "do_nothing.toml"
MOVES = {"budget.substance": 2}


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "workshop")
    out = parser.parse_args().out
    out.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(Path(folder), PORTSMOUTH, "--phones", "--replicates", "4", seats=9) as room,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        room.settled()
        prepare(room)
        projector(browser, room, out)
        phone(browser, room, out)
        if shutil.which("pdftoppm"):
            paper(room, browser, out)
        else:
            print("pdftoppm is not installed: pictures of what is printed are left as they are")
        browser.close()


def prepare(room: Room) -> None:
    """A room that has kept two scenarios, decided and predicted."""
    for title, table, settings in (
        ("Navigators", "Table 2", {"navigators.posts": 6}),
        ("A third off drugs and alcohol", "Table 1", MOVES),
    ):
        room.tried(settings)
        room.post("/api/keep", {"title": title, "table": table})
    room.post("/api/decide", {"text": "Fund twelve navigators for two years, and look at the "
                              "police's calls every quarter", "who": "Community safety board",
                              "scenario": "navigators"})  # fmt: skip
    question = {"sort": "predict", "measure": "people.multiple_needs", "choices": [],
                "scenario": "navigators",
                "text": "Navigators: how many more or fewer people with multiple unmet needs, "
                "on average over the ten years?",
                }  # fmt: skip
    number = room.post("/api/ask", question)[1]["number"]
    for cookie, value in zip(room.seats, (-30, -40, 0, 5, -12, -60, -20, -25, -8), strict=True):
        room.post("/phone/answer", {"number": number, "value": value}, **cookie)
    room.post("/api/show", {"number": number, "reveal": True})


def projector(browser: Any, room: Room, out: Path) -> None:
    """Each view as fourteen people see it."""
    seen = Watched(browser, room.url)
    seen.page.wait_for_selector(".now dt")
    seen.view("try")
    seen.page.wait_for_selector("#settling[data-state=settled]", timeout=1_200_000)
    for view in ("place", "nothing", "try", "pays", "doors", "predict", "decide", "assumed"):
        seen.view(view)
        seen.page.wait_for_timeout(2500)
        seen.page.screenshot(path=out / f"{view}.png")
    seen.view("life")
    seen.page.click("text=Tell it")
    seen.page.wait_for_selector(".story p", timeout=900_000)
    seen.page.wait_for_timeout(2500)
    seen.page.screenshot(path=out / "life.png")
    seen.context.close()


def phone(browser: Any, room: Room, out: Path) -> None:
    """A phone that has joined, and the page itself at a phone's width."""
    question = {"sort": "predict", "measure": "contacts.police", "choices": [],
                "scenario": "navigators",
                "text": "Navigators: how many more or fewer contacts with the police a year, "
                "on average over the ten years?",
                }  # fmt: skip
    room.post("/api/ask", question)
    seen = Watched(browser, room.url + "/join", viewport={"width": 390, "height": 760})
    seen.page.wait_for_selector("#code")
    seen.page.fill("#code", "ABCDEF")
    seen.page.click("button:text('Join')")
    seen.page.wait_for_selector("#value")
    seen.page.screenshot(path=out / "phone.png")
    seen.context.close()


def paper(room: Room, browser: Any, out: Path) -> None:
    """The first pages of the report, and the page printed, in grey."""
    (out / "report.pdf").write_bytes(room.get("/report.pdf")[1])
    subprocess.run(
        ["pdftoppm", "-r", "60", "-gray", "-png", "-l", "2", "report.pdf", "report"],
        cwd=out, check=False,
    )  # fmt: skip
    (out / "report.pdf").unlink()
    seen = Watched(browser, room.url + "/#pays", viewport=PROJECTOR)
    seen.page.wait_for_timeout(2500)
    seen.page.pdf(path=out / "pays.pdf", format="A4", landscape=True)
    subprocess.run(
        ["pdftoppm", "-r", "80", "-gray", "-png", "-singlefile", "pays.pdf", "pays_print"],
        cwd=out, check=False,
    )  # fmt: skip
    (out / "pays.pdf").unlink()
    seen.context.close()


if __name__ == "__main__":
    main()
