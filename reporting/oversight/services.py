"""The privacy officer's reading of the audit, and what the system brings every night."""

import datetime as dt
from collections.abc import Iterable
from random import SystemRandom

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services.telling import tell_administrators
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit import verification
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Finding, Verdict
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.ui.presenters import counted
from reporting.oversight.selectors import detection
from reporting.oversight.selectors.oversight import OwnFinding, finding_for, findings

SAMPLE_SHARE, SAMPLE_LEAST = 100, 10
NOBODY_DECIDES = "No privacy officer may decide on something that the audit brought up. Appoint another one."


def record_read(
    *,
    by: User,
    page: str,
    case: Case | None = None,
    person: User | None = None,
    words: str = "",
    shown: Iterable[Finding | AuditEvent] = (),
) -> None:
    """Note which page of the audit somebody read, about which case or person, or about which words, blinded; and of
    which cases it told, by what it showed.
    """
    about = {"words": blinded_words(words)} if words else {}
    cases = [each.case_id for each in shown]
    record(Action.AUDIT_READ, by=by, obj=person, case=case, detail={"page": page, **about}, cases=cases)


@transaction.atomic
def decide(*, finding: Finding, verdict: Verdict, note: str, by: User) -> Finding:
    """The privacy officer's verdict, once and for good. Nobody decides on their own act, or one they may not read."""
    locked = Finding.objects.select_for_update().get(pk=finding_for(by, finding.pk).pk)
    if locked.verdict:
        raise NotAllowedNow("Somebody has decided on this already. Read their verdict; it cannot be changed.")
    if locked.actor_id == by.pk:
        raise OwnFinding
    locked.verdict, locked.note, locked.decided_by, locked.decided_at = verdict, note, by, timezone.now()
    locked.save()
    record(Action.AUDIT_REVIEWED, by=by, obj=locked, detail={"rule": locked.rule, "verdict": verdict})
    return locked


def review_waiting_days() -> int:
    """By the system, at night: every day since the last that was looked over, and every month without its sample."""
    today = timezone.localdate()
    days = detection.unreviewed_days(today)
    found = sum(look_over(day=day) for day in days)
    months = {day.replace(day=1) for day in (*days, today.replace(day=1) - dt.timedelta(days=1))}
    return found + sum(draw_sample(month=month) for month in sorted(months - {today.replace(day=1)}))


@transaction.atomic
def look_over(*, day: dt.date) -> int:
    """What the rules bring up about a day, and that they were asked. Twice about the same day is once."""
    found = [
        Finding(
            rule=code, key=f"{day} {each.actor_id} {each.case_id or each.event_id or ''}".strip(), about_on=day,
            why=each.why, actor_id=each.actor_id, case_id=each.case_id, event_id=each.event_id,
        )
        for code, rule in detection.RULES.items()
        for each in rule(day)
    ]  # fmt: skip
    new = _keep(found)
    record(Action.AUDIT_LOOKED_OVER, by=None, detail={"day": day.isoformat(), "found": new})
    return new


@transaction.atomic
def draw_sample(*, month: dt.date) -> int:
    """One look in a hundred of a month, and at least ten, drawn by lot for the privacy officer to look at.

    A report that was read, and a copy of many, are looks at the children whom their events name.
    """
    about = f"{month:%Y-%m}"
    if Finding.objects.filter(rule="sample", key__startswith=about).exists():
        return 0
    looks = detection.looks_at_several().filter(at__year=month.year, at__month=month.month)
    keys = list(looks.order_by("pk").values_list("pk", flat=True))
    number = min(len(keys), max(SAMPLE_LEAST, -(-len(keys) // SAMPLE_SHARE)))
    drawn = looks.filter(pk__in=SystemRandom().sample(keys, number))
    why = f"Drawn by lot from {counted(len(keys), 'look')} at cases in the month."
    found = [
        Finding(
            rule="sample", key=f"{about} {event.pk}", about_on=timezone.localdate(event.at), why=why,
            actor_id=event.actor_id, case_id=event.case_id, event_id=event.pk,
        )
        for event in drawn
    ]  # fmt: skip
    return _keep(found)


def check_audit() -> int:
    """By the system, at night: is the audit as it was sealed? What is not is the privacy officer's to know at once."""
    found = verification.check()
    if found:
        _tell_at_once(
            "Something in the audit is not as it was sealed. Ask the operator at once what audit_verify says."
        )
    return len(found)


def _tell_at_once(text: str) -> None:
    for membership in detection.privacy_officers():
        notify(user=membership.user, text=text, url=reverse("reporting:audit"), urgent=True)


def _keep(found: list[Finding]) -> int:
    """Write down what is new. Who may read some of it is told; of what nobody may decide on, the administrators are."""
    Finding.objects.bulk_create(found, ignore_conflicts=True)
    keys = [each.pk for each in found]
    new = {each.pk: each for each in Finding.objects.filter(pk__in=keys)}
    undecided = set(new)
    for officer in people_who_may(Permission.AUDIT_REVIEW) if new else ():
        theirs = list(findings(officer).filter(pk__in=keys))
        if theirs:
            text = "The audit has something for you to review."
            notify(user=officer, text=text, url=reverse("reporting:audit"))
        undecided -= {each.pk for each in theirs if each.actor_id != officer.pk}
    if undecided:
        tell_administrators(NOBODY_DECIDES, cases=[new[key].case_id for key in undecided])
    return len(new)
