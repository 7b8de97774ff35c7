"""Audits of case files, from the lot to what came of their actions; and recording supervision."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.record.choices import usual_basis
from cases.record.models.case import Case
from cases.sharing.services.access import share
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import beginning_of
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.services import notify
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import counted, display_date
from reporting.quality.models import (
    SUPERVISION,
    AuditAction,
    AuditSample,
    CaseAudit,
    Supervision,
    SupervisionEntry,
)
from reporting.quality.selectors import fits, people_to_supervise, population

DAYS_AFTER_DUE = 7  # how long a late auditor still sees the case


class NothingToDraw(NotAllowedNow):
    """No open case fits."""

    message = "No open case that you may share fits this sample and these auditors."


class AuditCompleted(NotAllowedNow):
    """What was found is on record."""

    message = "This audit is completed. What was found is shown below."


class NextTooLate(NotAllowedNow):
    """The board's clock says when the next supervision is due at the latest."""

    field = "next_on"


class CorrectedBefore(NotAllowedNow):
    """Each supervision has one correction at most."""

    message = "This supervision was corrected before. Correct the newer one."


@transaction.atomic
def draw(
    *,
    key: uuid.UUID,
    title: str,
    size: int,
    auditors: Sequence[User],
    due_on: dt.date,
    by: User,
    category: int | None = None,
    agency: Agency | None = None,
    seed: str = "",
) -> AuditSample:
    """Draw so many open cases by lot, and give each to an auditor in turn who may audit it."""
    who = gate.require_standing(by, Permission.CASE_AUDIT_DRAW)
    if made := AuditSample.objects.filter(pk=key, drawn_by=by).first():
        return made
    cases = list(population(by, category=category, agency=agency))
    seed = seed or secrets.token_hex(8)
    sample = AuditSample.objects.create(
        pk=key,
        title=title,
        category=category,
        agency=agency,
        seed=seed,
        population=len(cases),
        due_on=due_on,
        drawn_by=by,
    )
    drawn = 0
    for case in Random(seed).sample(cases, len(cases)):  # noqa: S311 (a lot, no secret)
        if drawn == size:
            break
        turn = [*auditors[drawn % len(auditors) :], *auditors[: drawn % len(auditors)]]
        auditor = next((each for each in turn if fits(each, case)), None)
        if auditor is not None and gate.can(by, Permission.CASE_SHARE, case):
            _give(sample, case, auditor, who.agency, by)
            drawn += 1
    if not drawn:
        raise NothingToDraw
    record(
        Action.AUDIT_SAMPLE_DRAWN, by=by, obj=sample, detail={"drawn": drawn, "of": len(cases), "seed": seed}
    )
    return sample


def _give(sample: AuditSample, case: Case, auditor: User, agency: Agency, by: User) -> None:
    """The audit, and sight of the case until a week after it is due, for who has none."""
    if not gate.can(auditor, Permission.CASE_VIEW, case):
        share(
            case=case, to=auditor, by=by, reason=f"Audit of the case file: {sample.title}",
            lawful_basis=usual_basis(agency.kind),
            expires_at=beginning_of(sample.due_on + dt.timedelta(days=DAYS_AFTER_DUE + 1)),
        )  # fmt: skip
    audit = CaseAudit.objects.create(
        sample=sample, case=case, auditor=auditor, lead_agency=case.lead_agency, recorded_by=by, agency=agency
    )
    if auditor != by:
        text = f"You are asked to audit the file of case {case.reference} by {display_date(sample.due_on)}."
        notify(user=auditor, text=text, url=audit.get_absolute_url(), case_id=case.pk)


@transaction.atomic
def complete(
    *,
    audit: CaseAudit,
    answers: Mapping[str, Mapping[str, str]],
    grade: str,
    findings: str,
    actions: Sequence[Mapping[str, Any]],
    by: User,
) -> CaseAudit:
    """The auditor says what they found, and who is to do what. It is told to the lead professional and each owner."""
    gate.require(by, Permission.CASE_AUDIT)
    locked = (
        CaseAudit.objects.select_for_update(of=("self",))
        .select_related("case__lead_professional")
        .get(pk=audit.pk)
    )
    if locked.auditor_id != by.pk:
        raise NotPermitted
    if locked.completed_at:
        raise AuditCompleted
    for each in actions:
        if not gate.can(each["owner"], Permission.CASE_VIEW, locked.case):
            raise NotAllowedNow(f"{each['owner']} does not see this case. Choose somebody who does.")
    locked.answers, locked.grade, locked.findings = dict(answers), grade, findings
    locked.completed_at = timezone.now()
    locked.save(update_fields=["answers", "grade", "findings", "completed_at"])
    AuditAction.objects.bulk_create(AuditAction(audit=locked, **each) for each in actions)
    asked = counted(len(actions), "action")
    people = {
        each["owner"]: f"The audit of case {locked.case.reference} asks you to act." for each in actions
    }
    if lead := locked.case.lead_professional:
        people.setdefault(lead, f"The file of case {locked.case.reference} was audited. It asks for {asked}.")
    for person, text in people.items():
        if person != by:
            notify(user=person, text=text, url=locked.get_absolute_url(), case_id=locked.case_id)
    record(
        Action.CASE_AUDITED,
        by=by,
        obj=locked,
        case=locked.case,
        detail={"grade": grade, "actions": len(actions)},
    )
    return locked


