"""Who and what is of concern in a child's network: for those who hold the child's intelligence, and nobody else."""

import pytest
from django.urls import reverse

from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from intelligence.desk import services as desk
from intelligence.subjects.models import Handling, Subject, SubjectKind
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import share_with
from tests.factories.connections import connect, make_shared_case, make_subject
from tests.factories.intelligence import link_new, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def simran(shared_cast: Cast) -> Case:
    return make_shared_case(shared_cast, "Simran")


@pytest.fixture(scope="module")
def car(shared_cast: Cast, simran: Case) -> Subject:
    """Named by a report about her."""
    return make_subject(shared_cast, simran)[0]


def main_of(cast: Cast, person: str, case: Case) -> str:
    """The page of family and network, as this person reads it."""
    answer = signed_in(cast, person).get(reverse("cases:family", args=[case.reference]))
    assert answer.status_code == 200, person
    return answer.content.decode().split("<main", 1)[1]


def test_the_picture_and_the_table_show_who_and_what_a_child_is_tied_to(
    cast: Cast, simran: Case, car: Subject
) -> None:
    report = car.links.get().report
    kez = link_new(cast, report, SubjectKind.PERSON, name="Kez")
    connect(cast, simran, kez, role="collected", source="INTERVIEW")
    connect(cast, simran, make_shared_case(cast, "Ellie-Mae"))
    for person in ("police", "manager", "practitioner"):
        said = main_of(cast, person, simran)
        assert "Of concern: Kez and Grey Audi." in said
        assert said.count("Collected, ") == 3, (
            "in the table, in the drawing for a desk and in that for a phone"
        )
        assert "return home interview" in said
        assert report.reference not in said, "no interview stands beside the number of a report"
        assert 'stroke-dasharray="6 4"' in said, "they stand apart"
        assert "Ellie-Mae" not in said, "another child is nobody of concern"
    event = AuditEvent.objects.filter(action=Action.CASE_VIEWED, actor=cast.police).latest("at")
    assert {str(kez.pk), str(car.pk)} <= set(event.detail["about"])


def test_who_holds_no_intelligence_of_the_child_sees_and_counts_none(
    cast: Cast, simran: Case, car: Subject
) -> None:
    share_with(simran, cast.agency("health"), by=cast.practitioner)
    said = main_of(cast, "health", simran)
    for words in ("Of concern", "Grey Audi", "of concern", 'stroke-dasharray="6 4"'):
        assert words not in said
    address = reverse("cases:family", args=[simran.reference])
    for person in ("outsider", "board", "administrator"):
        assert "Grey Audi" not in signed_in(cast, person).get(address).content.decode()


def test_a_hidden_report_or_an_end_that_is_hidden_draws_nobody(
    cast: Cast, simran: Case, car: Subject
) -> None:
    report = car.links.get().report
    secret = make_report(cast, case=simran, handling=Handling.C)
    hidden = link_new(cast, secret, SubjectKind.PERSON, name="Hidden Man")
    assert "Hidden Man" in main_of(cast, "police", simran)
    said = main_of(cast, "manager", simran)
    assert "Of concern: Grey Audi." in said
    assert hidden.name not in said
    friend = make_shared_case(cast, "Rosalind")
    desk.link_case(report=report, reference=friend.reference, by=cast.police)
    exclusions.exclude(case=friend, user=cast.manager, reason="Knows the family", by=cast.privacy)
    assert "Grey Audi" not in main_of(cast, "manager", simran), (
        "it would lead to the child they are kept from"
    )
    desk.withdraw(report=report, reason="Another car", by=cast.police)
    assert "Grey Audi" not in main_of(cast, "practitioner", simran)
