"""Samples of case files, audits that are completed, and supervisions."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from reporting.quality import services
from reporting.quality.models import ASKED, QUESTIONS, AuditSample, CaseAudit, Supervision


def drawn(by: User, *auditors: User, size: int = 1, days: int = 14, **only: Any) -> AuditSample:
    """A sample, due in so many days."""
    return services.draw(
        key=new_key(), title="Voice of the child", size=size, auditors=auditors,
        due_on=timezone.localdate() + dt.timedelta(days=days), by=by, **only,
    )  # fmt: skip


def asked(case: Case, auditor: User, *, by: User) -> CaseAudit:
    """Somebody who sees this very case is asked to audit it."""
    due_on, agency = timezone.localdate(), by.memberships.get().agency
    sample = AuditSample.objects.create(title="One file", seed="1", population=1, due_on=due_on, drawn_by=by)
    return CaseAudit.objects.create(
        sample=sample, case=case, auditor=auditor, lead_agency=case.lead_agency, recorded_by=by, agency=agency
    )


def graded(audit: CaseAudit, grade: str = "good", *, actions: Any = ()) -> CaseAudit:
    """Completed by its auditor, every question with the same grade."""
    answers = {each.code: {"grade": grade, "found": "As it should be."} for each in codes(QUESTIONS)}
    return services.complete(
        audit=audit,
        answers=answers,
        grade=grade,
        findings="Clear and kept up.",
        actions=actions,
        by=audit.auditor,
    )


def supervised(
    person: User, *, by: User, ago: int = 0, children: Any = None, agreed: Any = ()
) -> Supervision:
    """Recorded by the supervisor, so many days after it was held."""
    return services.record_supervision(
        person=person, held_on=timezone.localdate() - dt.timedelta(days=ago), children=children or {}, agreed=agreed,
        answers={each.code: f"Asked: {each.label}" for each in codes(ASKED)}, by=by, key=new_key(),
    )  # fmt: skip
