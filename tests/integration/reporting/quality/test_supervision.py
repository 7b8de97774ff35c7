"""Supervision: who records whose, what each reads of it, when the next is due, and that a correction leaves both."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services.exclusions import exclude
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person, end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.drafts.models import Draft
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from reporting.home.selectors.oversight import oversight
from reporting.quality.models import ASKED, Supervision, SupervisionEntry
from reporting.quality.selectors import cases_to_talk_about, entries_of, supervision_due, supervision_for
from tests.access.test_addresses import signed_in
from tests.access.test_attacks import move
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.quality import supervised

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SIX_WEEKS = dt.timedelta(days=42)


@pytest.fixture
def senior(cast: Cast) -> User:
    """A team manager of social care, as practitioners are to the portal."""
    return colleague(cast, "joanna", "csc")


def colleague(cast: Cast, name: str, agency: str, role: Role = Role.PRACTITIONER) -> User:
    email = f"{name}@example.org"
    person = add_person(email=email, full_name=name.title(), agency=cast.agency(agency), role=role)
    cast.people[name] = person
    return person


def answers(person: User, held_on: dt.date = TODAY, **more: Any) -> dict[str, Any]:
    """What the form of a supervision brings."""
    days = {
        f"{name}_{part}": str(getattr(day, part))
        for name, day in {"held_on": held_on, "agreed-0-due_on": TODAY + SIX_WEEKS}.items()
        for part in ("day", "month", "year")
    }
    said = {each.code: f"Of {each.code}." for each in codes(ASKED)}
    rows = {"agreed-TOTAL_FORMS": "1", "agreed-INITIAL_FORMS": "0", "agreed-0-text": "Visit together."}
    return {"person": str(person.pk), "form_token": str(new_key()), **said, **days, **rows, **more}


def test_a_supervisor_records_it_for_a_colleague_once_and_both_read_it(cast: Cast, senior: User) -> None:
    case, client = make_case(cast, category=RiskCategory.HIGH), signed_in(cast, "joanna")
    page = client.get(f"/supervision/new/?person={cast.practitioner.pk}").content.decode()
    assert f"What did you say about {case.child.name}, {case.reference}?" in page
    Draft.objects.create(user=senior, key="supervision:new", sealed="x", expires_at=timezone.now())
    said = answers(cast.practitioner, draft="supervision:new", **{str(case.pk): "She trusts her aunt."})
    wrong = client.post("/supervision/new/", {**said, "voice": ""}).content.decode()
    assert "live and feel now" in wrong
    assert "She trusts her aunt." in wrong
    for _ in range(2):
        done = client.post("/supervision/new/", said, follow=True).content.decode()
    assert "Visit together." in done
    row = Supervision.objects.get()
    assert (row.supervisor, row.supervised, row.agency) == (senior, cast.practitioner, cast.agency("csc"))
    assert row.next_on == TODAY + SIX_WEEKS
    assert not Draft.objects.exists()
    assert Notification.objects.get(user=cast.practitioner).url == row.get_absolute_url()
    event = AuditEvent.objects.get(action=Action.SUPERVISION_RECORDED)
    assert (event.object_id, event.detail) == (row.pk, {"cases": [str(case.pk)]})
    assert (
        "She trusts her aunt." in signed_in(cast, "practitioner").get(row.get_absolute_url()).content.decode()
    )


def test_the_children_of_whom_is_chosen_are_asked_for_with_nothing_lost(cast: Cast, senior: User) -> None:
    case = make_case(cast)
    said = answers(cast.practitioner, choose="1", voice="", worries="The car.")
    page = signed_in(cast, "joanna").post("/supervision/new/", said).content.decode()
    assert case.reference in page
    assert "The car." in page
    assert "govuk-error-message" not in page
    assert not Supervision.objects.exists()


def test_its_words_are_read_by_the_two_and_the_manager_of_the_teams_people(cast: Cast, senior: User) -> None:
    make_case(cast)
    worker = colleague(cast, "iris", "cse-team", Role.COORDINATOR)
    colleague(cast, "ruth", "cse-team", Role.COORDINATOR)
    of_the_team = supervised(worker, by=colleague(cast, "paul", "cse-team", Role.COORDINATOR))
    elsewhere = supervised(cast.practitioner, by=senior)
    readers = {of_the_team: {"iris", "paul", "manager"}, elsewhere: {"joanna", "practitioner"}}
    for row, allowed in readers.items():
        for name, user in cast.people.items():
            seen = signed_in(cast, name).get(row.get_absolute_url()).status_code == 200
            with acting_for(user):
                held = SupervisionEntry.objects.filter(supervision=row).exists()
            assert seen == held == (name in allowed), name
    with pytest.raises(NotVisible):
        supervision_for(cast.manager, elsewhere.pk)


def test_what_is_said_of_a_child_is_about_a_case_that_both_see_and_goes_with_sight_of_it(
    cast: Cast, senior: User
) -> None:
    case, other = (
        make_case(cast),
        make_case(cast, lead_agency=cast.agency("cse-team"), lead_professional=cast.manager),
    )
    assert cases_to_talk_about(senior, cast.practitioner) == [case]
    blind = colleague(cast, "milly", "yos")
    with pytest.raises(NotAllowedNow, match=f"Milly or you may not see {other.reference}"):
        supervised(blind, by=cast.manager, children={other: "x"})
    row = supervised(cast.practitioner, by=senior, children={case: "She is afraid."})
    assert [each.text for each in entries_of(senior, row) if each.case] == ["She is afraid."]
    exclude(case=case, user=senior, reason="A relative", by=cast.privacy)
    assert not [each for each in entries_of(senior, row) if each.case]
    with acting_for(senior):
        assert not SupervisionEntry.objects.filter(case=case).exists()
    assert "She is afraid." not in signed_in(cast, "joanna").get(row.get_absolute_url()).content.decode()


def test_one_supervises_people_of_ones_own_agency_and_the_manager_anybody_who_works_with_children(
    cast: Cast, senior: User
) -> None:
    for person in (cast.police, senior, cast.analyst):
        with pytest.raises(NotAllowedNow, match="Choose somebody"):
            supervised(person, by=senior)
    with pytest.raises(NotPermitted):
        supervised(cast.practitioner, by=cast.lead)
    assert supervised(cast.police, by=cast.manager).agency == cast.agency("police")


@pytest.mark.parametrize(("days", "words"), [(0, "Enter a day after"), (43, "Enter a day after"), (14, "")])
def test_the_next_is_sooner_than_the_clock_says_and_never_later(
    cast: Cast, senior: User, days: int, words: str
) -> None:
    day = TODAY + dt.timedelta(days=days)
    said = answers(cast.practitioner, next_on_day=day.day, next_on_month=day.month, next_on_year=day.year)
    page = signed_in(cast, "joanna").post("/supervision/new/", said, follow=True).content.decode()
    assert words in page
    assert [each.next_on for each in Supervision.objects.all()] == ([] if words else [day])


def test_today_of_both_says_when_it_is_due_and_who_supervises_no_more_is_told_no_more(
    cast: Cast, senior: User
) -> None:
    supervised(cast.practitioner, by=cast.manager, ago=200)
    supervised(cast.practitioner, by=senior, ago=50)
    for name, other in (("joanna", cast.practitioner), ("practitioner", senior)):
        page = signed_in(cast, name).get("/").content.decode()
        assert "Supervision due" in page
        assert f"with {other.full_name}" in page
        assert "Overdue</strong>" in page
    assert supervision_due(cast.manager) == []
    end_membership(membership=cast.practitioner.memberships.get(), on=TODAY)
    assert supervision_due(senior) == []


def test_who_moves_to_another_agency_leaves_its_supervision_behind(cast: Cast, senior: User) -> None:
    row = Supervision.objects.create(
        supervisor=senior, supervised=cast.practitioner, agency=cast.agency("csc"), held_on=TODAY, next_on=TODAY,
        recorded_at=timezone.now() - dt.timedelta(days=1),
    )  # fmt: skip
    assert [each for each, _ in supervision_due(senior)] == [row]
    move(senior, cast, "police")
    assert supervision_due(senior) == []
    moved = signed_in(cast, "joanna")
    assert cast.practitioner.full_name not in moved.get("/supervision/").content.decode()
    assert moved.get(row.get_absolute_url()).status_code == 404
    assert supervision_for(cast.practitioner, row.pk) == row


def test_the_manager_sees_when_each_worker_was_supervised_beside_their_cases(
    cast: Cast, senior: User
) -> None:
    make_case(cast)
    page = signed_in(cast, "manager").get("/").content.decode()
    assert "Never" in page
    row = supervised(cast.practitioner, by=senior, ago=3)
    found = {each.key: each.supervision for each in oversight(cast.manager).workers}
    assert found[cast.practitioner.pk] == row
    worker = colleague(cast, "iris", "cse-team", Role.COORDINATOR)
    assert [each.supervision for each in oversight(worker).workers] == [None]


def correct(client: Client, row: Supervision, of: User | None = None, **said: Any) -> str:
    brought = answers(of or row.supervised, **said)
    answer = client.post(f"{row.get_absolute_url()}correct/", brought, follow=True)
    return answer.content.decode()


def test_a_correction_takes_the_place_of_a_record_that_is_never_changed(cast: Cast, senior: User) -> None:
    case = make_case(cast)
    row = supervised(cast.practitioner, by=senior, ago=1, children={case: "Her aunt."})
    client = signed_in(cast, "joanna")
    Case.objects.update(lead_professional=None)  # what was said of a child stays, also where another leads
    assert "Her aunt." in client.get(f"{row.get_absolute_url()}correct/").content.decode()
    assert "whose supervision you correct" in correct(client, row, colleague(cast, "tom", "csc"))
    assert signed_in(cast, "practitioner").get(f"{row.get_absolute_url()}correct/").status_code == 403
    assert "an earlier record" in correct(client, row, voice="Corrected.")
    assert "This was recorded again" in client.get(row.get_absolute_url()).content.decode()
    assert "corrected before" in correct(client, row)
    assert [each.corrects for each, _ in supervision_due(senior)] == [row]
    with pytest.raises(DatabaseError), transaction.atomic(), acting_for(senior):
        Supervision.objects.filter(pk=row.pk).update(held_on=TODAY)
    with pytest.raises(DatabaseError), transaction.atomic(), acting_for(senior):
        row.entries.update(text="Changed")
