"""The request an act belongs to, carried beside the code so that no service needs a request."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request_id: ContextVar[uuid.UUID | None] = ContextVar("request_id", default=None)


def request_id() -> uuid.UUID:
    """The running request's or job's id; a fresh one outside both."""
    return _request_id.get() or uuid.uuid4()


@contextmanager
def request(identifier: uuid.UUID | None = None) -> Iterator[uuid.UUID]:
    """Everything recorded inside belongs to one request or job."""
    token = _request_id.set(identifier or uuid.uuid4())
    try:
        yield request_id()
    finally:
        _request_id.reset(token)
