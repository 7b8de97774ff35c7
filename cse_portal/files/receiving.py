"""A post is let in only up to a size: what is longer fills no disk, and is refused before anybody asks whose it is."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_POSTED = (
    60 * 1024 * 1024
)  # three times the largest file, so that a file a little too large is answered on its page


class LimitedUpload(FileUploadHandler):
    """Stands before Django's own handlers."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse by the length that is announced: no more than that is ever read."""
        if content_length > MOST_POSTED:
            raise RequestDataTooBig("A post was longer than any page of the portal sends.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""
