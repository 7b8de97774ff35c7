"""What children said, and the children to whom nobody has listened for a while."""

import datetime as dt
import uuid

from django.db.models import DateField, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from cases.record.choices import CaseScope, RiskCategory
from cases.record.models.case import Case
from cases.record.selectors import CaseFilters, matching_cases
from cases.voice.models import VoiceEntry
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
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


def listen_by(case: Case, newest: VoiceEntry | None) -> dt.date | None:
    """The last day to listen again: 8 weeks after the last time, or after the case opened. None without a category."""
    if not case.is_open or case.category == RiskCategory.NONE:
        return None
    return clock_rule("CHILD_VOICE").due(newest.heard_on if newest else timezone.localdate(case.opened_at))


def unheard_children(user: User, limit: int) -> list[Case]:
    """The open cases in category 1 to 3 that this person leads and whose `listen_by` has passed, the longest first.

    Each has `heard_or_opened_on`.
    """
    newest = VoiceEntry.objects.filter(case=OuterRef("pk")).order_by("-heard_on").values("heard_on")[:1]
    since = Coalesce(Subquery(newest), TruncDate("opened_at"), output_field=DateField())
    last = clock_rule("CHILD_VOICE").run_out_before(timezone.localdate()).date()
    rows = matching_cases(user, CaseFilters(scope=CaseScope.MINE)).filter(category__gte=RiskCategory.LOW)
    found = rows.with_identity().annotate(heard_or_opened_on=since)
    return list(found.filter(heard_or_opened_on__lte=last).order_by("heard_or_opened_on", "pk")[:limit])
