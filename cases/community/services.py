"""Taking in what the community tells us, and saying what becomes of it."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from cases.community.choices import JoinsNothing, ReportOutcome
from cases.community.models import CommunityReport
from cases.community.selectors import repeats_of, report_for
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernStep
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.selectors import retention_days
from cse_portal.ui.presenters import counted

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is read for another
NOT_TOLD = {"child_told": "NOT_TOLD_YET", "parent_told": "NOT_TOLD_YET"}
NOT_TOLD_BECAUSE = "A report from the community. Nobody has spoken to the child or their family yet."


@dataclass(frozen=True)
class Told:
    """What somebody in the community wrote."""

    from_whom: str
    worry: str
    place: str = ""
    about: str = ""
    contact: str = ""


def receive(*, told: Told, key: uuid.UUID) -> str:
    """Keep a report and give its reference. The same key again finds the same one.

    Nobody acts here, so that PostgreSQL takes it by one function that adds a row and shows none.
    """
    random = get_random_string(8, LETTERS)
    row = {
        **asdict(told), "id": str(key), "reference": f"EYE-{random[:4]}-{random[4:]}",
        "received_at": timezone.now().isoformat(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT gate.receive_report(%s)", [json.dumps(row)])
        return str(cursor.fetchone()[0])


def tell() -> int:
    """Tell the CSE team of what came in, one line a person however many reports there are."""
    with transaction.atomic():
        rows = CommunityReport.objects.select_for_update().filter(told_at__isnull=True, outcome="")
        number = rows.update(told_at=timezone.now())
        if number:
            text = f"{counted(number, 'report')} from the community to decide."
            page = reverse("cases:community-reports")
            team = people_who_may(Permission.CONCERN_TRIAGE)
            notify_all(Notification(user=person, text=text, url=page) for person in team)
        return number


def forget() -> int:
    """Delete what became no concern, once the retention schedule says so. A concern takes its own reports along."""
    before = timezone.now() - dt.timedelta(days=retention_days("community-report"))
    rows = CommunityReport.objects.exclude(outcome="").filter(concern__isnull=True, decided_at__lt=before)
    return rows.delete()[0]


@transaction.atomic
def make_concern(
    *, report: CommunityReport, fields: Mapping[str, object], by: User, key: uuid.UUID
) -> Concern:
    """Send a concern that begins with this report and those that repeat it. The same key finds the same concern."""
    locked = _lock(report, by)
    if locked.concern and locked.concern.pk == key:
        return locked.concern
    _refuse_concern(locked)
    worry = {name: fields[name] for name in ("immediate_danger", "worry")}
    child = {name: fields[name] for name in ("given_name", "family_name", "approximate_age") if fields[name]}
    answers = {
        ConcernStep.WORRY: StepAnswers(worry),
        ConcernStep.CHILD: StepAnswers(child),
        ConcernStep.OTHERS: StepAnswers({**NOT_TOLD, "not_told_reason": NOT_TOLD_BECAUSE}),
    }
    concern = concerns.log(answers=answers, by=by, key=key)
    for each in [locked, *repeats_of(by, locked)]:
        outcome = ReportOutcome.JOINED if each.joins_id else ReportOutcome.CONCERN
        _decide(each, outcome, by, concern=concern)
    return concern


@transaction.atomic
def pass_to_intelligence(*, report: CommunityReport, by: User) -> None:
    """A draft of intelligence was begun from it. One that is decided already stays as it was decided."""
    locked = _lock(report, by)
    if not locked.outcome:
        _decide(locked, ReportOutcome.INTELLIGENCE, by)


@transaction.atomic
def set_aside(*, report: CommunityReport, reason: str, by: User) -> None:
    """It is not for the CSE team, for a reason. It may be decided anew while it is kept."""
    locked = _lock(report, by)
    _refuse_concern(locked)
    _decide(locked, ReportOutcome.NOT_FOR_US, by, reason=reason)


@transaction.atomic
def join(*, report: CommunityReport, other: str, by: User) -> None:
    """It tells what another report told. What it says is added to the concern that the other became."""
    locked = _lock(report, by)
    _refuse_concern(locked)
    try:
        first = report_for(by, reference=other)
    except NotVisible:
        raise JoinsNothing from None
    if first.pk == locked.pk or first.joins_id or locked.joined_by.exists():
        raise JoinsNothing
    if first.concern:
        concerns.add_addendum(concern=first.concern, text=in_words(locked), by=by)
    _decide(locked, ReportOutcome.JOINED, by, joins=first, concern=first.concern)


def in_words(report: CommunityReport) -> str:
    """All that a report says of what worries somebody, for a concern; not how we may reach them."""
    said = [
        report.worry,
        f"Where and when: {report.place}" if report.place else "",
        f"About whom: {report.about}" if report.about else "",
        f"Told through Eyes and Ears, reference {report.reference}: {report.get_from_whom_display().lower()}.",
    ]
    return "\n".join(filter(None, said))


def _lock(report: CommunityReport, by: User) -> CommunityReport:
    gate.require(by, Permission.CONCERN_TRIAGE)
    rows = CommunityReport.objects.select_for_update(of=("self",)).select_related("concern")
    return rows.get(pk=report.pk)


def _refuse_concern(report: CommunityReport) -> None:
    if report.concern_id:
        raise NotAllowedNow("This report is part of a concern already. Decide or correct the concern.")


def _decide(
    report: CommunityReport,
    outcome: ReportOutcome,
    by: User,
    *,
    reason: str = "",
    concern: Concern | None = None,
    joins: CommunityReport | None = None,
) -> None:
    report.outcome, report.reason, report.concern = outcome, reason, concern
    report.joins = joins or (report.joins if outcome == ReportOutcome.JOINED else None)
    report.decided_by, report.decided_at = by, timezone.now()
    report.save(update_fields=["outcome", "reason", "concern", "joins", "decided_by", "decided_at"])
    about = [concern.pk] if concern else []
    record(Action.COMMUNITY_DECIDED, by=by, obj=report, detail={"outcome": outcome.value}, about=about)


def record_listed(*, number: int, by: User) -> None:
    """Note that a person listed what the community told."""
    record(Action.COMMUNITY_LISTED, by=by, detail={"found": number})


def record_view(*, report: CommunityReport, by: User) -> None:
    """Note that a person read a report; where it became a concern, who is shut out of that does not read so."""
    record(Action.COMMUNITY_VIEWED, by=by, obj=report, about=[report.concern_id])
