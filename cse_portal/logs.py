"""What a log says about an error: its kind and where it happened. Never its message, which may hold a name; nor of an
address the part that opens an account to anyone who has it.
"""

import copy
import datetime as dt
import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parents[1]
# An invitation's token, in three parts, and the key for a new password are longer than the key of a row, which has 36.
_OPENS = re.compile(r"(?<=/)[\w:-]{40,}(?=/|$)")


def without_keys(words: str) -> str:
    """An address, or a line with one, as a log may have it: anyone who reads it could use an invitation first."""
    return _OPENS.sub("…", words)


def exception_without_text(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the lines it passed through, innermost last."""
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, BaseException):
        event["error"] = type(problem).__name__
        event["at"] = [_line(frame) for frame in traceback.extract_tb(problem.__traceback__)]
    return event


class QuietFormatter(logging.Formatter):
    """What Django, Celery and libraries log, in the same shape: one line of JSON, an error without its words.

    PostgreSQL puts the value that broke a rule into its message: "Key (nhs_number)=(…) already exists".
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line; a break in what somebody sent is written as a sign and starts no new one."""
        quiet = copy.copy(record)
        quiet.args = _quiet(record.args)
        event: dict[str, Any] = {
            **structlog.contextvars.get_contextvars(),
            "event": without_keys(quiet.getMessage()),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
        }
        if record.exc_info:
            event["exc_info"] = record.exc_info[1]
        return json.dumps(exception_without_text(None, "", event), default=str)


def _quiet(words: Any) -> Any:
    """The words of a log line, with the kind of an error in place of the error. Celery has it ready in words."""
    if isinstance(words, Mapping):
        return {name: "an error" if name == "exc" else _kind(each) for name, each in words.items()}
    return tuple(map(_kind, words)) if isinstance(words, tuple) else words


def _kind(word: Any) -> Any:
    return type(word).__name__ if isinstance(word, BaseException) else word


def _line(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    return f"{place}:{frame.lineno} {frame.name}"
