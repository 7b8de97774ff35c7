"""The audit in words: who, in which role, did what, when; of a case its reference alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.choices import Verdict, Witness
from cse_portal.audit.models import AuditEvent, Finding
from cse_portal.ui.presenters import display_date, display_datetime, short_date
from reporting.errors import OwnFinding
from reporting.selectors.detection import TITLES

UNNAMED = {
    Witness.SYSTEM: "The system",
    Witness.PERSON: "Somebody who was signed in",
    Witness.NOBODY: "Somebody who was not signed in",
}


@dataclass(frozen=True)
class EventRow:
    """One line of the audit."""

    when: str
    who: str
    person_url: str
    what_they_are: str
    did: str
    reference: str
    case_url: str
    reason: str


@dataclass(frozen=True)
class FindingRow:
    """One line of the review queue."""

    url: str
    rule: str
    why: str
    who: str
    reference: str
    day: str
    verdict: str
    colour: str
    decided: str


def event_rows(events: Iterable[AuditEvent]) -> list[EventRow]:
    """Events, with the reference of their case where the selector brought it."""
    return [_event(event) for event in events]


def _event(event: Any) -> EventRow:
    reference = getattr(event, "case_reference", "") or ""
    return EventRow(
        when=display_datetime(event.at),
        who=event.actor.full_name if event.actor else UNNAMED[Witness(event.witness)],
        person_url=reverse("reporting:audit-person", args=[event.actor_id]) if event.actor_id else "",
        what_they_are=", ".join(
            filter(None, [_role(event.role), event.agency.short_name if event.agency else ""])
        ),
        did=_did(event),
        reference=reference,
        case_url=reverse("reporting:audit-case", args=[reference]) if reference else "",
        reason=event.reason,
    )


def _did(event: AuditEvent) -> str:
    """Viewed a case (chronology)."""
    page = str(event.detail.get("page", "")) if event.detail else ""
    said = str(event.get_action_display())
    return f"{said} ({page.replace('-', ' ')})" if page and ":" not in page else said


def _role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else ""


def finding_rows(found: Iterable[Any]) -> list[FindingRow]:
    """The queue, or what was decided."""
    return [finding_row(each) for each in found]


def finding_row(finding: Any) -> FindingRow:
    """One finding."""
    decided = (
        f"{finding.decided_by.full_name}, {short_date(finding.decided_at)}" if finding.decided_by else ""
    )
    return FindingRow(
        url=reverse("reporting:audit-finding", args=[finding.pk]),
        rule=TITLES.get(finding.rule, finding.rule),
        why=finding.why,
        who=finding.actor.full_name if finding.actor else "The system",
        reference=finding.case_reference or "",
        day=display_date(finding.about_on),
        verdict=_verdict(finding),
        colour="red" if finding.verdict == Verdict.BREACH else "grey",
        decided=decided,
    )


def kept_from(finding: Finding, for_: User) -> str:
    """Why this person has no verdict to give on it, and who has: nobody judges what they did themselves."""
    return OwnFinding.message if finding.actor_id == for_.pk and not finding.verdict else ""


def _verdict(finding: Finding) -> str:
    return str(finding.get_verdict_display()).partition(":")[0] if finding.verdict else ""


def post_rows(posts: Iterable[Membership]) -> list[str]:
    """Where somebody works and has worked: Practitioner, Social care, since 1 Jan 2024."""
    return [
        f"{post.get_role_display()}, {post.agency.name}, from {short_date(post.starts_on)}"
        + (f" to {short_date(post.ends_on)}" if post.ends_on else "")
        for post in posts
    ]
