"""What children said, and the children to whom nobody has listened for a while."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.voice.models import VoiceEntry
from cse_portal.access.rows import get_visible
from cse_portal.reference.selectors import clock_rule


def voice_entries(case: Case) -> list[VoiceEntry]:
    """Everything the child said, the newest first; the person was shown the case (`case_for`)."""
    return list(case.voice_entries.select_related("recorded_by", "agency"))


def newest_words(case: Case) -> VoiceEntry | None:
    """What the child said last: an assessment, the closing and the next MASE begin with it."""
    return case.voice_entries.select_related("recorded_by", "agency").first()


def voice_entry_of(case: Case, pk: uuid.UUID) -> VoiceEntry:
    """One of this very case; of another case it does not exist."""
    found = get_visible(VoiceEntry.objects.filter(case=case, pk=pk))
    found.case = case
    return found


def voice_due_on(case: Case, newest: VoiceEntry | None) -> dt.date | None:
    """The last day to listen again: 8 weeks after the last time, or after the case opened. None without a category."""
    return _voice_due_on(case, newest.heard_on if newest else None)


def with_last_heard(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The same cases, each with the day on which somebody last listened to the child."""
    newest = VoiceEntry.objects.filter(case=OuterRef("pk")).order_by("-heard_on").values("heard_on")[:1]
    return cases.annotate(last_heard_on=Subquery(newest))


def voices_due(cases: Iterable[Case], until: dt.date) -> list[tuple[dt.date, Case]]:
    """Those to listen to by this day, each with its last day, the latest first."""
    days = [(_voice_due_on(case, case.last_heard_on), case) for case in cases]  # type: ignore[attr-defined]
    return sorted(((day, case) for day, case in days if day and day <= until), key=lambda each: each[0])


def _voice_due_on(case: Case, heard_on: dt.date | None) -> dt.date | None:
    is_asked = case.is_open and case.category > RiskCategory.NONE
    since = heard_on or timezone.localdate(case.opened_at)
    return clock_rule("CHILD_VOICE").due(since) if is_asked else None
