"""Samples of case files, and audits that are completed."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from reporting.quality import services
from reporting.quality.models import QUESTIONS, AuditSample, CaseAudit


def drawn(by: User, *auditors: User, size: int = 1, days: int = 14, **only: Any) -> AuditSample:
    """A sample, due in so many days."""
    return services.draw(
        key=new_key(), title="Voice of the child", size=size, auditors=auditors,
        due_on=timezone.localdate() + dt.timedelta(days=days), by=by, **only,
    )  # fmt: skip


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
