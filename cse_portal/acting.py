"""On whose behalf the code runs: a person, the system itself, or nobody. PostgreSQL is told, and answers accordingly.

A request acts for whoever is signed in, a job for the system. Outside both nobody acts, and the tables that hang on a
child's case are empty.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person by their key, with the role they act in and what it opens; or the system."""

    key: str
    role: str = ""
    opens: str = ""


SYSTEM = Actor("system")
NOBODY: Actor | None = None

_actor: ContextVar[Actor | None] = ContextVar("actor")
default: Actor | None = NOBODY


def current() -> Actor | None:
    """Who acts just now."""
    return _actor.get(default)


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Everything inside is asked and written on this actor's behalf."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def for_the_system() -> AbstractContextManager[None]:
    """What no person asks for: jobs, clocks, and the few questions whose answer is about rows nobody is shown."""
    return acting(SYSTEM)
