"""What the privacy officer finds: looks at cases, and what the rules made of them."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Finding
from cse_portal.audit.recorder import record


def make_finding(*, case: Case | None, actor: User, **fields: Any) -> Finding:
    """A finding of today's about somebody."""
    said = {
        "rule": "at-night",
        "key": f"{actor.pk}",
        "about_on": timezone.localdate(),
        "why": "Opened 1 case.",
    }
    return Finding.objects.create(actor=actor, case_id=case.pk if case else None, **{**said, **fields})


def look(by: User, case: Case, page: str = "overview") -> AuditEvent:
    """Somebody opens a page of a case."""
    with transaction.atomic():
        return record(Action.CASE_VIEWED, by=by, obj=case, case=case, detail={"page": page})


def at(day: dt.date, hour: int) -> dt.datetime:
    """A moment of a day in this country."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def words_on_record() -> str:
    """Everything that events say in words: what is in them, and the reasons that stand beside them."""
    events = AuditEvent.objects.select_related("why")
    return "\n".join(f"{event.detail} {event.reason}" for event in events)
