"""What every operation of the API may answer besides its own, declared once: the problem documents of problems.py."""

from http import HTTPStatus
from typing import Any

from cse_portal.api.problems import CONTENT_TYPE

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457), and in words what to do.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "What is wrong, field by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
WORDS = {
    HTTPStatus.BAD_REQUEST: "The request could not be read, or some answers need changing.",
    HTTPStatus.UNAUTHORIZED: "Not signed in, and no token that opens anything.",
    HTTPStatus.FORBIDDEN: "No second factor shown, or not this person's to do.",
    HTTPStatus.NOT_FOUND: "Nothing is at this address, or it is not this person's to see.",
    HTTPStatus.CONFLICT: "Not now: the state of things does not allow it.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not JSON.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests: wait as long as Retry-After says.",
}


def declare_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular: adds to every operation the refusals it shares with all others."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            for status in _refusals(operation):
                operation["responses"].setdefault(str(status.value), _answer(status))
    return result


def _refusals(operation: dict[str, Any]) -> list[HTTPStatus]:
    writes = "requestBody" in operation
    narrow = {HTTPStatus.UNSUPPORTED_MEDIA_TYPE: writes, HTTPStatus.CONFLICT: writes or _names_one(operation)}
    return [status for status in WORDS if narrow.get(status, True)]


def _names_one(operation: dict[str, Any]) -> bool:
    return any(each["in"] == "path" for each in operation.get("parameters", ()))


def _answer(status: HTTPStatus) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": WORDS[status], "content": {CONTENT_TYPE: {"schema": schema}}}
