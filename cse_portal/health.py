"""Whether the portal is alive, and whether it is ready: two addresses for the machine that watches it.

They answer without signing in, say nothing about anybody, and are not part of the product's pages. What is wrong with
the portal is told to the operator's own network alone, and however many ask, it is looked up every few seconds.
"""

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis import RedisError

from cse_portal.access import request_origin
from cse_portal.audit import verification
from cse_portal.files import scanner

# For the scanner, and for somebody else who is just looking: anyone who watches the portal wants to know now.
SCANNER_SECONDS = 2
PATIENCE_SECONDS = 5
SLOW = "an answer that takes long"


class Kept:
    """What is found is kept for a few seconds, and one at a time looks: nobody keeps the servers busy by asking."""

    def __init__(self, look: Callable[[], list[str]]) -> None:
        self._look = look
        self._one_at_a_time = threading.Lock()
        self._found: list[str] = []
        self._at = float("-inf")

    def found(self) -> list[str]:
        """As it was a moment ago; SLOW where anyone who looks does not come back."""
        if not self._one_at_a_time.acquire(timeout=PATIENCE_SECONDS):
            return [SLOW]
        try:
            if not 0 <= time.monotonic() - self._at < settings.READY_KEPT_SECONDS:
                self._found, self._at = self._look(), time.monotonic()
            return self._found
        finally:
            self._one_at_a_time.release()


@login_not_required
@transaction.non_atomic_requests
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of the database, so that a slow one restarts nobody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@transaction.non_atomic_requests
def ready(request: HttpRequest) -> JsonResponse:
    """The database, Redis and the migrations are as this code needs them.

    What is not, and the notes, are for the operator; a stranger hears whether people are served. The notes keep
    nobody from being served.
    """
    problems = PROBLEMS.found()
    answer: dict[str, str | list[str]] = {"status": "unavailable" if problems else "ok"}
    if request_origin.asks_from_inside(request):
        answer |= {"problems": problems, "notes": [] if problems else NOTES.found()}
    return JsonResponse(answer, status=503 if problems else 200)


def find_problems() -> list[str]:
    """What keeps this process from serving people."""
    return [name for name, check in CHECKS.items() if not check()]


def find_notes() -> list[str]:
    """What somebody should see to."""
    notes = verification.notes()
    if not scanner.is_configured():
        return [*notes, "no virus scanner: files are checked by what is in them alone"]
    if not scanner.answers(within=SCANNER_SECONDS):
        notes.append("the virus scanner does not answer: new files wait")
    return notes


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations_are_applied() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _redis_answers() -> bool:
    try:
        cache.get("ready")
    except RedisError:
        return False
    return True


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "migrations": _migrations_are_applied,
    "redis": _redis_answers,
}
PROBLEMS, NOTES = Kept(find_problems), Kept(find_notes)
