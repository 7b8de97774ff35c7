"""The guide's pictures of the meeting view, taken from a fresh demo: `python -m tests.e2e.pictures http://localhost:8000`.

Each is read by axe before it is taken, and is small enough for a page that somebody opens on a train.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browsers import chromium
from tests.e2e.person import Person

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
DESK = (1400, 900)
LARGEST = 150_000


def main(demo: str) -> None:
    """The picture of the meeting that runs."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        running = the_running_meeting(browser, demo)
        nurse = joined_by(browser, demo, running)
        take(browser, demo, running, "meeting", at="agencies", others="1 colleague on this page")
        nurse.leave()
        browser.close()


def somebody(browser: Browser, demo: str, key: str, size: tuple[int, int] = DESK) -> Person:
    """One of the cast, at a screen of this size."""
    context = browser.new_context(base_url=demo, viewport={"width": size[0], "height": size[1]})
    person = Person(key, context.new_page())
    person.sign_in()
    return person


def chair(browser: Browser, demo: str, size: tuple[int, int] = DESK) -> Person:
    """The manager."""
    return somebody(browser, demo, "manager", size)


def joined_by(browser: Browser, demo: str, address: str) -> Person:
    """The nurse, who is in the middle of a sentence; the meeting has come to what the agencies know."""
    manager, nurse = chair(browser, demo), somebody(browser, demo, "health")
    manager.goes_to(address)
    here = manager.page.locator("#agencies").get_by_role("button", name="We are here now")
    if here.count():
        here.click()
    manager.leave()
    nurse.goes_to(address)
    nurse.page.locator("form[id^=part-boxes] textarea").first.press_sequentially(" She also")
    return nurse


def the_running_meeting(browser: Browser, demo: str) -> str:
    """The address of the one that runs as the demo begins."""
    person = chair(browser, demo)
    person.goes_to("/meetings/")
    row = person.page.locator("tr", has_text="In progress").first
    address = row.get_by_role("link").first.get_attribute("href")
    person.leave()
    assert address, "No meeting runs: take the pictures from a fresh demo"
    return address


def take(
    browser: Browser,
    demo: str,
    address: str,
    name: str,
    *,
    at: str,
    size: tuple[int, int] = DESK,
    others: str = "",
) -> None:
    """One picture with this item at the top of the screen."""
    person = chair(browser, demo, size)
    person.goes_to(address)
    if others:
        person.sees(others)
        person.page.locator(".app-part__writer").wait_for()
    person.page.locator(f"#{at}").evaluate("item => item.scrollIntoView()")
    keep(person.page.screenshot(), name)
    person.leave()


def keep(shot: bytes, name: str) -> None:
    """As few bytes as show the same."""
    with Image.open(BytesIO(shot)) as image:
        small = image.convert("RGB").quantize(colors=128, dither=Image.Dither.NONE)
        small.save(IMAGES / f"{name}.png", optimize=True)
    written = (IMAGES / f"{name}.png").stat().st_size
    assert written <= LARGEST, f"{name}.png has {written} bytes"
    sys.stdout.write(f"docs/images/{name}.png, {written // 1000} kB\n")


if __name__ == "__main__":
    main(sys.argv[1])
