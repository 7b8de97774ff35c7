"""A file handed to a browser: to be saved, never shown in the portal's own window."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SEALED = "default-src 'none'; sandbox"


def attachment(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """The file under its name. Should a browser show it all the same, nothing in it runs or reaches anywhere."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Content-Security-Policy": SEALED,
            "X-Content-Type-Options": "nosniff",
        },
    )
