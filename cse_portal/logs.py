"""What a log says about an error: its kind and where it happened. Never its message, which may hold a name."""

import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def where_it_broke(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the lines it passed through, innermost last."""
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, BaseException):
        event["error"] = type(problem).__name__
        event["at"] = [_line(frame) for frame in traceback.extract_tb(problem.__traceback__)]
    return event


def _line(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    return f"{place}:{frame.lineno} {frame.name}"
