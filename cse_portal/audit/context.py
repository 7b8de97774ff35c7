"""The request an act belongs to, carried beside the code so that no service needs a request."""

import uuid
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from cse_portal import acting

T = TypeVar("T")

_origin: ContextVar[tuple[str, str]] = ContextVar("origin", default=("", ""))
_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("memory", default=None)


def request_id() -> uuid.UUID:
    """The running request's or job's id; a fresh one outside both."""
    return acting.request_id.get() or uuid.uuid4()


def remember_origin(*, session: str, network: str) -> None:
    """From here on the running request's events say in which session it was made, and from which network."""
    if acting.request_id.get() is not None:
        _origin.set((session, network))


def origin() -> tuple[str, str]:
    """The running request's session and network; both empty in a job."""
    return _origin.get()


@contextmanager
def request(identifier: uuid.UUID | None = None) -> Iterator[uuid.UUID]:
    """Everything recorded inside belongs to one request or job."""
    token, memory = acting.request_id.set(identifier or uuid.uuid4()), _memory.set({})
    origin_before = _origin.set(("", ""))
    try:
        yield request_id()
    finally:
        acting.request_id.reset(token)
        _memory.reset(memory)
        _origin.reset(origin_before)


@contextmanager
def job() -> Iterator[uuid.UUID]:
    """As a request, on behalf of the system: what a clock or the queue asks for."""
    with request() as identifier, acting.for_the_system():
        yield identifier


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` returns, asked once in a request or job; outside both, asked every time."""
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return memory[key]


def forget(key: Hashable) -> None:
    """What was remembered under this key may no longer be so."""
    if (memory := _memory.get()) is not None:
        memory.pop(key, None)


def forget_everything() -> None:
    """What was remembered may have been undone."""
    if (memory := _memory.get()) is not None:
        memory.clear()
