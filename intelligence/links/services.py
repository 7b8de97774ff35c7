"""Connections recorded and ended, and the task of looking at children newly connected taken."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.keys import free_key
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes
from intelligence.links.models import Connection, ConnectionTask, cases_held, reports_in_use
from intelligence.links.selectors.clusters import Task, connection_tasks
from intelligence.links.selectors.graph import Thing, kind_of
from intelligence.subjects.models import Subject


@dataclass(frozen=True)
class Said:
    """What is recorded of two: how they belong together, when, who says so, and how far that can be trusted."""

    kind: str
    source_evaluation: str
    assessment: str
    role: str = ""
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    source: str = ""
    report: str = ""


@transaction.atomic
def record_connection(
    *, first: Thing, second: Thing, said: Said, by: User, key: uuid.UUID | None = None
) -> Connection:
    """Record how two belong together. The same key again finds the same row.

    A child’s connection cites the child’s record, any other a report. It makes no child a person of concern.
    """
    gate.require(by, Permission.CONNECTION_RECORD)
    for end in (first, second):
        _require_seen(end, by)
    if key and (known := Connection.objects.visible_to(by).filter(pk=key, recorded_by=by).first()):
        return known
    _check(first, second, said)
    cases = [end for end in (first, second) if isinstance(end, Case)]
    subjects = [end for end in (first, second) if isinstance(end, Subject)]
    report = None
    if not cases:
        report = reports_in_use(by).filter(reference=said.report.strip().upper()).first()
        if report is None:
            raise NotAllowedNow("Enter the reference of a report that you may read.", "report")
    made = Connection(
        pk=free_key(Connection, key),
        kind=said.kind,
        role=said.role,
        from_on=said.from_on,
        until_on=said.until_on,
        source_evaluation=said.source_evaluation,
        assessment=said.assessment,
        source=said.source if cases else "",
        report=report,
        recorded_by=by,
        **dict(zip(("case", "other_case"), cases, strict=False)),
        **dict(zip(("subject", "other_subject"), subjects, strict=False)),
    )
    made.save(force_insert=True)
    _note(Action.CONNECTION_RECORDED, made, by)
    return made


def _check(first: Thing, second: Thing, said: Said) -> None:
    """Refuse what cannot be, and name the field."""
    if first == second:
        raise NotAllowedNow("These are the same. Choose another at the other end.", "second")
    kinds = kind_of(first), kind_of(second)
    if said.kind not in {each.code for each in kinds_between(first, second)}:
        raise NotAllowedNow(f"Choose how a {kinds[0]} and a {kinds[1]} belong together.", "kind")
    if said.from_on and said.until_on and said.until_on < said.from_on:
        raise NotAllowedNow("It cannot end before it begins. Check both days.", "until_on")
    if "child" in kinds and not said.source:
        raise NotAllowedNow("Say which part of the child’s record says so.", "source")


def kinds_between(first: Thing, second: Thing) -> list[Code]:
    """The kinds of connection that may be between these two, in either order."""
    kinds = kind_of(first), kind_of(second)
    return [
        each
        for each in codes("connection-kind")
        if any(
            one in each.extra["ends"][0] and two in each.extra["ends"][1] for one, two in (kinds, kinds[::-1])
        )
    ]


def _require_seen(end: Thing, by: User) -> None:
    rows = cases_held(by) if isinstance(end, Case) else Subject.objects.visible_to(by)
    if not rows.filter(pk=end.pk).exists():
        raise NotVisible


@transaction.atomic
def end_connection(*, connection: Connection, reason: str, by: User) -> Connection:
    """It does not hold: it connects nobody any more, and why is on record."""
    gate.require(by, Permission.CONNECTION_RECORD)
    locked = (
        Connection.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=connection.pk).first()
    )
    if locked is None:
        raise NotVisible
    if locked.ended_at is not None:
        raise NotAllowedNow("This connection was ended already.")
    locked.ended_at, locked.ended_by, locked.ended_reason = timezone.now(), by, reason
    locked.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    _note(Action.CONNECTION_ENDED, locked, by, reason=reason)
    return locked


@transaction.atomic
def take_task(*, children: Iterable[str], by: User) -> Task:
    """Take the task of the children with these references: it waits for nobody else any more."""
    gate.require(by, Permission.CONCERN_TRIAGE)
    asked = set(children)
    task = next(
        (each for each in connection_tasks(by) if asked <= {c.reference for c in each.children}), None
    )
    if task is None or not asked:
        raise NotAllowedNow("Somebody has taken this task, or these children are not newly connected.")
    for case, other in sorted(task.pairs):
        ConnectionTask.objects.get_or_create(case_id=case, other_case_id=other, defaults={"taken_by": by})
    record(Action.CONNECTION_TASK_TAKEN, by=by, cases=[each.pk for each in task.children])
    return task


def record_shown(*, things: Iterable[Thing], by: User, page: str) -> None:
    """A person looked at what connects these."""
    rows = list(things)
    cases = [each.pk for each in rows if isinstance(each, Case)]
    about = [each.pk for each in rows if isinstance(each, Subject)]
    record(Action.CONNECTIONS_SHOWN, by=by, detail={"page": page}, cases=cases, about=about)


def _note(action: Action, connection: Connection, by: User, reason: str = "") -> None:
    cases = [connection.case_id, connection.other_case_id]
    about = [connection.subject_id, connection.other_subject_id]
    detail = {"kind": connection.kind}
    record(action, by=by, obj=connection, reason=reason, detail=detail, cases=cases, about=about)
