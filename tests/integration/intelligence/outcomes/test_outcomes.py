"""Outcomes in court, person by person: on the child's court page, and on the person's without any child."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.access.records import disclosed_as
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible, StaleEdit
from cse_portal.jobs.models import Notification
from intelligence.outcomes.models import CourtOutcome
from intelligence.outcomes.selectors import outcome_for, outcomes_of
from intelligence.outcomes.services import record_outcome
from intelligence.subjects.models import Subject
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.court import ago, make_investigation
from tests.integration.mase.cmog.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, child=make_child(given_name="Amara", family_name="Testley"))


@pytest.fixture(scope="module")
def person(shared_cast: Cast, case: Case) -> Subject:
    return named_by_a_report(shared_cast, case)[0]


@pytest.fixture(scope="module")
def investigation(shared_cast: Cast, case: Case, person: Subject) -> Any:
    return make_investigation(shared_cast, case)


def recorded(cast: Cast, case: Case, investigation: Any, person: Subject, **given: Any) -> CourtOutcome:
    """As the form does it."""
    by = given.pop("by", cast.practitioner)
    with acting_for(by):
        found = outcome_for(by, case, investigation.pk, person.reference)
        said = {
            "result": "FOUND_GUILTY", "decided_on": ago(1), "text": "Four years.", "version": found.version, **given,
        }  # fmt: skip
        return record_outcome(outcome=found, by=by, **said)


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_childs_page_names_the_person_and_the_persons_page_no_child(
    cast: Cast, case: Case, person: Subject, investigation: Any
) -> None:
    court, subject = f"/cases/{case.reference}/court/", f"/intelligence/subjects/{person.reference}/"
    form = reverse("intelligence:court-outcome", args=[case.reference, investigation.pk, person.reference])
    lead, day = signed_in(cast, "practitioner"), ago(1)
    assert f'href="{form}"' in page_of(lead, court)
    assert "Name no child" in page_of(lead, form)
    given = {
        "version": "0", "result": "FOUND_GUILTY", "text": "Four years.", "decided_on_day": day.day,
        "decided_on_month": day.month, "decided_on_year": day.year,
    }  # fmt: skip
    for _ in range(2):
        assert lead.post(form, given).status_code == 302
    outcome = CourtOutcome.objects.get()
    for name in ("practitioner", "manager", "police"):
        page = page_of(signed_in(cast, name), court)
        for words in (person.name, "Found guilty", "Four years."):
            assert words in page, name
    on_the_persons = page_of(signed_in(cast, "police"), subject)
    section = on_the_persons.partition('id="outcomes"')[2].partition("</section>")[0]
    assert "Found guilty" in section
    assert not {"Amara", "Testley", case.reference, investigation.crime_reference} & set(section.split())
    assert "Amara" not in section
    told = case.chronology.get(kind=EntryKind.COURT, source_id=outcome.pk)
    assert (told.text, told.happened_on) == ("Outcome against one person: Found guilty.", day)
    assert Notification.objects.filter(user=cast.police, text__contains="Review the standing").count() == 1
    assert disclosed_as(outcome) == [("An outcome in court", f"Found guilty, {day:%-d %B %Y}. Four years.")]


def test_who_sees_no_person_of_concern_finds_no_outcome(
    cast: Cast, case: Case, person: Subject, investigation: Any
) -> None:
    recorded(cast, case, investigation, person)
    seen = {name for name, user in cast.people.items() if outcomes_of(user, person).exists()}
    assert seen == {name for name, user in cast.people.items() if Subject.objects.visible_to(user).exists()}
    assert {"manager", "police", "practitioner"} <= seen
    assert not {"outsider", "health", "privacy"} & seen
    exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    different = []
    for name, user in cast.people.items():
        listed = set(CourtOutcome.objects.visible_to(user))
        with acting_for(user):
            if listed != set(CourtOutcome.objects.all()):
                different.append(name)
    assert different == []
    assert not CourtOutcome.objects.visible_to(cast.police).exists()
    with pytest.raises(NotVisible):
        recorded(cast, case, investigation, person, by=cast.outsider)


def test_what_does_not_fit_is_refused_and_named(
    cast: Cast, case: Case, person: Subject, investigation: Any
) -> None:
    for given, field, words in (
        ({"decided_on": ago(101)}, "decided_on", "when the investigation opened"),
        ({"decided_on": ago(-1)}, "decided_on", "to today"),
        ({"text": "He may not meet Amara."}, "text", "Take out “Amara”"),
    ):
        with pytest.raises(NotAllowedNow, match=words) as refused:
            recorded(cast, case, investigation, person, **given)
        assert refused.value.field == field  # type: ignore[attr-defined]
    with pytest.raises(NotPermitted):
        recorded(cast, case, investigation, person, by=cast.police)  # sees, and does not work on it
    with pytest.raises(NotVisible):
        recorded(cast, make_case(cast), investigation, person)
    assert not CourtOutcome.objects.exists()


def test_two_writers_read_both_and_a_mistake_goes_from_every_page(
    cast: Cast, case: Case, person: Subject, investigation: Any
) -> None:
    recorded(cast, case, investigation, person)
    with pytest.raises(StaleEdit):
        recorded(cast, case, investigation, person, text="Five years.", version=0)
    day = timezone.localdate()
    form = reverse("intelligence:court-outcome", args=[case.reference, investigation.pk, person.reference])
    given = {"decided_on_day": day.day, "decided_on_month": day.month, "decided_on_year": day.year}
    page = signed_in(cast, "manager").post(
        form, {**given, "version": "0", "result": "STOPPED", "text": "Five years."}
    )
    assert "Saved meanwhile: Found guilty" in page.content.decode()
    assert "Five years." in page.content.decode()
    recorded(cast, case, investigation, person, result="MISTAKE")
    assert not outcomes_of(cast.police, person).exists()
    assert "Four years." not in page_of(
        signed_in(cast, "police"), f"/intelligence/subjects/{person.reference}/"
    )
    assert "nothing recorded" in page_of(signed_in(cast, "manager"), f"/cases/{case.reference}/court/")
