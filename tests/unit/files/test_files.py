"""What may be kept on a child's case: one table of hostile files, refused or cleaned, and good files of every kind."""

import io
import random
import struct
import warnings
import zipfile
import zlib

import pikepdf
import pytest
import xlsxwriter
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cse_portal.files import EXTENSIONS, Fault, FileRefused, inspect, safe_name
from tests.factories.documents import TYPES, excel, jpeg_with_a_place, pdf, picture, seeds, word

MZ = b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + b"\x00" * 400
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
HTML = b"<!doctype html><script>fetch('https://example.org')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
EXTENSIONS_ONCE = ("pdf", "docx", "xlsx", "jpg", "png", "txt")
MEGABYTE = 1024 * 1024

Refused = tuple[str, bytes, Fault]


def relation(kind: str, target: str, more: str = 'TargetMode="External"') -> dict[str, str | bytes]:
    """A document that points to something."""
    line = f'<Relationship Id="r" Type="{OFFICE}{kind}" Target="{target}" {more}/>'
    return {"word/_rels/document.xml.rels": f'<Relationships xmlns="x">{line}</Relationships>'}


def macro_types(of: str, kind: str) -> str:
    """The list of types of a document with macros that was renamed."""
    types = TYPES.format(part=of, kind=kind)
    return types.replace(
        "</Types>", '<Override PartName="/x" ContentType="application/vnd.ms-m&#97;croEnabled"/></Types>'
    )


