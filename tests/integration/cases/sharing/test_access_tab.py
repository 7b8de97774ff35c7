"""Who can see a child, and how that changes: through the pages, as the people who use them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.record.models.access import CaseGroupObjectPermission, CaseUserObjectPermission
from cases.record.models.case import Case
from cases.sharing.models import Exclusion
from cases.sharing.services import access
from cse_portal.accounts.models import Membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case

As = Callable[[str], Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def page(case: Case, rest: str = "") -> str:
    return f"/cases/{case.reference}/access/{rest}"


def sharing(cast: Cast, **said: Any) -> dict[str, Any]:
    return {
        "to": "agency", "agency": str(cast.agency("police").pk), "extent": "see",
        "reason": "Investigates the same address", "lawful_basis": "6_1_E", **said,
    }  # fmt: skip


def test_the_page_says_who_through_what_and_why(case: Case, as_: As) -> None:
    text = as_("practitioner").get(page(case)).content.decode()
    for words in (
        "Sandwell CSE Team",
        "Priya Raman",
        "Lead professional",
        "By rule when the case was opened",
    ):
        assert words in text
    assert AuditEvent.objects.filter(action=Action.ACCESS_VIEWED, case_id=case.pk).count() == 1


def test_sharing_with_an_agency_takes_effect_at_once(case: Case, as_: As, cast: Cast) -> None:
    police = as_("police")
    assert police.get(f"/cases/{case.reference}/chronology/").status_code == 404
    answer = as_("practitioner").post(page(case, "share/"), sharing(cast), follow=True)
    assert "The case is now shared with West Midlands Police, Sandwell." in answer.content.decode()
    assert police.get(f"/cases/{case.reference}/chronology/").status_code == 200
    grant = CaseGroupObjectPermission.objects.get(
        group=cast.agency("police").group, permission__codename="view_case"
    )
    assert (grant.reason, grant.lawful_basis) == ("Investigates the same address", "6_1_E")


def test_a_person_is_told_and_loses_access_after_the_last_day(case: Case, as_: As, cast: Cast) -> None:
    nurse = Membership.objects.get(user=cast.health)
    last = timezone.localdate() + dt.timedelta(days=3)
    said = sharing(
        cast, to="person", person=str(nurse.pk),
        expires_on_day=last.day, expires_on_month=last.month, expires_on_year=last.year,
    )  # fmt: skip
    as_("practitioner").post(page(case, "share/"), said)
    grant = CaseUserObjectPermission.objects.get(user=cast.health, permission__codename="view_case")
    assert timezone.localtime(grant.expires_at).date() == last + dt.timedelta(days=1)
    assert Notification.objects.filter(user=cast.health).exists()
    assert as_("health").get(f"/cases/{case.reference}/chronology/").status_code == 200
    CaseUserObjectPermission.objects.filter(pk=grant.pk).update(expires_at=timezone.now())
    assert as_("health").get(f"/cases/{case.reference}/chronology/").status_code == 404


def test_stopping_needs_a_reason_and_works_at_once(case: Case, as_: As, cast: Cast) -> None:
    lead, police = as_("practitioner"), as_("police")
    lead.post(page(case, "share/"), sharing(cast))
    stop = page(case, f"stop/agency/{cast.agency('police').pk}/")
    assert stop in lead.get(page(case)).content.decode()
    assert lead.post(stop, {"reason": ""}).context["form"].errors
    assert police.get(f"/cases/{case.reference}/chronology/").status_code == 200
    lead.post(stop, {"reason": "The investigation ended"})
    assert police.get(f"/cases/{case.reference}/chronology/").status_code == 404
    assert lead.get(stop).status_code == 404
    assert AuditEvent.objects.get(action=Action.ACCESS_WITHDRAWN).reason == "The investigation ended"


def test_those_who_answer_for_the_case_cannot_be_cut_off(case: Case, as_: As, cast: Cast) -> None:
    lead = as_("practitioner")
    for kind, holder in (
        ("agency", cast.agency("csc")), ("agency", cast.agency("cse-team")), ("person", cast.practitioner)
    ):  # fmt: skip
        stop = page(case, f"stop/{kind}/{holder.pk}/")
        assert stop not in lead.get(page(case)).content.decode()
        answer = lead.post(stop, {"reason": "Not wanted"})
        assert answer.context["form"].non_field_errors()
    assert Case.objects.visible_to(cast.manager).filter(pk=case.pk).exists()


def test_a_restricted_case_is_shared_with_people_only(case: Case, as_: As, cast: Cast) -> None:
    as_("manager").post(
        page(case, "restrict/"), {"reason_code": "STAFF_FAMILY", "people": [], "lawful_basis": "6_1_E"}
    )
    case.refresh_from_db()
    assert case.is_restricted
    answer = as_("practitioner").post(page(case, "share/"), sharing(cast))
    assert answer.context["form"].errors["to"] == [
        "This case is restricted. Share it with a named person, not a whole agency."
    ]
    assert "Family of a member of staff" in as_("practitioner").get(page(case)).content.decode()
    as_("manager").post(page(case, "lift/"), {"reason": "No longer employed"})
    case.refresh_from_db()
    assert not case.is_restricted


def test_an_exclusion_is_told_to_the_privacy_officer_alone(case: Case, as_: As, cast: Cast) -> None:
    privacy = as_("privacy")
    said = {
        "reference": case.reference.lower(), "to": "person", "reason": "Neighbour of the family",
        "person": str(Membership.objects.get(user=cast.manager).pk),
    }  # fmt: skip
    for _ in range(2):
        answer = privacy.post("/exclusions/new/", said, follow=True)
    text = answer.content.decode()
    assert Exclusion.objects.count() == 1
    assert case.reference in text
    assert case.child.name not in text
    assert as_("manager").get(page(case)).status_code == 404
    assert "Neighbour of the family" not in as_("practitioner").get(page(case)).content.decode()
    lift = f"/exclusions/{Exclusion.objects.get().pk}/lift/"
    assert privacy.post(lift, {"reason": ""}).context["form"].errors
    privacy.post(lift, {"reason": "Moved away"})
    assert as_("manager").get(page(case)).status_code == 200


def test_only_the_privacy_officer_reads_exclusions(as_: As, cast: Cast) -> None:
    for name in set(cast) - {"privacy"}:
        assert as_(name).get("/exclusions/").status_code == 403
        assert as_(name).get("/exclusions/new/").status_code == 403


def test_a_reader_may_not_see_who_else_reads(case: Case, as_: As, cast: Cast) -> None:
    access.share(case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    assert as_("health").get(page(case)).status_code == 403
    assert as_("health").get(page(case, "share/")).status_code == 403


def test_the_page_asks_the_database_as_often_for_many_as_for_few(
    case: Case, as_: As, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = as_("practitioner")
    with django_assert_max_num_queries(20) as few:
        client.get(page(case))
    for each in cast.agencies.values():
        access.share(case=case, to=each, reason="Team", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    with django_assert_max_num_queries(len(few)):
        client.get(page(case))
