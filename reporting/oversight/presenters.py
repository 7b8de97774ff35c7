"""The audit in words: who, in which role, did what, when; of a case its reference alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cse_portal.access.refusals import Limit
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Finding, Verdict
from cse_portal.files import Fault
from cse_portal.ui.presenters import display_date, display_datetime, short_date
from reporting.oversight.selectors.detection import TITLES
from reporting.oversight.selectors.oversight import OwnFinding

SYSTEM, NOBODY = "The system", "Somebody who was not signed in"
# What a request records before anybody is signed in. Other acts without a name are the system's.
BEFORE_SIGN_IN = frozenset({
    Action.SIGN_IN_FAILED, Action.FACTOR_FAILED, Action.PASSWORD_RESET, Action.WORK_ACCOUNT_REFUSED,
    Action.TOKEN_REFUSED, Action.DENIED, Action.LIMIT_REACHED,
})  # fmt: skip
# Their page is an address and no tab of a record.
NO_PAGE = frozenset({Action.LIMIT_REACHED, Action.FACTOR_MISSING, Action.FORM_FORGED})
LIMITS = {
    Limit.PAGES: "pages of signing in, a minute",
    Limit.TRIES: "wrong passwords and codes",
    Limit.TOKENS: "tokens that open nothing, a minute",
    Limit.CALLS: "calls of the API, an hour",
    Limit.CHILDREN: "children through the API, a day",
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
    origin: str


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
    """Events, with their case's reference where the selector brought it."""
    return [_event(event) for event in events]


def _event(event: Any) -> EventRow:
    reference = getattr(event, "case_reference", "") or ""
    unnamed = NOBODY if event.network and event.action in BEFORE_SIGN_IN else SYSTEM
    role = str(Role(event.role).label) if event.role in Role.values else ""
    return EventRow(
        when=display_datetime(event.at),
        who=event.actor.full_name if event.actor else unnamed,
        person_url=reverse("reporting:audit-person", args=[event.actor_id]) if event.actor_id else "",
        what_they_are=", ".join(filter(None, [role, event.agency.short_name if event.agency else ""])),
        did=_did(event),
        reference=reference,
        case_url=reverse("reporting:audit-case", args=[reference]) if reference else "",
        reason=event.reason,
        origin=_origin(event),
    )


def _did(event: AuditEvent) -> str:
    """Viewed a case (chronology). Of what was refused, what it was."""
    detail, said = event.detail or {}, str(event.get_action_display())
    page = "" if event.action in NO_PAGE else str(detail.get("page", ""))
    more = [page.replace("-", " ")] if page and ":" not in page else []
    more += [LIMITS[detail["limit"]]] if detail.get("limit") in LIMITS else []
    more += [str(Fault(detail["fault"]).label)] if detail.get("fault") in Fault.values else []
    return f"{said} ({', '.join(more)})" if more else said


def _origin(event: AuditEvent) -> str:
    """Session 1f0c8d2e9b7a6354, network 203.0.113.0/24."""
    said = [
        f"session {event.session}" if event.session else "",
        f"network {event.network}" if event.network else "",
    ]
    return ", ".join(filter(None, said)).capitalize()


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


def reason_without_verdict(finding: Finding, for_: User) -> str:
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
