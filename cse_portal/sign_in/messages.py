"""Messages wait for a page that somebody reads."""

from typing import Any

from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpResponseBase

from cse_portal.sign_in.sessions import asked_by_itself


class MessagesForReaders(SessionStorage):
    """What an open page fetches by itself shows no message, and takes none from the page that its reader loads next."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return ([], True) if asked_by_itself(self.request) else super()._get(*args, **kwargs)  # type: ignore[misc]

    def update(self, response: HttpResponseBase) -> list[Message] | None:
        """Write down what is left to show."""
        return None if asked_by_itself(self.request) else super().update(response)