@transaction.atomic
def finish_action(*, action: AuditAction, outcome: str, by: User) -> AuditAction:
    """Its owner says what came of it. Once."""
    gate.require(by, Permission.CASE_AUDIT)
    locked = (
        AuditAction.objects.select_for_update(of=("self",)).select_related("audit__case").get(pk=action.pk)
    )
    if locked.owner_id != by.pk:
        raise NotPermitted
    if locked.done_on is None:
        locked.done_on, locked.outcome = timezone.localdate(), outcome
        locked.save(update_fields=["done_on", "outcome"])
        record(Action.CASE_AUDITED, by=by, obj=locked, case=locked.audit.case, detail={"done": True})
    return locked


@transaction.atomic
def record_supervision(
    *,
    person: User,
    held_on: dt.date,
    answers: Mapping[str, str],
    children: Mapping[Case, str],
    agreed: Sequence[Mapping[str, Any]],
    by: User,
    key: uuid.UUID,
    next_on: dt.date | None = None,
    corrects: Supervision | None = None,
) -> Supervision:
    """The supervisor writes down what was said and agreed. The same key again finds the same supervision.

    The next one is due when the clock says, or sooner. A child is talked about whose case both see.
    """
    member = people_to_supervise(by).filter(user=person).first()
    if made := Supervision.objects.filter(pk=key, supervisor=by).first():
        return made
    if member is None:
        raise NotAllowedNow("Choose somebody whom you may supervise.")
    if corrects and corrects.supervisor_id != by.pk:
        raise NotPermitted
    if corrects and corrects.supervised_id != person.pk:
        raise NotAllowedNow(f"Choose {corrects.supervised}, whose supervision you correct.")
    if corrects and Supervision.objects.filter(corrects=corrects).exists():
        raise CorrectedBefore
    latest = clock_rule(SUPERVISION, on=held_on).due(held_on)
    if next_on and not held_on < next_on <= latest:
        raise NextTooLate(f"Enter a day after the supervision, and not after {display_date(latest)}.")
    for case in children:
        if not all(gate.can(each, Permission.CASE_VIEW, case) for each in (by, person)):
            raise NotAllowedNow(f"{person} or you may not see {case.reference}.")
    row = Supervision.objects.create(
        pk=key, supervisor=by, supervised=person, agency=member.agency, held_on=held_on, corrects=corrects,
        next_on=next_on or latest,
    )  # fmt: skip
    said: list[dict[str, Any]] = [{"question": code, "text": text} for code, text in answers.items()]
    said += [{"case": case, "text": text} for case, text in children.items()]
    SupervisionEntry.objects.bulk_create(
        SupervisionEntry(supervision=row, **each) for each in (*said, *agreed)
    )
    text = f"Your supervision of {display_date(held_on)} is recorded."
    notify(user=person, text=text, url=row.get_absolute_url())
    record(Action.SUPERVISION_RECORDED, by=by, obj=row, cases=[case.pk for case in children])
    return row


@transaction.atomic(savepoint=False)
def record_reading(
    *, by: User, supervision: Supervision | None = None, cases: Iterable[uuid.UUID | None] = ()
) -> None:
    """A person read a supervision, its form or the list, and of which children."""
    record(Action.SUPERVISION_VIEWED, by=by, obj=supervision, cases=cases)


@transaction.atomic(savepoint=False)
def record_view(*, by: User, page: str, shown: Sequence[CaseAudit] = ()) -> None:
    """A person read audits of these cases."""
    case = shown[0].case if len(shown) == 1 else None
    record(
        Action.CASE_AUDITS_VIEWED,
        by=by,
        case=case,
        cases=[each.case_id for each in shown],
        detail={"page": page},
    )
