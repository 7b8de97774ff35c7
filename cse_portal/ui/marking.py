"""Marks on a document that is handed to one reader: their name, the day and the copy's number, on every page."""

import base64
import datetime as dt
from dataclasses import dataclass

from django.utils.html import escape

from cse_portal.ui.presenters import display_datetime

# Where a document leaves room for them. What people wrote is escaped, so that it can hold neither.
READER = "<!--reader-->"
ADDED = "<!--added-->"
WATERMARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="794" height="1123" viewBox="0 0 794 1123">'
    '<g transform="rotate(-38 397 560)" fill="#0b0c0c" fill-opacity="0.07" font-family="Arial, Liberation Sans"'
    ' font-weight="bold" text-anchor="middle"><text x="397" y="540" font-size="46">{reader}</text>'
    '<text x="397" y="600" font-size="40">{copy}</text></g></svg>'
)


@dataclass(frozen=True)
class Mark:
    """Whose copy it is, when it was taken, and the number that leads back to that."""

    copy: str
    reader: str
    agency: str
    taken_at: dt.datetime

    @property
    def words(self) -> str:
        """As it stands at the foot of every page."""
        return f"Copy {self.copy} for {self.reader}, {self.agency}, {display_datetime(self.taken_at)}"


def marked(page: str, mark: Mark, *, added: str = "") -> str:
    """The document as this reader's own: named at the foot of each page and across it. `added` is markup of ours."""
    drawn = WATERMARK.format(reader=escape(mark.reader), copy=escape(mark.copy))
    address = "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()
    style = f'<style>@page{{background:url("{address}") center/100% 100% no-repeat}}</style>'
    return page.replace(READER, f"<br>{escape(mark.words)}{style}").replace(ADDED, added)
