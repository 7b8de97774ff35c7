"""The machine's Chromium, for the journeys and for the guides' pictures."""

import shutil

from playwright.sync_api import Browser, Playwright

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def chromium(playwright: Playwright) -> Browser:
    """Without a window, and without a word to anybody outside."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
