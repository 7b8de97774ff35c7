"""PDFs, written again by pikepdf without what acts by itself: scripts, actions, forms that send, and other files."""

import io
import warnings

import pikepdf
from pikepdf.sanitize import Sanitizer
from pikepdf.settings import set_qpdf_limits

from cse_portal.files.errors import Fault, FileRefused

# Objects are packed together, some hundred in each stream. A larger one is there to keep a reader busy.
MOST_UNPACKED = 16 * 1024 * 1024
MOST_WARNINGS = 1000
set_qpdf_limits(
    flate_max_memory=MOST_UNPACKED, run_length_max_memory=MOST_UNPACKED, doc_max_warnings=MOST_WARNINGS
)

_SANITIZER = (
    Sanitizer().remove_javascript().remove_external_access().remove_attachments().remove_multimedia().remove_collection()
)  # fmt: skip


def cleaned(content: bytes) -> bytes:
    """The PDF as a new one. Its pages look the same; links to web pages no longer open."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise _locked()
            _SANITIZER.apply(document)
            _drop_open_actions(document)
            into = io.BytesIO()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of notes in the form that no field belongs to
                document.save(into, stream_decode_level=pikepdf.StreamDecodeLevel.none)
            return into.getvalue()
    except pikepdf.PasswordError:
        raise _locked() from None
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError):
        words = "This PDF is damaged. Print it to a new PDF, and choose that"
        raise FileRefused(Fault.DAMAGED, words) from None


def _drop_open_actions(document: pikepdf.Pdf) -> None:
    """What happens when it is opened, and forms of XML, which have scripts of their own."""
    for name in ("/OpenAction", "/AA"):
        if name in document.Root:
            del document.Root[name]
    for page in document.pages:
        if "/AA" in page.obj:
            del page.obj["/AA"]
    form = document.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        del form["/XFA"]


def _locked() -> FileRefused:
    words = "This PDF is locked with a password. Save it without one, and choose that"
    return FileRefused(Fault.LOCKED, words)