def locked_archive() -> bytes:
    """The mark of a password on every part."""
    data = bytearray(word())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def lying_archive() -> bytes:
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
    rows = zlib.compress(b"\x00" * ((width // 8 + 2) * min(height, 10_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def locked_pdf(password: str) -> bytes:
    """A PDF that is encrypted, for its reader or only against changes."""
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.save(into, encryption=pikepdf.Encryption(owner="owner", user=password))
    return into.getvalue()


def packed_pdf_bomb() -> bytes:
    """Its catalogue is packed with 64 MB of blanks."""
    packed = zlib.compress(b"1 0 << /Type /Catalog /Pages 2 0 R >>" + b" " * (64 * MEGABYTE), 9)
    head = f"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    whole = b"%PDF-1.7\n" + head.encode() + packed + b"\nendstream\nendobj\n"
    rows = b"".join(struct.pack(">BIB", *row) for row in ((2, 9, 0), (1, 9, 0)))
    said = f"/Size 11 /W [1 4 1] /Root 1 0 R /Index [1 1 9 1] /Length {len(rows)}"
    index = f"10 0 obj\n<< /Type /XRef {said} >>\nstream\n"
    return whole + index.encode() + rows + f"\nendstream\nendobj\nstartxref\n{len(whole)}\n%%EOF".encode()


def refused() -> dict[str, Refused]:
    """By what each is: the name it is sent under, its bytes, and what is wrong."""
    found: dict[str, Refused] = {}
    bodies = {"program": MZ, "Linux program": ELF, "old office file": OLE, "page": HTML, "drawing": SVG}
    good = {"pdf": pdf(), "docx": word(), "jpg": picture("JPEG"), "png": picture("PNG")}
    for what, body in {**bodies, **good}.items():
        for extension in EXTENSIONS_ONCE:
            if what not in (extension, *(("docx",) if extension == "xlsx" else ())):
                is_binary = body == ELF and extension in ("docx", "xlsx")
                fault = Fault.DAMAGED if is_binary else Fault.OTHERWISE
                found[f"{what} as {extension}"] = (f"letter.{extension}", body, fault)
    found["a Word document as a workbook"] = ("table.xlsx", word(), Fault.OTHERWISE)
    names = ["run.exe", "page.html", "drawing.svg", "letter.docm", "letter.doc", "letter.pdf.exe", "letter"]
    found |= {f"the name {name}": (name, pdf(), Fault.KIND) for name in names}
    found |= {
        "an empty file": ("letter.pdf", b"", Fault.EMPTY),
        "more than 20 MB": ("note.txt", b"a" * (20 * MEGABYTE + 1), Fault.LARGE),
        "a locked PDF": ("letter.pdf", locked_pdf("secret"), Fault.LOCKED),
        "a PDF locked against changes": ("letter.pdf", locked_pdf(""), Fault.LOCKED),
        "a PDF cut short": ("letter.pdf", pdf()[:300], Fault.DAMAGED),
        "the first words of a PDF": ("letter.pdf", b"%PDF-1.7\n%%EOF", Fault.DAMAGED),
        "a PDF that unpacks without end": ("letter.pdf", packed_pdf_bomb(), Fault.DAMAGED),
        "a PNG of 100 megapixels": ("screen.png", flat_png(10_000, 10_000), Fault.LARGE),
        "an endless PNG": ("screen.png", flat_png(2_000_000_000, 2), Fault.LARGE),
        "half a JPEG": ("photo.jpg", jpeg_with_a_place()[:300], Fault.DAMAGED),
        "a PNG with a broken middle": (
            "screen.png",
            picture("PNG", (300, 300))[:60] + b"\x00" * 600,
            Fault.DAMAGED,
        ),
        "text with a null byte": ("note.txt", b"before\x00after" * 10, Fault.OTHERWISE),
        "a script of the shell": ("note.txt", b"#!/bin/sh\nrm -rf /\n", Fault.OTHERWISE),
        "letters of no code": ("note.txt", b"\x81\x8d\x8f\x90\x9d" * 20, Fault.OTHERWISE),
        "rich text": ("note.txt", rb"{\rtf1\ansi hello}", Fault.OTHERWISE),
        "escape codes": ("note.txt", b"hello \x1b]8;;http://example.org\x07link", Fault.OTHERWISE),
    }
    twice = io.BytesIO(word())
    with zipfile.ZipFile(twice, "a") as opened:
        opened.writestr("word/Document.xml", "<x/>")
    renamed = macro_types("word/document.xml", "wordprocessingml.document")
    documents: dict[str, tuple[bytes, Fault]] = {
        "macros": (word({"word/vbaProject.bin": OLE}), Fault.MACROS),
        "macros listed in numbers": (word(types=renamed), Fault.MACROS),
        "macros reached by another name": (word(relation("vbaProject", "x.xml", "")), Fault.MACROS),
        "a control": (word({"word/activeX/activeX1.xml": "<x/>"}), Fault.OTHERS),
        "an embedded object": (word({"word/embeddings/oleObject1.bin": OLE}), Fault.OTHERS),
        "an object called a picture": (word({"word/media/image1.png": OLE}), Fault.OTHERS),
        "an embedded workbook": (word({"word/embeddings/Workbook1.xlsx": excel()}), Fault.OTHERS),
        "an embedded workbook by another name": (word(relation("package", "x.xml", "")), Fault.OTHERS),
        "a program": (word({"word/media/run.exe": MZ}), Fault.OTHERS),
        "a page inside": (word(relation("aF&#67;hunk", "x.htm", "")), Fault.OTHERS),
        "a remote template": (word(relation("attachedTemplate", "https://example.org/t.dotm")), Fault.OTHERS),
        "a remote template in numbers": (
            word(relation("attachedTemplate", "https://x.org", 'TargetMode="&#69;xternal"')), Fault.OTHERS,
        ),
        "a remote picture": (word(relation("image", "https://example.org/x.png")), Fault.OTHERS),
        "links that are no XML": (word({"word/_rels/document.xml.rels": "<Relationships><Rel"}), Fault.DAMAGED),
        "an entity": (word(types='<!DOCTYPE x [<!ENTITY a "aa">]><Types>&a;</Types>'), Fault.DAMAGED),
        "a part twice": (twice.getvalue(), Fault.DAMAGED),
        "a broken picture": (word({"word/media/a.jpg": jpeg_with_a_place()[:300]}), Fault.DAMAGED),
        "a password": (locked_archive(), Fault.LOCKED),
        "a lie about its size": (lying_archive(), Fault.DAMAGED),
        "60 MB of zeros": (word({"word/x.xml": b"0" * (60 * MEGABYTE)}), Fault.HEAVY),
        "5,001 parts": (word({f"word/{n}.xml": "<x/>" for n in range(5001)}), Fault.HEAVY),
        "pictures of 250 megapixels": (
            word({f"word/media/{n}.png": flat_png(7_000, 7_000) for n in range(5)}), Fault.HEAVY,
        ),
    }  # fmt: skip
    found |= {f"a document with {what}": ("letter.docx", *each) for what, each in documents.items()}
    books = {
        "macros": (excel({"xl/vbaProject.bin": OLE}), Fault.MACROS),
        "old macros": (excel({"xl/macrosheets/sheet1.xml": "<x/>"}), Fault.MACROS),
        "macros listed": (excel(types=macro_types("xl/workbook.xml", "spreadsheetml.sheet")), Fault.MACROS),
        "other workbooks": (excel({"xl/externalLinks/externalLink1.xml": "<x/>"}), Fault.OTHERS),
        "a control": (excel({"xl/ctrlProps/ctrlProp1.xml": "<x/>"}), Fault.OTHERS),
    }
    return found | {f"a workbook with {what}": ("table.xlsx", *each) for what, each in books.items()}


REFUSED = refused()


@pytest.mark.parametrize("label", REFUSED)
def test_a_hostile_file_is_refused_with_what_to_do(label: str) -> None:
    name, content, fault = REFUSED[label]
    with pytest.raises(FileRefused) as raised:
        inspect(name, content)
    assert raised.value.fault == fault
    assert raised.value.message.startswith(("Choose", "This", "The pictures"))
    assert "choose" in raised.value.message.lower()


# ------------------------------------------------------------------------------------------ cleaned

SCRIPT = "<< /S /JavaScript /JS (app.alert(1)) >>"
PAGE = "https://example.org/secret"
# By what each is: what is put in, into the catalogue, the first page, a note on it, or a form field.
ACTS = {
    "a script that opens": ("catalogue", f"<< /OpenAction {SCRIPT} >>"),
    "a disguised script": ("catalogue", "<< /Open#41ction << /S /J#61vaScr#69pt /J#53 (app.alert(1)) >> >>"),
    "a program that opens": ("catalogue", "<< /OpenAction << /S /Launch /F (cmd.exe) >> >>"),
    "an address that opens": ("catalogue", f"<< /OpenAction << /S /URI /URI ({PAGE}) >> >>"),
    "an address after a page": (
        "catalogue", f"<< /OpenAction << /S /GoTo /D [0 /Fit] /Next << /S /URI /URI ({PAGE}) >> >> >>",
    ),
    "an address when it is closed": ("catalogue", f"<< /AA << /WC << /S /URI /URI ({PAGE}) >> >> >>"),
    "scripts by name": ("catalogue", f"<< /Names << /JavaScript << /Names [(a) {SCRIPT}] >> >> >>"),
    "a form of XML": ("catalogue", "<< /AcroForm << /Fields [] /XFA (app.alert) >> >>"),
    "a portfolio": ("catalogue", "<< /Collection << /View /H >> >>"),
    "a script on its page": ("page", f"<< /AA << /O {SCRIPT} >> >>"),
    "a thread of another document": ("page", "<< /AA << /O << /S /Thread /F (secret.pdf) /D 0 >> >> >>"),
    "a program behind a note": ("note", "<< /Subtype /Link /A << /S /Launch /F (cmd.exe) >> >>"),
    "another document": ("note", "<< /Subtype /Link /A << /S /GoToR /F (secret.pdf) /D [0 /Fit] >> >>"),
    "a form that sends": ("note", f"<< /Subtype /Widget /A << /S /SubmitForm /F ({PAGE}) >> >>"),
    "data to import": ("note", "<< /Subtype /Widget /A << /S /ImportData /F (secret.fdf) >> >>"),
    "a script behind a field": ("note", f"<< /Subtype /Widget /AA << /K {SCRIPT} >> >>"),
    "a film": ("note", "<< /Subtype /RichMedia /RichMediaContent << /Assets (secret.swf) >> >>"),
}  # fmt: skip
GONE = (
    b"/JavaScript", b"/JS", b"app.alert", b"/Launch", b"cmd.exe", b"secret", b"/XFA", b"/Collection", b"/SubmitForm",
    b"/EmbeddedFile", b"/EF", b"/AA", b"/OpenAction",
)  # fmt: skip


def with_act(place: str, act: str) -> bytes:
    """A PDF with this in the place named."""
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        said = pikepdf.Object.parse(act.encode())
        if place == "note":
            notes = pikepdf.Array([made.make_indirect(said)])
            made.pages[0].obj["/Annots"] = notes
            made.Root["/AcroForm"] = pikepdf.Dictionary(Fields=notes)
        else:
            holder = made.Root if place == "catalogue" else made.pages[0].obj
            for name, value in said.items():
                holder[name] = value
        made.save(into)
    return into.getvalue()


def words_of(content: bytes) -> bytes:
    """A PDF with nothing packed."""
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(into, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return into.getvalue()


@pytest.mark.parametrize("label", ACTS)
def test_what_acts_in_a_pdf_is_taken_out(label: str) -> None:
    given = with_act(*ACTS[label])
    assert any(word in words_of(given) for word in GONE)
    kept = words_of(inspect("letter.pdf", given).content)
    assert [word for word in GONE if word in kept] == []
    assert b"/Contents" in kept


@pytest.mark.parametrize("pinned", [False, True])
def test_a_file_within_a_pdf_is_taken_out(pinned: bool) -> None:
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        spec = pikepdf.AttachedFileSpec(made, b"MZ secret", filename="secret.exe")
        if pinned:
            note = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, FS=spec.obj
            )
            made.pages[0].obj["/Annots"] = pikepdf.Array([made.make_indirect(note)])
        else:
            made.attachments["secret.exe"] = spec
            made.Root["/AF"] = pikepdf.Array([spec.obj])
        made.save(into)
    kept = words_of(inspect("letter.pdf", into.getvalue()).content)
    assert [word for word in (*GONE, b"MZ") if word in kept] == []


POLYGLOTS = {"a page": HTML, "a program": MZ, "an archive": b"PK\x03\x04secret"}


@pytest.mark.parametrize("more", POLYGLOTS)
@pytest.mark.parametrize("name", ["letter.pdf", "letter.docx", "table.xlsx", "photo.jpg", "screen.png"])
def test_what_hangs_on_a_file_is_taken_off_or_refused(name: str, more: str) -> None:
    try:
        kept = inspect(name, seeds()[name] + POLYGLOTS[more]).content
    except FileRefused:
        return
    assert POLYGLOTS[more][:20] not in kept


# ------------------------------------------------------------------------------------------ metadata


def noted_png() -> bytes:
    """A picture with words about the place of a refuge."""
    info, into = PngInfo(), io.BytesIO()
    info.add_text("Comment", "the refuge in Example Street")
    Image.linear_gradient("L").save(into, "PNG", pnginfo=info)
    return into.getvalue()


def media_of(content: bytes) -> dict[str, bytes]:
    """The pictures within an office file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist() if "media" in part.filename}


PICTURES = {
    "photo.jpg": jpeg_with_a_place(),
    "screen.png": noted_png(),
    "letter.docx": word({"word/media/a.jpeg": jpeg_with_a_place(), "word/media/b.png": noted_png()}),
    "table.xlsx": excel({"xl/media/a.jpeg": jpeg_with_a_place(), "xl/media/b.png": noted_png()}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_loses_where_and_with_what_it_was_taken(name: str) -> None:
    given, kept = PICTURES[name], inspect(name, PICTURES[name]).content
    before, after = (media_of(each) if name.endswith("x") else {name: each} for each in (given, kept))
    assert list(after) == list(before)
    for part, each in after.items():
        assert b"refuge" in before[part]
        assert b"refuge" not in each
        opened = Image.open(io.BytesIO(each))
        assert dict(opened.getexif()) == {}
        assert opened.size == Image.open(io.BytesIO(before[part])).size


# ------------------------------------------------------------------------------------------ good files


def workbook() -> bytes:
    """A workbook as a program writes it: sums, a link, a picture and a chart."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into) as book:
        sheet = book.add_worksheet("Visits")
        sheet.write_column("A1", [1, 2, 3])
        sheet.write_formula("A4", "=SUM(A1:A3)")
        sheet.write_url("B1", "https://www.example.org/help")
        sheet.insert_image("C1", "a.png", {"image_data": io.BytesIO(picture("PNG"))})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Visits!$A$1:$A$3"})
        sheet.insert_chart("D1", chart)
    return into.getvalue()


def good() -> dict[str, tuple[str, bytes]]:
    """Files that people send every day."""
    body = '<h1>Letter</h1><p><a href="https://example.org">A link</a></p>' + "<p>Words</p>" * 400
    link = relation("hyperlink", "https://www.example.org/vba-project-course")
    rich: dict[str, str | bytes] = {"word/media/a.png": picture("PNG"), "word/media/b.gif": b"GIF89a", **link}
    return {
        **{name: (name, content) for name, content in seeds().items()},
        "a PDF that screen readers read": ("letter.pdf", pdf(body, pdf_variant="pdf/ua-1")),
        "a PDF with nothing packed": ("letter.pdf", pdf(body, uncompressed_pdf=True)),
        "a letter with pictures and links": ("letter.docx", word(rich)),
        "a letter that is not packed": ("letter.docx", word(rich, compress=zipfile.ZIP_STORED)),
        "a workbook with a printer": (
            "table.xlsx",
            excel({"xl/printerSettings/printerSettings1.bin": b"\x00" * 50}),
        ),
        "a workbook with a chart": ("table.xlsx", workbook()),
        "a note of Windows": ("note.txt", "Zoë said “no” – twice".encode("cp1252")),
    }


GOOD = good()


@pytest.mark.parametrize("label", GOOD)
def test_a_good_file_is_taken_and_may_be_sent_again(label: str) -> None:
    name, content = GOOD[label]
    taken = inspect(name, content)
    assert taken.extension in EXTENSIONS
    again = inspect(f"again.{taken.extension}", taken.content)
    assert again.content_type == taken.content_type
    if name.endswith("x"):
        with (
            zipfile.ZipFile(io.BytesIO(content)) as given,
            zipfile.ZipFile(io.BytesIO(taken.content)) as kept,
        ):
            assert kept.namelist() == given.namelist()
            words = [each for each in given.namelist() if each.endswith((".xml", ".rels"))]
            assert [kept.read(each) for each in words] == [given.read(each) for each in words]
    if name.endswith("txt"):
        assert "Zoë" in taken.content.decode()


@pytest.mark.parametrize("name", seeds())
def test_a_hundred_spoilt_copies_are_refused_or_still_what_they_are_named(name: str) -> None:
    """No error but a refusal, whatever is changed."""
    numbers, seed = random.Random(name), seeds()[name]
    for _ in range(100):
        spoilt = bytearray(seed)
        for _ in range(numbers.randrange(1, 12)):
            at, length = numbers.randrange(max(1, len(spoilt))), numbers.randrange(1, 40)
            end = at + numbers.choice((0, 1, length))
            spoilt[at:end] = numbers.choice((b"", numbers.randbytes(length), seed[: length * 10]))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                taken = inspect(name, bytes(spoilt))
            except FileRefused:
                continue
        assert inspect(f"again.{taken.extension}", taken.content).extension == taken.extension


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\letter.pdf", "letter.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a b Set-Cookie x.pdf"),
        ("   .pdf", "document.pdf"),
        ("x" * 400 + ".PDF", "x" * 120 + ".pdf"),
        ("Zoë\u200b 's letter.pdf", "Zoë 's letter.pdf"),
    ],
)
def test_a_name_is_one_name_without_anything_hidden(given: str, kept: str) -> None:
    assert safe_name(given, "pdf") == kept
