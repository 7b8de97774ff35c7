"""Whether a PDF goes to a web address by itself: when it is opened, closed, printed or shown, and nobody clicked.

A link on a page may name any address. What opens the file, or stands among its further actions, may show a page of it
and nothing else; where it leads elsewhere in the file, every address there must stand within a link of its own.
"""

import re

_END = rb"(?=[\s\x00/<>\[\]()%{}]|$)"
LONGEST = 5 * 1024 * 1024  # what is searched for links; longer, and none is believed to be one
# By itself: further actions, and an opening that is more than a page to show.
_BY_ITSELF = re.compile(rb"/AA" + _END + rb"|/OpenAction" + _END + rb"(?!\s*(?:\[\s*\d|null\b))")
_ADDRESS = re.compile(rb"/URI" + _END)
_LINK = re.compile(
    rb"/A\s*<<(?:\s*/(?:Type\s*/Action|S\s*/URI|IsMap\s+(?:true|false)"
    rb"|URI\s*(?:\([^()\\]*(?:\\.[^()\\]*)*\)|<[0-9A-Fa-f\s]*>)))+\s*>>",
    re.DOTALL,
)
# A note after % may say /A before a dictionary that is no link; within a text in brackets it is no note.
_TEXT_OR_NOTE = re.compile(rb"(\([^()\\]*(?:\\.[^()\\]*)*\))|%[^\r\n]*", re.DOTALL)


class Opening:
    """What the parts of one PDF say, read one after the other."""

    def __init__(self) -> None:
        self._acts = False
        self._loose = False

    @property
    def reaches_out(self) -> bool:
        """Something acts by itself, and an address stands where that could lead."""
        return self._acts and self._loose

    def read(self, objects: bytes) -> None:
        """One more part that holds objects, its names undisguised."""
        self._acts = self._acts or bool(_BY_ITSELF.search(objects))
        self._loose = self._loose or _has_loose_address(objects)


def _has_loose_address(objects: bytes) -> bool:
    if not _ADDRESS.search(objects):
        return False
    if len(objects) > LONGEST:
        return True
    links = _LINK.findall(_TEXT_OR_NOTE.sub(rb"\1", objects))
    return len(_ADDRESS.findall(objects)) > sum(len(_ADDRESS.findall(link)) for link in links)
