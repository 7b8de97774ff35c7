"""Who is told at each stage of a disagreement above practitioners, and what they read of it without the case."""

import pytest
from django.test import Client
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from mase.disagreements import services as disagreements
from mase.disagreements.models import Disagreement, NamedStage, StagePerson
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.disagreements import raised, resolved, run_out
from tests.factories.meetings import colleague, make_meeting, membership

pytestmark = pytest.mark.django_db
PAGE = "/disagreements/who-answers/"


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
    return disagreements.escalate(disagreement=row, stage=row.stage, reason="No answer", by=by)


def test_each_stage_reaches_whom_the_agency_names_for_it_and_else_its_lead(
    cast: Cast, row: Disagreement
) -> None:
    manager = colleague(cast.agency("csc"), "Tom Reyes", job="Team manager")
    head = colleague(cast.agency("csc"), "Ana Holt", job="Head of service")
    people = {NamedStage.LINE_MANAGERS: manager, NamedStage.HEADS_OF_SERVICE: head}
    assert disagreements.name_people(agency=cast.agency("csc"), people=people, by=cast.lead) == 2
    for stage in (2, 3, 4):
        further(row, cast.health)
        reached = {2: manager, 3: cast.lead, 4: head}[stage].full_name
        assert row.stages.get(number=stage).called == f"{reached} ({cast.agency('csc').short_name})"
    assert (len(told(manager)), len(told(cast.lead)), len(told(head))) == (1, 1, 1)
    page = signed_in(cast.health).get(f"/disagreements/{row.pk}/").content.decode()
    assert "Called: Tom Reyes" in page


def test_an_agency_with_nobody_is_not_silence(cast: Cast, row: Disagreement) -> None:
    further(row, cast.health)
    words = "Health has nobody for the stage of line managers of a disagreement. Ring them: who answers?"
    note = Notification.objects.get(user=cast.manager, text=words.replace("Health", row.agency.short_name))
    assert (note.url, note.case_id) == (f"/disagreements/{row.pk}/", row.case_id)
    assert not Notification.objects.filter(text__startswith=f"{row.against.short_name} has nobody").exists()


def test_who_has_left_or_is_shut_out_is_not_told_and_the_lead_is(cast: Cast, row: Disagreement) -> None:
    gone, shut = colleague(cast.agency("csc"), "Tom Reyes"), colleague(cast.agency("csc"), "Ana Holt")
    people = {NamedStage.LINE_MANAGERS: gone, NamedStage.NAMED_LEADS: shut}
    disagreements.name_people(agency=cast.agency("csc"), people=people, by=cast.lead)
    end_membership(membership=membership(gone), on=timezone.localdate())
    exclusions.exclude(case=row.case, user=shut, reason="Knows the family", by=cast.privacy)
    further(row, cast.health)
    further(row, cast.health)
    assert (told(gone), told(shut), len(told(cast.lead))) == ([], [], 2)


def test_the_line_says_whom_to_ring_and_nothing_of_the_child(cast: Cast, row: Disagreement) -> None:
    User.objects.filter(pk=cast.health.pk).update(phone="0121 496 0000")
    manager = colleague(cast.agency("csc"), "Tom Reyes", Role.REFERRER)
    disagreements.name_people(
        agency=cast.agency("csc"), people={NamedStage.LINE_MANAGERS: manager}, by=cast.lead
    )
    further(row, cast.health)
    [line] = told(manager)
    for words in (row.agency.short_name, row.against.short_name, "line managers", "0121 496 0000"):
        assert words in line
    for secret in (row.case.child.family_name, row.case.reference, row.about):
        assert secret not in line
    assert signed_in(manager).get(f"/disagreements/{row.pk}/").status_code == 404


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
    assert not row.stages.exclude(called="").exists()
    page = signed_in(cast.health).get(f"/disagreements/{row.pk}/").content.decode()
    assert "only those who see this restricted case" in page
    row.refresh_from_db()
    assert row.stage == 5
    resolved(row, cast.manager)


def test_the_lead_names_people_of_their_own_agency_on_a_page(cast: Cast) -> None:
    head = colleague(cast.agency("csc"), "Ana Holt", job="Head of service")
    client = signed_in(cast.lead)
    assert PAGE in client.get("/people/").content.decode()
    page = client.get(PAGE).content.decode()
    assert "Ana Holt, Head of service" in page
    assert cast.health.full_name not in page
    assert client.post(PAGE, {"stage_4": str(membership(head).pk)}).status_code == 302
    assert StagePerson.objects.get().person == head
    client.post(PAGE, {"stage_4": str(membership(head).pk)})
    assert StagePerson.objects.count() == 1, "the same twice is one"
    client.post(PAGE, {})
    ended = StagePerson.objects.get()
    assert (ended.ended_by, StagePerson.objects.now().exists()) == (cast.lead, False)
    assert AuditEvent.objects.filter(action=Action.STAGE_PERSON_NAMED).count() == 2
    nurse = str(Membership.objects.get(user=cast.health).pk)
    assert client.post(PAGE, {"stage_4": nurse}).status_code == 200


def test_nobody_else_names_anybody(cast: Cast) -> None:
    people = {NamedStage.LINE_MANAGERS: cast.health}
    with pytest.raises(NotPermitted):
        disagreements.name_people(agency=cast.agency("health"), people=people, by=cast.health)
    for agency in ("csc", "health"):
        with pytest.raises(NotPermitted):
            disagreements.name_people(agency=cast.agency(agency), people=people, by=cast.lead)
    assert signed_in(cast.manager).get(PAGE).status_code == 403
