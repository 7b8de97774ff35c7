"""Adding a document to a case, and removing one."""

from typing import Any

from cases.documents.models import DocumentKind
from cse_portal.files import Fault, FileRefused
from cse_portal.ui.forms import LongTextField, PortalForm, RadioField, TextField, UploadField

CHOOSE_AGAIN = "Choose the file again: a browser lets go of it when a page comes back"


class FileForm(PortalForm):
    """A file that somebody brings."""

    file = UploadField(
        label="File", required_error="Choose a file",
        help_text="PDF, Word, Excel, JPEG, PNG or plain text, smaller than 20 MB. We remove where and when a picture "
        "was taken, except within a PDF. We also remove links and attachments from a PDF. Check a Word or Excel file "
        "for names and comments that should not be there.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """When something else is wrong, the file must be chosen again: say so beside it."""
        said = super().clean() or {}
        if self.errors and "file" not in self.errors:
            self.add_error("file", CHOOSE_AGAIN)
        return said

    @property
    def fault(self) -> Fault | None:
        """What is wrong with the file that was chosen; nothing of one to come."""
        if isinstance(self.refusal, FileRefused):
            return self.refusal.fault
        codes = [error.code for error in self.errors.as_data().get("file", [])] if self.is_bound else []
        return next((Fault(code) for code in codes if code in Fault.values), None)


class DocumentForm(FileForm):
    """A file, and what the others need to know of it before they open it."""

    title = TextField(
        label="What is it?", max_length=150, required_error="Say what the document is",
        help_text="For example, Letter from the school about attendance",
    )  # fmt: skip
    kind = RadioField(label="Kind of document", choices=DocumentKind.choices, small=True)
    handling = TextField(
        label="How must it be handled?", max_length=300, required=False,
        help_text="Only if there is something to know. For example, Not to be shown to the family",
    )  # fmt: skip

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        file = self.cleaned_data["file"]
        words = {name: self.cleaned_data[name] for name in ("title", "handling")}
        return {
            **words,
            "kind": DocumentKind(self.cleaned_data["kind"]),
            "name": file.name,
            "content": file.read(),
        }


class RemovalForm(PortalForm):
    """Why a document comes off the case."""

    reason = LongTextField(
        label="Why is it removed?",
        help_text="Everybody who sees the case can read this. For example, It was about another family",
        required_error="Say why it is removed", max_length=500, count=True,
    )  # fmt: skip
