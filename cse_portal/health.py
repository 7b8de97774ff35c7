"""Whether the portal is alive, and whether it is ready: two addresses for the machine that watches it.

They answer without signing in, say nothing about anybody, and are not part of the product's pages.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis import RedisError

from cse_portal.access import row_security, server_log
from cse_portal.audit.keeping import last_check, minutes_in_clear, seals_are_late
from cse_portal.files import scanner

# The sealer comes every minute; this is longer than it takes when much has changed.
NOTED_MINUTES = 2
IN_CLEAR = "what changed rows held lies unencrypted since {} minutes"


@login_not_required
@transaction.non_atomic_requests
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of the database, so that a slow one restarts nobody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@transaction.non_atomic_requests
def ready(request: HttpRequest) -> JsonResponse:
    """The database, its row-level security, Redis and the migrations are as this code needs them.

    The notes are for whoever reads them: they keep nobody from being served.
    """
    problems = [name for name, check in CHECKS.items() if not check()]
    status = "unavailable" if problems else "ok"
    answer = {"status": status, "problems": problems, "notes": [] if problems else _notes()}
    return JsonResponse(answer, status=503 if problems else 200)


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


def _rows_are_secured() -> bool:
    try:
        return not row_security.problems()
    except DatabaseError:
        return False


def _redis_answers() -> bool:
    try:
        cache.get("ready")
    except RedisError:
        return False
    return True


def _notes() -> list[str]:
    notes = ["audit seals are late"] if seals_are_late() else []
    notes += [IN_CLEAR.format(minutes)] if (minutes := minutes_in_clear()) > NOTED_MINUTES else []
    notes += server_log.problems()
    notes += [said] if (said := last_check()) else []
    if not scanner.is_configured():
        return [*notes, "no virus scanner: files are checked by what is in them alone"]
    return notes if scanner.answers() else [*notes, "the virus scanner does not answer: new files wait"]


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "migrations": _migrations_are_applied,
    "row security": _rows_are_secured,
    "redis": _redis_answers,
}
