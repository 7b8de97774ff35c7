"""A file handed to a browser: to be saved; only a picture that was drawn anew is shown on a page."""

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


def portrait(content: bytes) -> HttpResponse:
    """A picture for a page, drawn anew when it was kept."""
    headers = {"Content-Security-Policy": SEALED, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)
