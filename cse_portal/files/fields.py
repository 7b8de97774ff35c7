"""The fields of a Word document: what a program fills in by itself when a document is opened, printed or brought up.

A field's first word is its code. Those that say something of the document itself or ask its reader may stay; every
other is refused, what reads from elsewhere (LINK, INCLUDETEXT, DDEAUTO …) among them. ECMA-376-1, 17.16. In the code's
place may also stand the name of a bookmark of the document alone, which is short for REF with that name. A link says
where it leads in words of its own: what another field within it would give is read by nobody here.
"""

import re
from itertools import count

from cse_portal.files import markup
from cse_portal.files.targets import leads_elsewhere

CODES = frozenset(
    {
        "ADDIN", "ADDRESSBLOCK", "ADVANCE", "ASK", "AUTHOR", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "AUTOTEXT",
        "AUTOTEXTLIST", "BARCODE", "BIBLIOGRAPHY", "CITATION", "COMMENTS", "COMPARE", "CREATEDATE", "DATE",
        "DISPLAYBARCODE", "DOCPROPERTY", "DOCVARIABLE", "EDITTIME", "EQ", "FILENAME", "FILESIZE", "FILLIN",
        "FORMCHECKBOX", "FORMDROPDOWN", "FORMTEXT", "GOTOBUTTON", "GREETINGLINE", "HYPERLINK", "IF", "INDEX", "INFO",
        "KEYWORDS", "LASTSAVEDBY", "LISTNUM", "MACROBUTTON", "MERGEBARCODE", "MERGEFIELD", "MERGEREC", "MERGESEQ",
        "NEXT", "NEXTIF", "NOTEREF", "NUMCHARS", "NUMPAGES", "NUMWORDS", "PAGE", "PAGEREF", "PRINTDATE", "PRIVATE",
        "QUOTE", "REF", "REVNUM", "SAVEDATE", "SECTION", "SECTIONPAGES", "SEQ", "SET", "SHAPE", "SKIPIF", "STYLEREF",
        "SUBJECT", "SYMBOL", "TA", "TC", "TEMPLATE", "TIME", "TITLE", "TOA", "TOC", "USERADDRESS",
        "USERINITIALS", "USERNAME", "XE",
    }
)  # fmt: skip
# What Word knows as a code of its own and is refused, whatever a bookmark may be called.
ACTING = frozenset(
    {
        "CONTROL", "DATA", "DATABASE", "DDE", "DDEAUTO", "EMBED", "FTNREF", "GLOSSARY", "HTMLACTIVEX", "HTMLCONTROL",
        "IMPORT", "INCLUDE", "INCLUDEPICTURE", "INCLUDETEXT", "LINK", "OCX", "PRINT", "PUBLISHER", "RD", "SUBSCRIBER",
    }
)  # fmt: skip
WORD = frozenset(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    }
)
_FIELDS = frozenset({"fldchar", "instrtext", "delinstrtext", "fldsimple"})
_TEXTS = frozenset({"instrtext", "delinstrtext"})
_GOES = frozenset({"del", "movefrom"})
_COMES = frozenset({"ins", "moveto"})
_CODE = re.compile(r'\s*([^\s"\\{]+)')
_BOOKMARK = re.compile(r"[^\W\d]\w{0,39}")
_NAMES_ONE = re.compile(r'(?:SET|ASK)\s+"?([^\W\d]\w{0,39})(?!\w)', re.IGNORECASE)
# How words are written, and nothing that could name a file or a program: what reads from elsewhere needs one.
_SWITCHES = re.compile(r'(?:\s*\\(?:\*\s*\w+|[#@]\s*(?:"[^"\\]*"|[^\s"\\]+)|[fhnprtw!]))*\s*', re.IGNORECASE)
# What a link says of itself, its place in the page and the window it opens. No other switch of it takes an argument,
# so that what stands behind one is where it leads (ECMA-376-1, 17.16.5.25).
_TOLD = re.compile(r'\\[lot]\s+"[^"]*"', re.IGNORECASE)
# Within an argument a quotation mark is written so: what it ends, one program and the next may read otherwise, and no
# link that leads to a page needs one.
_QUOTE_WITHIN = '\\"'
_TARGET = re.compile(r'"([^"]*)"|(\\\\\S*|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\S*)', re.IGNORECASE)


class FieldActs(Exception):
    """A field that would read from elsewhere, or whose code cannot be told."""


