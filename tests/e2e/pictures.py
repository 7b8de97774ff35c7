"""The guide's picture of the meeting view, taken from a fresh demo: `python -m tests.e2e.pictures http://localhost:8000`.

It is read by axe before it is taken, and is small enough for a page that somebody opens on a train.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.e2e.browsers import chromium
from tests.e2e.person import Person

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
DESK = (1280, 900)
LARGEST = 150_000


def main(demo: str) -> None:
    """The picture of the meeting that runs, as its chair sees it at the stage "What is new"."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        context = browser.new_context(base_url=demo, viewport={"width": DESK[0], "height": DESK[1]})
        chair = Person("manager", context.new_page())
        chair.sign_in()
        chair.goes_to(f"{the_running_meeting(chair)}?stage=new")
        keep(chair.page.screenshot(), "meeting")
        browser.close()


def the_running_meeting(person: Person) -> str:
    """The address of the one that runs as the demo begins."""
    person.goes_to("/meetings/")
    row = person.page.locator("tr", has_text="In progress").first
    address = row.get_by_role("link").first.get_attribute("href")
    assert address, "No meeting runs: take the picture from a fresh demo"
    return address


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
