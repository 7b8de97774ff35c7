"""Who is told at each stage of a disagreement above practitioners, and what they read of it without the case."""

import pytest
from django.test import Client

from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from mase.disagreements import services as disagreements
from mase.disagreements.models import Disagreement, EntryKind
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.disagreements import raised, resolved, run_out
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast)


@pytest.fixture
def row(cast: Cast, case: Case) -> Disagreement:
    make_meeting(cast, case, agencies=[], people=[cast.health])
    return raised(cast, case)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(user: User) -> list[str]:
    rows = Notification.objects.filter(user=user, text__regex="disagree( about|,)")
    return [each.text for each in rows.order_by("created_at")]


def further(row: Disagreement, by: User) -> Disagreement:
    row.refresh_from_db()
    return disagreements.act(
        disagreement=row, kind=EntryKind.ESCALATED, stage=row.stage, text="No answer", by=by
    )


def test_each_stage_reaches_the_agencys_lead(cast: Cast, row: Disagreement) -> None:
    for stage in (2, 3, 4):
        further(row, cast.health)
        assert (
            row.entries.get(stage=stage).called == f"{cast.lead.full_name} ({cast.agency('csc').short_name})"
        )
    assert len(told(cast.lead)) == 3
    page = signed_in(cast.health).get(f"/disagreements/{row.pk}/").content.decode()
    assert f"Called: {cast.lead.full_name}" in page


def test_an_agency_with_nobody_is_not_silence(cast: Cast, row: Disagreement) -> None:
    further(row, cast.health)
    words = "Health has nobody for the stage of line managers of a disagreement. Ring them: who answers?"
    note = Notification.objects.get(user=cast.manager, text=words.replace("Health", row.agency.short_name))
    assert (note.url, note.case_id) == (f"/disagreements/{row.pk}/", row.case_id)
    assert not Notification.objects.filter(text__startswith=f"{row.against.short_name} has nobody").exists()


def test_the_line_says_whom_to_ring_and_nothing_of_the_child(cast: Cast, row: Disagreement) -> None:
    User.objects.filter(pk=cast.health.pk).update(phone="0121 496 0000")
    further(row, cast.health)
    [line] = told(cast.lead)
    for words in (row.agency.short_name, row.against.short_name, "line managers", "0121 496 0000"):
        assert words in line
    for secret in (row.case.child.family_name, row.case.reference, row.about):
        assert secret not in line
    assert signed_in(cast.lead).get(f"/disagreements/{row.pk}/").status_code == 404


def restricted(cast: Cast, case: Case, *people: User, by: User | None = None) -> Case:
    """To these, to Priya, who leads it, and to anyone who restricts it."""
    return access.restrict(
        case=case, reason_code="ADDRESS_CONFIDENTIAL", people=list(people), lawful_basis=LAWFUL_BASIS,
        by=by or cast.manager,
    )  # fmt: skip


def nobody_at(user: User) -> set[str]:
    """Of whom the portal says to this person that nobody answers there."""
    rows = Notification.objects.filter(user=user, text__contains="has nobody for the stage")
    return {each.text.partition(" has nobody")[0] for each in rows}


def test_of_a_restricted_case_nobody_is_called_who_does_not_see_it_and_the_chair_rings_them(
    cast: Cast, case: Case, health_lead: User
) -> None:
    make_meeting(cast, case, agencies=[], people=[cast.health])
    case = restricted(cast, case, cast.health)
    row = raised(cast, case, safety="He waits outside the house.")
    outside = (health_lead, cast.lead, cast.board)
    assert [told(each) for each in outside] == [[], [], []]
    assert nobody_at(cast.manager) == {row.agency.short_name, row.against.short_name}
    to_ring = Notification.objects.filter(user=cast.manager, text__contains="nobody for the stage")
    assert all("Ring them: who answers? The case is restricted" in each.text for each in to_ring)
    further(row, cast.health)
    assert [told(each) for each in outside] == [[], [], []]
    assert nobody_at(cast.manager) == {row.agency.short_name, row.against.short_name, "The board"}
    run_out(row)
    disagreements.remind()
    assert [told(each) for each in outside] == [[], [], []]
    assert not row.entries.exclude(called="").exists()
    page = signed_in(cast.health).get(f"/disagreements/{row.pk}/").content.decode()
    assert "only those who see this restricted case" in page
    row.refresh_from_db()
    assert row.stage == 5
    resolved(row, cast.manager)
