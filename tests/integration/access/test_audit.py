"""What an event says, and the reason beside it."""

import pytest
from django.db import transaction

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Reason
from cse_portal.audit.recorder import record
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.audit import words_on_record
from tests.factories.cases import make_case


def test_an_event_says_who_for_which_agency_in_which_role_did_what(cast: Cast) -> None:
    case = make_case(cast)
    event = record(Action.CASE_VIEWED, by=cast.practitioner, obj=case, case=case, reason="Allocated")
    assert (event.actor, event.agency, event.role) == (cast.practitioner, cast.agency("csc"), "practitioner")
    assert (event.action, event.object_id, event.case_id) == ("cases.viewed", case.pk, case.pk)


def test_an_act_that_fails_leaves_no_event(cast: Cast) -> None:
    def fails() -> None:
        with transaction.atomic():
            record(Action.CASE_VIEWED, by=cast.practitioner)
            raise RuntimeError

    before = AuditEvent.objects.count()
    with pytest.raises(RuntimeError):
        fails()
    assert AuditEvent.objects.count() == before


def test_no_event_of_opening_sharing_or_restricting_a_case_holds_a_name(cast: Cast) -> None:
    case = make_case(cast)
    text = words_on_record()
    assert case.child.given_name not in text
    assert case.child.family_name not in text


def why_of(cast: Cast, reason: str) -> AuditEvent:
    event = record(Action.CASE_VIEWED, by=cast.practitioner, obj=make_case(cast), reason=reason)
    return AuditEvent.objects.select_related("why").get(pk=event.pk)


def test_a_reason_stands_beside_its_event_and_reads_as_it_was_said(cast: Cast) -> None:
    event = why_of(cast, "Her nurse, “Noor”")
    assert event.reason == "Her nurse, “Noor”"
    assert "Noor" not in event.why.words
    assert why_of(cast, "").reason == ""


@pytest.mark.django_db
def test_who_may_not_read_the_event_may_not_read_why(cast: Cast) -> None:
    make_case(cast)
    assert Reason.objects.exists()
    for person, reads in ((cast.practitioner, False), (cast.manager, False), (cast.privacy, True)):
        with acting_for(person):
            assert Reason.objects.exists() is reads
