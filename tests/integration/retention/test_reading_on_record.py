"""Whoever reads of a record by its reference is found on the page of who looked at that child; no alarm is raised."""

from collections.abc import Iterable

import pytest
from django.utils import timezone

from cases.models import Case
from cases.services import exclusions
from cse_portal.access.standing import standing
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from reporting.choices import HoldScope
from reporting.models import Disposal
from reporting.selectors.detection import RULES
from reporting.selectors.oversight import events_of_case
from reporting.selectors.retention import record_by_reference
from reporting.services import retention
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.audit import look, make_finding
from tests.factories.retention import due_case, due_submission, hold, lift_every_hold, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(cast: Cast) -> Case:
    """Whose record is due."""
    lift_every_hold(cast)
    return due_case(cast)


@pytest.fixture
def disposal(cast: Cast, child: Case) -> Disposal:
    """Of her record, which waits for a second person."""
    return proposed(cast, child.reference)


def seen(
    cast: Cast, child: Case, action: Action, addresses: Iterable[str], person: str = "privacy"
) -> list[str]:
    """Which of these pages show her reference, and leave no such event that leads to her."""
    client, silent = signed_in(cast, person), []
    for address in addresses:
        before = set(AuditEvent.objects.values_list("pk", flat=True))
        page = client.get(address)
        assert page.status_code == 200
        assert child.reference in page.content.decode(), address
        theirs = events_of_case(cast.privacy, child.reference)[1].exclude(pk__in=before)
        if not theirs.filter(action=action, actor=getattr(cast, person)).exists():
            silent.append(address)
    return silent


def test_every_page_of_what_becomes_of_a_record(cast: Cast, child: Case, disposal: Disposal) -> None:
    held = hold(cast, HoldScope.RECORD, record_by_reference(cast.privacy, child.reference))
    record, asked = f"/retention/records/{child.reference}/", f"/retention/disposals/{disposal.pk}/"
    pages = [
        "/retention/", record, f"{record}hold/", f"{record}keep/", f"{record}propose/", "/retention/holds/",
        f"/retention/holds/{held.pk}/lift/", "/retention/disposals/", asked, f"{asked}withdraw/",
    ]  # fmt: skip
    assert seen(cast, child, Action.RETENTION_VIEWED, pages) == []
    assert seen(cast, child, Action.RETENTION_VIEWED, pages[-3:], "manager") == []
    retention.lift_hold(hold=held, why="The trial is over.", by=cast.privacy)
    assert seen(cast, child, Action.RETENTION_VIEWED, ["/retention/holds/"]) == []
    _, events = events_of_case(cast.privacy, child.reference)
    assert events.filter(action=Action.HOLD_LIFTED).exists()
    today = timezone.localdate()
    assert [each for code, rule in RULES.items() for each in rule(today) if code != "at-night"] == []


def test_of_intelligence_about_no_child_the_event_says_which(cast: Cast, child: Case) -> None:
    submission = due_submission(cast)
    signed_in(cast, "privacy").get(f"/retention/records/{submission.reference}/")
    event = AuditEvent.objects.get(action=Action.RETENTION_VIEWED)
    assert (event.case_id, event.detail) == (None, {"page": "record", "about": [str(submission.pk)]})


def test_every_page_of_the_audit(cast: Cast, child: Case) -> None:
    look(cast.practitioner, child)
    found = make_finding(case=child, actor=cast.practitioner)
    decided = make_finding(
        case=child, actor=cast.health, verdict="justified", note="At work.", decided_by=cast.privacy,
        decided_at=timezone.now(),
    )  # fmt: skip
    pages = [
        "/audit/", "/audit/decided/", f"/audit/findings/{found.pk}/", f"/audit/findings/{decided.pk}/",
        f"/audit/people/{cast.practitioner.pk}/",
    ]  # fmt: skip
    assert seen(cast, child, Action.AUDIT_READ, pages) == []


def test_the_page_that_lets_somebody_in_again(cast: Cast, child: Case) -> None:
    shut = exclusions.exclude(case=child, user=cast.health, reason="Her niece.", by=cast.privacy)
    assert standing(cast.privacy)
    assert seen(cast, child, Action.ACCESS_VIEWED, [f"/exclusions/{shut.pk}/lift/"]) == []
