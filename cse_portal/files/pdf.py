"""PDFs: whole, not locked, nothing after their end, and without anything that acts: scripts, programs, other files.

No reader of PDFs is trusted here, and no dictionary believed: whatever unpacks is unpacked and searched, and a part
that could hold objects and is packed in an unusual way is refused.
"""

import re
import zlib
from collections.abc import Iterator

from cse_portal.files.errors import Fault, FileRefused, Refusal
from cse_portal.files.opening import Opening

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
FREE = 50 * 1024 * 1024  # a page that was scanned in colour and is white packs a thousandfold: two may
MOST_STREAMS = 50_000
MOST_DISGUISED = 200_000
_BROKEN = Refusal(
    Fault.DAMAGED, "This PDF is damaged or is not only a PDF. Print it to a new PDF, and choose that"
)
_LOCKED = Refusal(Fault.LOCKED, "This PDF is locked with a password. Save it without one, and choose that")
_ACTS = Refusal(
    Fault.ACTS,
    "This PDF holds a script, a form that sends itself, or another file. Print it to a new PDF, and choose that",
)
_OPENS = Refusal(
    Fault.REACHES, "This PDF goes to a web address by itself. Print it to a new PDF, and choose that"
)
_BOMB = Refusal(
    Fault.HEAVY, "This PDF unpacks to far more than it should. Print it to a new PDF, and choose that"
)

_END = rb"(?=[\s\x00/<>\[\]()%{}]|$)"
# An action says its kind, a file its place: nothing acts without one of these names. None occurs by chance.
_ACTING = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|XFA|SubmitForm|ImportData|GoToE|GoToR|Rendition"
    rb"|S\s*/Thread)" + _END
)
_SHORT = re.compile(rb"/(?:JS|EF|3D|Movie)" + _END)
_ENCRYPTED = re.compile(rb"/Encrypt" + _END)
_OBJECTS_WITHIN = re.compile(rb"/(?:ObjStm|First)" + _END)
_COUNT = re.compile(rb"/N" + _END)
_UNUSUAL = re.compile(
    rb"/(?:ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|Crypt|DecodeParms|DP|FFilter)"
    + _END
)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
# A reader may take `stream` for the beginning of one where the blank after it is another: after a dictionary, a
# comment or on a line of its own. Within a title it follows a letter or a plain blank. Blanks are read from the first
# of them alone: begun at each, eighty thousand ends of line took sixteen seconds.
_LIKE_A_STREAM = re.compile(
    rb"(?<![\s\x00])(?:(?<=>>)[\s\x00]*|[ \x0b]*[\r\n\t\f\x00][\s\x00]*)stream(?![A-Za-z])"
)
_FILTERED = re.compile(rb"/Filter" + _END)
_DISGUISED = re.compile(rb"#([0-9A-Fa-f]{2})")
_LETTERS = {b"%02x" % number: bytes([number]) for number in range(256)}
_LAYERS = 4


def look(content: bytes) -> bytes:
    """The same bytes, when nothing in them acts."""
    _refuse_unlike_a_pdf(content)
    whole = _undisguised(content)
    if _ENCRYPTED.search(whole):
        raise FileRefused(_LOCKED)
    _refuse_acting(whole)
    room = min(MOST_UNPACKED, FREE + MOST_RATIO * len(content))
    opening = Opening()
    for before, data in _streams(content):
        opening.read(before)
        if _SHORT.search(before):
            raise FileRefused(_ACTS)
        if _OBJECTS_WITHIN.search(before) and _COUNT.search(before) and _UNUSUAL.search(before):
            raise FileRefused(_BROKEN)
        holds_objects = _holds_objects(before)
        is_packed = bool(holds_objects and _FILTERED.search(before))
        if holds_objects and not is_packed:
            plain = _undisguised(data)
            if _SHORT.search(plain):
                raise FileRefused(_ACTS)
            opening.read(plain)
        for packed in _unpacked(data, room, whole=is_packed):
            room -= len(packed)
            inside = _undisguised(packed)
            _refuse_acting(inside)
            if holds_objects and _SHORT.search(inside):
                raise FileRefused(_ACTS)
            if holds_objects:
                opening.read(inside)
    if opening.reaches_out:
        raise FileRefused(_OPENS)
    return content


def _refuse_unlike_a_pdf(content: bytes) -> None:
    """It begins and ends as a PDF, and no archive hides at its end."""
    tail = content[-2048:].rstrip(b"\r\n\x00 \t")
    whole = content.startswith(b"%PDF-") and tail.endswith(b"%%EOF") and b"startxref" in tail
    if not whole or b"PK\x05\x06" in content[-66_000:] or not re.search(rb"\d\s+\d+\s+obj", content):
        raise FileRefused(_BROKEN)


def _streams(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every stream, with everything that stands between it and the one before; at last what follows them all."""
    position, left = 0, MOST_STREAMS
    while found := _STREAM.search(content, position):
        left -= 1
        if left < 0:
            raise FileRefused(_BOMB)
        ends = content.find(b"endstream", found.end())
        if ends < 0:
            raise FileRefused(_BROKEN)
        data = content[found.end() : ends]
        if _OBJECTS_WITHIN.search(_undisguised(data)):
            raise FileRefused(_BROKEN)  # an object that pretends to be the inside of another
        yield _between(content[position : found.start()]), data
        position = ends + len(b"endstream")
    yield _between(content[position:]), b""


def _between(words: bytes) -> bytes:
    """What stands between two streams; refused when something there could begin a third."""
    if b"stream" in words and _LIKE_A_STREAM.search(words):
        raise FileRefused(_BROKEN)
    return _undisguised(words)


def _holds_objects(before: bytes) -> bool:
    return bool(_OBJECTS_WITHIN.search(before) and _COUNT.search(before))


def _unpacked(data: bytes, room: int, *, whole: bool) -> Iterator[bytes]:
    """What the stream unpacks to, and what that unpacks to, as often as a reader would be asked to.

    `whole` for one that holds objects: it must unpack, and to its end. Else `endstream` within it ends our reading,
    and not that of a reader who goes by its length.
    """
    for layer in range(_LAYERS):
        unpack = zlib.decompressobj()
        try:
            data = unpack.decompress(data, room + 1)
        except zlib.error:
            if whole and layer == 0:
                raise FileRefused(_BROKEN) from None
            return
        if len(data) > room:
            raise FileRefused(_BOMB)
        if whole and layer == 0 and not unpack.eof:
            raise FileRefused(_BROKEN)
        room -= len(data)
        yield data
    if data:
        raise FileRefused(_BOMB)


def _refuse_acting(words: bytes) -> None:
    if _ACTING.search(words):
        raise FileRefused(_ACTS)


def _undisguised(words: bytes) -> bytes:
    """Names as a reader of PDFs reads them: `/J#61vaScript` is `/JavaScript`."""
    if b"#" not in words:
        return words
    plain, many = _DISGUISED.subn(_letter, words, MOST_DISGUISED)
    if many == MOST_DISGUISED:
        raise FileRefused(_BOMB)
    return plain


def _letter(found: re.Match[bytes]) -> bytes:
    return _LETTERS[found.group(1).lower()]
