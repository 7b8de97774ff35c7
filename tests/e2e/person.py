"""A member of the cast at a browser: what they see, click and type, and whether a machine can read the page."""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, Response, expect

axe = Axe()
# What an address names, which makes it no other page.
NAMED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]+-[0-9-]+|[0-9]+")
TRIES = 5  # a page that others change may load itself anew more than once


class Person:
    """Someone signed in. Every page they read is checked with axe and for errors in its scripts."""

    def __init__(self, key: str, page: Page, *, scripts: bool = True, clean: Path | None = None) -> None:
        self.key = key
        self._clean = clean  # a folder with a file for each page that axe has read, in whichever process
        self._page = page
        self.scripts = scripts
        self.script_errors: list[str] = []
        page.on("pageerror", lambda error: self.script_errors.append(str(error)))
        page.on(
            "console",
            lambda line: self.script_errors.append(line.text) if is_policy_breach(line.text) else None,
        )

    @property
    def page(self) -> Page:
        """What they see: their first page, until they go elsewhere."""
        if self._page.url == "about:blank":
            self._page.goto("/")
        return self._page

    def sign_in(self) -> None:
        """Press this person's button on the demo's sign-in page."""
        self._page.goto("/demo/")
        self.page.locator(f"button[name=person][value={self.key}]").click()
        self.page.wait_for_url("**/")

    def goes_to(self, address: str) -> Response:
        """Open an address and check the page."""
        response = self.loads(address)
        self.reads_page()
        return response

    def loads(self, address: str) -> Response:
        """Open an address. A live page may load itself anew in that very moment: then ask again."""
        for _ in range(TRIES):
            try:
                if response := self._page.goto(address) or self._page.reload():
                    return response
            except Error as problem:
                if not re.search("ERR_ABORTED|interrupted by another navigation", problem.message):
                    raise
                self.page.wait_for_load_state()
        raise AssertionError(f"{address} was interrupted {TRIES} times")

    def is_refused(self, *addresses: str) -> None:
        """Each address answers exactly like one that does not exist."""
        unknown = self._page.goto("/no/such/page/")
        body = without_nonces(self.page.content())
        assert unknown is not None
        for address in addresses:
            answer = self.page.goto(address)
            assert answer is not None
            assert (answer.status, without_nonces(self.page.content())) == (unknown.status, body)

    def clicks(
        self, name: str, *, role: Literal["link", "button", "tab"] = "button", exact: bool = False
    ) -> None:
        """Press a button or follow a link by its words, then check the page it leads to."""
        self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.reads_page()

    def follows(self, name: str, *, exact: bool = False) -> None:
        """Follow a link by its words."""
        self.clicks(name, role="link", exact=exact)

    def opens_more(self) -> None:
        """Open the menu "More" of a child's record."""
        self.page.locator(".app-more summary").click()

    def opens_menu(self) -> None:
        """Open the menu under their name."""
        self.page.locator(".app-menu summary").click()

    def types(self, label: str, text: str) -> None:
        """Type into the field with this label; not the header's search."""
        self.page.locator("main").get_by_label(label, exact=False).first.fill(text)

    def chooses(self, label: str, *, group: str | None = None) -> None:
        """Tick a radio or checkbox by its label, within the question asked if given."""
        place = self.page.get_by_role("group", name=group) if group else self.page
        place.get_by_label(label, exact=False).first.check()

    def sees(self, text: str) -> None:
        """The words stand on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def does_not_see(self, text: str) -> None:
        """The words are nowhere in the page, not even in its source."""
        assert text not in self.page.content()

    def reads_page(self, *, anew: bool = False) -> None:
        """One h1, no script error, and nothing axe objects to. Waits for a page that is still arriving.

        axe takes longer than the page: it looks once at each page, once at each with errors, and where it is told to.
        """
        self.page.wait_for_load_state()
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.script_errors == []
        if not self.scripts:
            return  # axe is a script: it would wait for ever
        size = self.page.viewport_size
        assert size is not None
        kind = "error" if self.page.title().startswith("Error") else "page"
        address = NAMED.sub("", urlsplit(self.page.url).path).replace("/", "_")
        read = self._clean / f"{size['width']}{address}{kind}" if self._clean else None
        if anew or read is None or not read.exists():
            results = axe.run(self.page)
            assert results.violations_count == 0, f"{self.page.url}\n{results.generate_report()}"
            if read:
                read.touch()

    def leave(self) -> None:
        """Close this person's browser."""
        self._page.context.close()


def is_policy_breach(line: str) -> bool:
    """Whether the browser says that the Content-Security-Policy stopped something."""
    return "Content Security Policy" in line


def without_nonces(html: str) -> str:
    """A page without what differs in every answer."""
    return re.sub(r'(nonce|value)="[^"]*"', r'\1=""', html)
