"""A connection that tells PostgreSQL who acts, before its next question and for this transaction only.

Row-level security reads it from there. What is told is signed, for this server process, with a key that only the portal
and the database's owner hold: a statement that somebody managed to inject can repeat it, and never become anybody else.
"""

import hashlib
import hmac
import time
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.backends.postgresql import base
from django.utils import timezone

from cse_portal import acting
from cse_portal.access.postgresql import prepared
from cse_portal.audit import context

TELL = "SELECT gate.enter(%s, %s, %s, %s, %s, %s)"
TELL_NOBODY = "SELECT set_config('gate.me', '', true)"
# All that a session can set, hold open or wait for, but what it has prepared: DISCARD ALL would let that go, too.
LET_GO = "CLOSE ALL; UNLISTEN *; RESET ALL; SELECT pg_advisory_unlock_all()"
Told = tuple[acting.Actor | None, str]
NOTHING: Told = (acting.NOBODY, "")


def _who_and_for_what() -> Told:
    """Who acts, and in which request: the change log names both. Of nobody there is nothing to tell."""
    actor = acting.current()
    return (actor, context.request_word()) if actor is not acting.NOBODY else NOTHING


class DatabaseWrapper(base.DatabaseWrapper):
    """Keeps in step with the transaction: what was told ends with it, and may be undone with a savepoint."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told = NOTHING
        self._told_is_known = True
        self._is_quiet = False
        self._prepared: prepared.Prepared | None = None
        self.execute_wrappers.append(self._tell_first)

    def _tell_first(self, execute: Any, sql: str, params: Any, many: bool, about: Any) -> Any:
        now = _who_and_for_what()
        if self._is_quiet or now == self._told and self._told_is_known:
            return self._ask(execute, sql, params, many, about)
        if self.in_atomic_block:
            self._tell(now)
            return self._ask(execute, sql, params, many, about)
        # A statement of its own is a transaction of its own.
        with transaction.atomic(using=self.alias):
            self._tell(now)
            return execute(sql, params, many, about)

    def _ask(self, execute: Any, sql: str, params: Any, many: bool, about: Any) -> Any:
        """As it is, or by the name under which this connection has it prepared."""
        name = None if many or self._is_quiet else self._name_of(sql, params, about)
        if name is None:
            return execute(sql, params, many, about)
        try:
            return execute(prepared.asking(name, params), params, many, about)
        except DatabaseError:
            # Whatever was wrong, none of these is asked again: a table may have changed, or somebody let them go.
            self._prepared, self.close_at = None, time.monotonic()
            raise

    def _name_of(self, sql: str, params: Any, about: Any) -> str | None:
        # Whoever listens to questions hears them whole; and nobody, as whom tables are made, asks the same all day.
        is_listened_to = self.queries_logged or len(self.execute_wrappers) > 1
        if is_listened_to or not self.in_atomic_block or not prepared.is_worth_it(sql, params):
            return None
        if self._told[0] is acting.NOBODY or about["cursor"].cursor.name is not None:
            return None
        if self._prepared is None or self._prepared.connection is not self.connection:
            self._prepared = prepared.Prepared(self.connection)
        with self.wrap_database_errors:
            return self._prepared.name_of(sql, params)

    def _tell(self, now: Told) -> None:
        actor, request = now
        self.ensure_connection()
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            if actor is None:
                cursor.execute(TELL_NOBODY)
            else:
                words = (actor.key, actor.role, actor.opens, timezone.now().isoformat(), request)
                cursor.execute(TELL, [*words, self._signed(*words)])
        self._told, self._told_is_known = now, True

    def _signed(self, *words: str) -> str:
        said = "|".join(("enter", *words, str(self.connection.info.backend_pid)))
        return hmac.new(settings.DATABASE_CONTEXT_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()

    def _forget(self) -> None:
        self._told, self._told_is_known = NOTHING, True

    def _commit(self) -> Any:
        self._forget()
        return super()._commit()  # type: ignore[misc]

    def _rollback(self) -> Any:
        self._forget()
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # Nothing can be told to a transaction that has failed, and what was told may be undone with the savepoint.
        self._is_quiet = True
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._is_quiet, self._told_is_known = False, False

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's; what it would set after connecting is said with it, and so is what `RESET ALL` returns to.

        And that no question is compiled before it is answered: PostgreSQL compiles what it takes for expensive, and the
        rules of row-level security look it, at 4,000 a call.
        """
        said: dict[str, Any] = super().get_connection_params()
        options = f"{said.get('options', '')} -c TimeZone={self.timezone_name} -c DateStyle=ISO -c jit=off"
        return {**said, "options": options.strip()}

    def is_usable(self) -> bool:
        """Whether it still answers: asked of one that is used again, once and first in each request.

        With the same question it lets go of what the request before has left on it: a statement that somebody managed
        to inject could set there how the next person's questions are understood, or that none of them is answered.
        """
        if self.connection is None:
            return False
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(LET_GO)
        except self.Database.Error:
            return False
        return True

    def close(self) -> None:
        """The next connection has been told nothing."""
        self._forget()
        super().close()
