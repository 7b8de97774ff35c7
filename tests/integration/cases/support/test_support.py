"""A child is referred to a service, waits, begins and ends; a need that no service meets is recorded too."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cases.support.models import Service, Standing, SupportReferral
from cases.support.selectors import figures_of, services_to_ask
from cases.support.services import keep_service
from cse_portal.errors import NotAllowedNow, NotPermitted, StaleEdit
from cse_portal.keys import new_key
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.support import completed, make_service, progress, refer

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, child=make_child(given_name="Amara", family_name="Testley"))


def ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def posted(day: dt.date, name: str) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def test_three_answers_refer_a_child_and_the_chronology_tells_it(cast: Cast, as_: As, case: Case) -> None:
    service = make_service(cast)
    said = {
        "need": "THERAPY",
        "service": str(service.pk),
        **posted(ago(3), "asked_on"),
        "form_token": str(new_key()),
    }
    page = as_("practitioner").post(f"/cases/{case.reference}/support/new/", said, follow=True)
    assert "Lantern is asked." in page.content.decode()
    made = SupportReferral.objects.get(case=case)
    assert (made.standing, made.waiting_days) == (Standing.ASKED, 3)
    told = case.chronology.get(kind=EntryKind.EVENT)
    assert (told.source_id, told.happened_on) == (made.pk, ago(3))
    assert told.text == "Support: Therapy after harm: Lantern. Waiting for an answer."


def test_a_need_that_no_service_meets_is_recorded_and_waits_for_none(cast: Cast, as_: As, case: Case) -> None:
    said = {"need": "THERAPY", "service": "none", **posted(ago(0), "asked_on"), "form_token": str(new_key())}
    page = as_("practitioner").post(f"/cases/{case.reference}/support/new/", said, follow=True)
    assert "No service for this need" in page.content.decode()
    made = SupportReferral.objects.get(case=case)
    assert (made.standing, made.waiting_days) == (Standing.NO_SERVICE, None)
    address = f"/cases/{case.reference}/support/{made.pk}/"
    assert as_("practitioner").get(address).status_code == 404, "no service can answer"


def test_neither_need_nor_service_is_guessed(as_: As, case: Case) -> None:
    page = (
        as_("practitioner").post(f"/cases/{case.reference}/support/new/", {"why": "Sleep"}).content.decode()
    )
    assert "Answer the question: What does the child need?" in page
    assert SupportReferral.objects.count() == 0


def test_how_far_it_is_follows_from_its_days(cast: Cast, case: Case) -> None:
    row = refer(cast, case, days=30)
    wait = {"answer": "waiting", "answered_on": ago(28), "answer_reason": "About six weeks"}
    row = progress(cast, row, **wait)
    assert (row.standing, row.waiting_days) == (Standing.WAITING, 30)
    row = progress(cast, row, first_on=ago(9), engagement="not_suited")
    assert (row.standing, row.waiting_days) == (Standing.BEGUN, 21)
    row = progress(cast, row, ended_on=ago(1), outcome="NOT_RIGHT")
    assert row.standing == Standing.ENDED
    texts = list(
        case.chronology.filter(kind=EntryKind.EVENT).order_by("happened_on").values_list("text", flat=True)
    )
    assert [each.split(": ", 2)[2] for each in texts] == [
        "Lantern. Waiting for an answer.",
        "Lantern. Waiting for a first appointment. About six weeks",
        f"Lantern. Under way. First appointment on {ago(9):%-d %B %Y}.",
        f"Lantern. Ended. First appointment on {ago(9):%-d %B %Y}. It was not the right service.",
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"answer": "accepted"}, "answered_on"),
        ({"answered_on": ago(1)}, "answer"),
        ({"answer": "declined", "answered_on": ago(1)}, "answer_reason"),
        ({"answer": "accepted", "answered_on": ago(40)}, "answered_on"),
        ({"first_on": ago(40)}, "first_on"),
        ({"answer": "declined", "answered_on": ago(1), "answer_reason": "Full", "first_on": ago(1)}, "first_on"),
        ({"first_on": ago(3), "ended_on": ago(5), "outcome": "MET"}, "ended_on"),
        ({"ended_on": ago(1)}, "outcome"),
        ({"scale_before": 4}, "scale"),
    ],
)  # fmt: skip
def test_answers_that_do_not_fit_are_refused_at_their_field(
    cast: Cast, case: Case, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotAllowedNow) as refused:
        progress(cast, refer(cast, case), **said)
    assert refused.value.field == field


def test_a_stale_page_shows_both_texts(cast: Cast, as_: As, case: Case) -> None:
    row = refer(cast, case)
    stale = SupportReferral.objects.get(pk=row.pk)
    progress(cast, row, first_on=ago(2))
    with pytest.raises(StaleEdit):
        progress(cast, stale, first_on=ago(1))
    said = {"version": "0", **posted(ago(1), "first_on"), "engagement": "partly"}
    page = as_("practitioner").post(f"/cases/{case.reference}/support/{row.pk}/", said).content.decode()
    assert "Saved meanwhile" in page
    assert f"First appointment on {ago(2):%-d %B %Y}" in page


def test_a_closed_case_and_a_service_without_funding_are_refused(cast: Cast, case: Case) -> None:
    ended = make_service(cast, name="Harbour", funded_until=ago(1))
    assert ended not in services_to_ask()
    with pytest.raises(NotAllowedNow, match="no longer funded"):
        refer(cast, case, ended)
    row = refer(cast, case, make_service(cast))
    case.status = "closed"
    case.save(update_fields=["status"])
    with pytest.raises(CaseClosed):
        progress(cast, row, first_on=ago(1))
    assert row.service is not None
    assert figures_of(cast.manager, row.service).waiting == [], "nobody waits on a closed case"


def test_people_who_only_see_the_case_read_and_change_nothing(cast: Cast, as_: As, case: Case) -> None:
    row = completed(cast, case)
    share_with(case, cast.health, by=cast.practitioner)
    page = as_("health").get(f"/cases/{case.reference}/support/").content.decode()
    assert "She did not push me." in page
    assert "Refer to a service" not in page
    assert as_("health").get(f"/cases/{case.reference}/support/{row.pk}/").status_code == 403
    assert list(SupportReferral.objects.visible_to(cast.outsider)) == []


def test_the_page_of_a_service_counts_what_its_reader_may_see(cast: Cast, as_: As, case: Case) -> None:
    service = make_service(cast)
    waiting = refer(cast, case, service, days=30)
    for days in (10, 20, 60):
        completed(cast, make_case(cast), waited=days)
    found = figures_of(cast.manager, service)
    assert [each.pk for each in found.waiting] == [waiting.pk]
    assert (found.total, found.under_way, found.median_days) == (4, 0, 20)
    assert found.outcomes == [("The need was met", 3)]
    assert "Amara Testley" in as_("manager").get(service.get_absolute_url()).content.decode()
    for who in ("outsider", "analyst"):
        page = as_(who).get(service.get_absolute_url()).content.decode()
        assert "Lantern" in page
        assert "Amara" not in page
    assert figures_of(cast.outsider, service).total == 0


def test_the_list_is_kept_by_the_manager_and_the_analyst(cast: Cast, as_: As) -> None:
    said = {
        "name": "Harbour", "provider": "Harbour CIC", "offers": "Therapy", "needs": ["THERAPY", "MENTAL_HEALTH"],
        "age_from": "11", "age_to": "17", "version": "0", "form_token": str(new_key()),
    }  # fmt: skip
    page = as_("analyst").post("/support/services/new/", said, follow=True).content.decode()
    assert "Therapy after harm and mental health" in page
    again = (
        as_("manager").post("/support/services/new/", {**said, "form_token": str(new_key())}).content.decode()
    )
    assert "on the list already" in again
    row = Service.objects.get()
    changed = {**said, "version": "1", "age_from": "18"}
    refused = as_("manager").post(f"{row.get_absolute_url()}edit/", changed).content.decode()
    assert "youngest age first" in refused
    as_("manager").post(f"{row.get_absolute_url()}edit/", {**changed, "age_from": "12"})
    row.refresh_from_db()
    assert (row.age_from, row.version) == (12, 2)
    with pytest.raises(NotPermitted):
        keep_service(service=row, said={"name": "Mine"}, version=2, by=cast.practitioner)


def test_postgresql_keeps_referrals_and_services_apart_too(cast: Cast, case: Case) -> None:
    row = refer(cast, case)
    with acting_for(cast.outsider):
        assert SupportReferral.objects.filter(pk=row.pk).count() == 0
        assert Service.objects.count() == 1
    with acting_for(cast.privacy):
        assert Service.objects.count() == 0
    with acting_for(cast.practitioner):
        assert SupportReferral.objects.filter(pk=row.pk).count() == 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Service.objects.update(name="Changed")


def test_a_referral_of_another_case_is_not_there(cast: Cast, as_: As, case: Case) -> None:
    row, other = refer(cast, case), make_case(cast)
    assert as_("practitioner").get(f"/cases/{other.reference}/support/{row.pk}/").status_code == 404
