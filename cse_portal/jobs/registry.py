"""Which function does a kind of job, what the waiting page calls it, and who may watch it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cse_portal.accounts.models import User
from cse_portal.jobs.models import Job

if TYPE_CHECKING:
    from cse_portal.jobs.services import Run

Work = Callable[["Run"], None]


def asked_for_it(user: User, job: Job) -> bool:
    """The person who asked may watch, and no one else."""
    return job.requested_by_id is not None and job.requested_by_id == user.pk


@dataclass(frozen=True)
class Handler:
    """One kind of job. `done_url` leads from the waiting page to the result."""

    kind: str
    work: Work
    title: str
    may_watch: Callable[[User, Job], bool] = asked_for_it
    done_url: Callable[[Job], str] | None = None


_handlers: dict[str, Handler] = {}


def handler(
    kind: str,
    *,
    title: str,
    may_watch: Callable[[User, Job], bool] = asked_for_it,
    done_url: Callable[[Job], str] | None = None,
) -> Callable[[Work], Work]:
    """Register what does this kind of job: a function in its app's tasks.py that calls a service."""

    def register(work: Work) -> Work:
        if kind in _handlers:
            raise ValueError(f"{kind} has two handlers")
        _handlers[kind] = Handler(kind, work, title, may_watch, done_url)
        return work

    return register


def find(kind: str) -> Handler:
    """The handler of a kind; KeyError when no app has registered one."""
    return _handlers[kind]


def known(kind: str) -> bool:
    """Whether some app does this kind of job."""
    return kind in _handlers
