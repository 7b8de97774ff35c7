"""What the API takes: requests of people who signed in, and JSON. What cannot be read is a 400, no fault of ours."""

import json
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from cse_portal.accounts.models import User


class SignedInRequest(Request):
    """A request that passed the sign-in middleware."""

    user: User


class StrictJSONParser(JSONParser):
    """JSON that nests no deeper than we can follow, and whose text is text: half a character has no bytes."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        """The document; ParseError if it can be neither followed nor written down."""
        try:
            document: dict[str, Any] = super().parse(stream, media_type, parser_context)
            json.dumps(document, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except UnicodeEncodeError:
            raise ParseError("The JSON holds half of a character: a surrogate without its pair.") from None
        return document