class Bookmarks:
    """By their names in small letters: those that fields of a file ask for, and those that its fields would make."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.made: set[str] = set()

    @property
    def missing(self) -> set[str]:
        """What is asked for and no field makes: a bookmark of the document, or no harmless field."""
        return self.asked - self.made

    def take(self, code: str, *, holds_field: bool = False) -> None:
        """What a field says, and whether another within it says more; FieldActs if it may not."""
        if name := check(code, holds_field=holds_field):
            self.asked.add(name)
        elif found := _NAMES_ONE.match(code.lstrip()):
            self.made.add(found.group(1).lower())


class _Field:
    """A field that is open: where it began, and the pieces of its code, each with how it came to be there."""

    def __init__(self, place: int) -> None:
        self.place = place
        self.is_told = False  # its code is complete
        self.holds_field = False  # another field stands in its code, and gives some of it
        self.pieces: list[tuple[str, str]] = []
        self.length = 0

    def take(self, how: str, text: str) -> None:
        """More of its code."""
        self.length += len(text)
        if self.length > markup.LONGEST:
            raise FieldActs
        self.pieces.append((how, text))

    def check(self, bookmarks: Bookmarks) -> None:
        """Whatever becomes of changes that are tracked: taken on, given up, or both shown."""
        for shown in (("", "goes", "comes"), ("", "comes"), ("", "goes"), ("",)):
            code = "".join(text for how, text in self.pieces if how in shown)
            bookmarks.take(code, holds_field=self.holds_field)


class _Reading:
    """The fields of one part, as it is walked through.

    A program leaves away what it does not know and reads one of two alternatives: what stands in another language
    than Word's is a place of its own, and the code of a field stands in one place.
    """

    def __init__(self, work: markup.Work, bookmarks: Bookmarks) -> None:
        self.work, self.bookmarks = work, bookmarks
        self.places = [(0, 0)]  # how deep each begins, and its number: alternatives stand side by side
        self.numbers = count(1)
        self.changes: list[tuple[int, str]] = []
        self.open: list[_Field] = []
        self.alone = _Field(0)
        self.text: list[str] | None = None
        self.text_depth = 0
        self.text_is_deleted = False

    @property
    def place(self) -> int:
        """Where what is being read stands."""
        return self.places[-1][1]

    def begin(self, tag: str, attributes: dict[str, str], depth: int) -> None:
        name, is_words = markup.plain(tag), markup.belongs_to(tag) in WORD
        if self.text is not None or (name in _FIELDS and not is_words):
            raise FieldActs
        if not is_words:
            self.places.append((depth, next(self.numbers)))
            return
        if name in _FIELDS:
            self.work.count_found()
        if name in _GOES or name in _COMES:
            self.changes.append((depth, "goes" if name in _GOES else "comes"))
        elif name in _TEXTS:
            self.text, self.text_depth, self.text_is_deleted = [], depth, name == "delinstrtext"
        elif name == "fldsimple":
            self._note_within()
            self.bookmarks.take(markup.named(attributes).get("instr", ""))
        elif name == "fldchar":
            self._turn(markup.named(attributes).get("fldchartype", ""))

    def end(self, depth: int) -> None:
        if self.text is not None and depth == self.text_depth:
            self._told("".join(self.text))
            self.text = None
        if self.places[-1][0] == depth:
            self.places.pop()
        if self.changes and self.changes[-1][0] == depth:
            self.changes.pop()

    def words(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def close(self) -> None:
        """What was begun and never ended counts too."""
        for each in (*self.open, self.alone):
            each.check(self.bookmarks)

    def _turn(self, kind: str) -> None:
        """A field begins, its code is complete, or it ends."""
        self._close_alone()
        within = self.open[-1] if self.open else None
        if kind == "begin":
            if within and not within.is_told and not any(text.strip() for _, text in within.pieces):
                raise FieldActs  # its code would be what the field within it gives
            self._note_within()
            self.open.append(_Field(self.place))
            return
        if within and within.place != self.place:
            raise FieldActs
        if within and kind == "separate":
            within.is_told = True
        elif within and kind == "end":
            self.open.pop().check(self.bookmarks)

    def _note_within(self) -> None:
        """A field begins: in the code of the one that is open, if that is not complete."""
        if self.open and not self.open[-1].is_told:
            self.open[-1].holds_field = True

    def _told(self, text: str) -> None:
        how = self.changes[-1][1] if self.changes else ""
        into = self.open[-1] if self.open and not self.open[-1].is_told else self.alone
        if into is self.alone and into.place != self.place:
            self._close_alone()
            into = self.alone
        if into.place != self.place:
            raise FieldActs
        into.take("goes" if self.text_is_deleted else how, text)

    def _close_alone(self) -> None:
        self.alone.check(self.bookmarks)
        self.alone = _Field(self.place)


def refuse_acting(words: bytes, work: markup.Work, bookmarks: Bookmarks) -> None:
    """FieldActs for a field of another code than those above; MarkupDamaged if it is no XML.

    Which bookmarks its fields ask for by their names alone is noted: those stand in any part of the file.
    """
    reading = _Reading(work, bookmarks)
    for _ in markup.walk(words, reading.begin, reading.end, reading.words):
        pass
    reading.close()


def check(text: str, *, holds_field: bool = False) -> str:
    """FieldActs unless what the field says begins with a code of those above, or might be the name of a bookmark, in
    small letters, which is given back: whether there is such a one, somebody else looks.

    With a field within it, it is neither a link nor such a name, which that could make another word.
    """
    if not text.strip():
        return ""
    found = _CODE.match(text)
    code, rest = (found.group(1).upper(), text[found.end() :]) if found else ("", "")
    if code in CODES or code.startswith("="):
        # A text that is quoted by the numbers of its letters is read by nobody here.
        leads_away = code == "HYPERLINK" and (holds_field or _is_led_elsewhere(rest))
        if leads_away or code == "QUOTE" and rest.lstrip()[:1].isdigit():
            raise FieldActs
        return ""
    name = found.group(1) if found else ""
    if holds_field or code in ACTING or not _BOOKMARK.fullmatch(name) or not _SWITCHES.fullmatch(rest):
        raise FieldActs
    return name.lower()


def _is_led_elsewhere(text: str) -> bool:
    """Whether a link names a file, a share or a program in place of a page, or cannot be told to name none."""
    return _QUOTE_WITHIN in text or any(
        leads_elsewhere(one or other) for one, other in _TARGET.findall(_TOLD.sub(" ", text))
    )
