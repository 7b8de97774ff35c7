"""A sentence about a subject is shared with an agency until a day; it names no child or source; visits answer it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from intelligence.desk import services as desk
from intelligence.desk.models import IntelligenceReport
from intelligence.profiles.models import Fact
from intelligence.sentences import services
from intelligence.sentences.models import SharedSentence, Visit
from intelligence.subjects.models import Handling, Subject, SubjectKind
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.connections import connect
from tests.factories.intelligence import SANITISED, SECRET, link_new, make_report

pytestmark = pytest.mark.django_db
TEXT = "Young people may be met at the takeaway late in the evening. Tell us what you find."


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    made = make_case(shared_cast)
    share_with(made, shared_cast.agency("police"), by=shared_cast.practitioner)
    return made


@pytest.fixture(scope="module")
def place(shared_cast: Cast, case: Case) -> Subject:
    return link_new(shared_cast, make_report(shared_cast, case=case), SubjectKind.PLACE, name="Acorn Arcade")


def shared(cast: Cast, place: Subject, text: str = TEXT, days: int = 30) -> SharedSentence:
    return services.share(
        subject=place, agency=cast.agency("health"), text=text,
        until=timezone.localdate() + dt.timedelta(days=days), by=cast.police, key=new_key(),
    )  # fmt: skip


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_agency_reads_the_sentence_and_nothing_else(cast: Cast, case: Case, place: Subject) -> None:
    made = shared(cast, place)
    nurse, outsider = signed_in(cast, "health"), signed_in(cast, "outsider")
    page = page_of(nurse, "/intelligence/shared/") + page_of(nurse, f"/intelligence/shared/{made.pk}/")
    assert TEXT in page
    report = place.links.get().report
    for hidden in (
        place.name,
        place.reference,
        report.reference,
        case.reference,
        case.child.given_name,
        SANITISED,
    ):
        assert hidden not in page
    assert TEXT not in page_of(outsider, "/intelligence/shared/")
    assert outsider.get(f"/intelligence/shared/{made.pk}/").status_code == 404
    assert nurse.get(f"/intelligence/subjects/{place.reference}/").status_code == 404
    with acting_for(cast.health):
        assert list(SharedSentence.objects.values_list("text", flat=True)) == [TEXT]
        assert not Subject.objects.exists()
    with acting_for(cast.outsider):
        assert not SharedSentence.objects.exists()
    assert Notification.objects.filter(user=cast.health, text__contains="shared something").exists()


@pytest.mark.parametrize("how", ["expired", "ended"])
def test_after_its_day_it_is_gone(cast: Cast, place: Subject, how: str) -> None:
    made = shared(cast, place)
    if how == "ended":
        services.end(sentence=made, by=cast.police)
    else:
        SharedSentence.objects.update(until=timezone.localdate() - dt.timedelta(days=1))
    nurse = signed_in(cast, "health")
    assert TEXT not in page_of(nurse, "/intelligence/shared/")
    assert nurse.get(f"/intelligence/shared/{made.pk}/").status_code == 404
    with pytest.raises(NotVisible):
        services.add_visit(
            sentence=made, on=timezone.localdate(), found="Closed", by=cast.health, key=new_key()
        )  # fmt: skip
    assert "No longer read" in page_of(
        signed_in(cast, "police"), f"/intelligence/subjects/{place.reference}/"
    )


def test_a_visit_is_kept_once_and_becomes_a_fact_by_one_press(cast: Cast, place: Subject) -> None:
    made, nurse, owen = shared(cast, place), signed_in(cast, "health"), signed_in(cast, "police")
    today, found = timezone.localdate(), "Two children were inside at 10pm without an adult."
    day = {"on_day": str(today.day), "on_month": str(today.month), "on_year": str(today.year)}
    assert TEXT in page_of(nurse, f"/intelligence/shared/{made.pk}/")
    nurse.post(f"/intelligence/shared/{made.pk}/", {**day, "found": found})
    visit = Visit.objects.get()
    assert (visit.found, visit.agency, visit.recorded_by) == (found, cast.agency("health"), cast.health)
    page = f"/intelligence/subjects/{place.reference}/"
    assert found in page_of(owen, page)
    owen.post(f"{page}act/", {"act": f"visit:{visit.pk}"})
    fact = Fact.objects.get()
    assert (fact.text, fact.source, fact.grade) == (found, f"Visit by {visit.agency.short_name}", "1AP")
    assert Notification.objects.filter(user=cast.police, text__contains="answered a sentence").exists()
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {Action.SENTENCE_SHARED, Action.SENTENCES_READ, Action.VISIT_RECORDED} <= actions


def test_a_sentence_names_no_child_no_source_and_nothing_of_a_c_line(
    cast: Cast, case: Case, place: Subject
) -> None:
    secret = make_report(cast, handling=Handling.C)
    desk.link_subject(report=secret, subject=place, by=cast.police)
    connect(
        cast, make_case(cast, child=make_child(given_name="Rosalind")), place
    )  # the police do not see the case
    for text, why in (
        ("Rosalind is met there.", "Rosalind"),
        (f"{case.child.given_name} is met there.", case.child.given_name),
        (f"Ask {SECRET}.", SECRET),
        ("We were told that somebody waits there.", "were told"),
        ("He uses a silver van near the market.", "uses a silver van near the"),
    ):
        with pytest.raises(NotAllowedNow, match=why):
            shared(cast, place, text)
    assert not SharedSentence.objects.exists()
    page = signed_in(cast, "police").post(
        f"/intelligence/subjects/{place.reference}/act/",
        {
            "act": "share", "text": f"{case.child.given_name} is met there.", "until_year": "2100", "until_day": "1",
            "until_month": "1", "agency": str(cast.agency("health").pk),
        },
    )  # fmt: skip
    assert "it could name a child or a source" in page.content.decode()
    assert shared(cast, place, "Young people may wait near Acorn Arcade.").text


def test_nothing_is_shared_of_somebody_under_18_nor_by_anybody_else(cast: Cast, place: Subject) -> None:
    report: IntelligenceReport = place.links.get().report
    young = link_new(cast, report, SubjectKind.PERSON, name="Kez")
    with pytest.raises(NotPermitted):
        services.share(
            subject=young, agency=cast.agency("health"), text=TEXT, until=timezone.localdate(), by=cast.manager,
            key=new_key(),
        )  # fmt: skip
    young.details = {"age": 16, "age_on": timezone.localdate().isoformat()}
    young.save(update_fields=["details"])
    with pytest.raises(NotAllowedNow, match="This is a child"):
        shared(cast, young)
