"""Files as agencies send them: a seed of every kind, made here, and documents made by the service."""

import io
import zipfile
from typing import Any

from PIL import Image
from weasyprint import HTML

from cases.documents import services as documents
from cases.documents.models import Document, DocumentKind
from cases.record.models.case import Case
from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.factories.requests import in_one_request

WORDS = "Seen at the bus station on Friday. – Zoë".encode()
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{part}"/>
</Relationships>"""
WORD_BODY = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>A letter</w:t></w:r></w:p></w:body></w:document>"
)
EXCEL_BODY = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>'
)

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(body: str = "<p>A letter</p>", **options: Any) -> bytes:
    """A PDF as the portal itself makes them."""
    made: bytes = HTML(string=body).write_pdf(**options)
    return made


def word(
    parts: dict[str, str | bytes] | None = None, *, types: str = "", compress: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A Word document with these parts beside its own."""
    return _package("word/document.xml", WORD_BODY, "wordprocessingml.document", parts, types, compress)


def excel(parts: dict[str, str | bytes] | None = None, *, types: str = "") -> bytes:
    """An Excel workbook with these parts beside its own."""
    return _package("xl/workbook.xml", EXCEL_BODY, "spreadsheetml.sheet", parts, types, zipfile.ZIP_DEFLATED)


def picture(kind: str, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A small picture."""
    into = io.BytesIO()
    Image.new("RGB", size, (18, 58, 74)).save(into, format=kind, **options)
    return into.getvalue()


def jpeg_with_a_place() -> bytes:
    """A photograph that says where it was taken, and with what."""
    exif = Image.Exif()
    exif[0x010F] = "Telephone of a test"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "W", 4: (2.0, 1.0, 0.0)})
    return picture("JPEG", exif=exif, comment=b"the refuge in Example Street")


def seeds() -> dict[str, bytes]:
    """One good file of every kind, by its name."""
    return {
        "letter.pdf": pdf(),
        "letter.docx": word(),
        "table.xlsx": excel(),
        "photo.jpg": jpeg_with_a_place(),
        "screen.png": picture("PNG"),
        "note.txt": WORDS,
    }


@in_one_request
def make_document(cast: Cast, case: Case, *, by: User | None = None, **fields: Any) -> Document:
    """A note that the practitioner brought to the case."""
    given: dict[str, Any] = {
        "title": "A note",
        "kind": DocumentKind.LETTER,
        "name": "note.txt",
        "content": WORDS,
    }
    return documents.add(case=case, by=by or cast.practitioner, **{**given, **fields})


def _package(
    part: str, body: str, kind: str, parts: dict[str, str | bytes] | None, types: str, compress: int
) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", compress) as archive:
        archive.writestr("[Content_Types].xml", types or TYPES.format(part=part, kind=kind))
        archive.writestr("_rels/.rels", RELATIONS.format(part=part))
        for name, content in {part: body, **(parts or {})}.items():
            archive.writestr(name, content)
    return into.getvalue()
