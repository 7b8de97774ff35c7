"""People are told that something waits, and the mail says nothing else."""

import uuid

import pytest
from django.core import mail
from django.test import Client

from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.concerns.services import add_addendum
from cases.sharing.services import access, exclusions
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.jobs.selectors import notifications, unread_count
from cse_portal.jobs.services import mark_read, mark_these_read, notify
from cse_portal.keys import new_key
from intelligence.desk import services as reports
from intelligence.subjects.models import Handling
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.concerns import decide, make_concern
from tests.factories.intelligence import make_report

TEXT = "There is a decision on concern CON-2026-00042."


@pytest.mark.django_db(transaction=True)
def test_the_mail_holds_nothing_but_that_there_is_a_task(cast: Cast) -> None:
    notify(user=cast.practitioner, text=TEXT, url="/concerns/CON-2026-00042/")
    (letter,) = mail.outbox
    assert letter.to == ["practitioner@example.org"]
    assert (letter.subject, letter.body) == ("You have a task", "You have a task. Sign in.")


def test_a_notification_opens_its_page_and_counts_as_read(cast: Cast) -> None:
    note = notify(user=cast.practitioner, text=TEXT, url="/notifications/")
    assert unread(cast.practitioner) == 1
    answer = signed_in(cast.practitioner).post(f"/notifications/{note.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/notifications/")
    assert unread(cast.practitioner) == 0


def test_whom_somebodys_notifications_tell_of_is_on_record(cast: Cast) -> None:
    """They name cases by reference; who reads them is found among who was shown that child."""
    case, concern = make_case(cast), make_concern(cast.health)
    told = cast.practitioner
    Notification.objects.all().delete()
    notify(user=told, text="Say who you are close to.", url="/conflicts/")
    signed_in(told).get("/notifications/")
    assert not AuditEvent.objects.filter(action=Action.NOTICES_SHOWN).exists(), "they told of no child"
    notify(user=told, text=f"Something waits on {case.reference}.", url="/notifications/", case_id=case.pk)
    notify(user=cast.manager, text=TEXT, url="/concerns/", about_id=concern.pk)
    for person in (told, cast.manager):
        assert signed_in(person).get("/notifications/").status_code == 200
    hers, chairs = AuditEvent.objects.filter(action=Action.NOTICES_SHOWN).order_by("at", "pk")
    assert (hers.actor, hers.detail) == (told, {"cases": [str(case.pk)]})
    assert (chairs.actor, chairs.detail) == (cast.manager, {"about": [str(concern.pk)]})


def test_they_are_in_three_groups_and_name_the_child_to_who_sees_the_case(cast: Cast) -> None:
    case = make_case(cast)
    Notification.objects.all().delete()
    for text in (
        "The child of case X is missing.",
        "Minutes of a meeting are agreed.",
        "You have 1 new action.",
    ):
        for person in (cast.practitioner, cast.outsider):
            notify(user=person, text=text, url="/notifications/", case_id=case.pk)
    lead = signed_in(cast.practitioner)
    groups = lead.get("/notifications/").context["groups"]
    assert [each.label for each in groups] == ["Urgent", "To do", "For information"]
    assert {line.child for each in groups for _, lines in each.days for line in lines} == {case.child.name}
    assert case.child.name not in signed_in(cast.outsider).get("/notifications/").content.decode()
    lead.post("/notifications/read/", {"these": [*groups[0].unread, "no key"]})
    assert unread(cast.practitioner) == 2, "the urgent one was read, with no other"


def test_somebody_elses_notification_does_not_exist(cast: Cast) -> None:
    note = notify(user=cast.practitioner, text=TEXT, url="/notifications/")
    with pytest.raises(NotVisible):
        mark_read(notification_id=note.pk, by=cast.outsider)
    assert signed_in(cast.outsider).post(f"/notifications/{note.pk}/open/").status_code == 404
    assert mark_these_read(keys=[note.pk], by=cast.outsider) == 0
    assert unread(cast.practitioner) == 1


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# ------------------------------------------------------------------------------------------ lines about a case


@pytest.mark.parametrize("how", ["excluded", "restricted"])
def test_a_line_about_a_case_goes_with_the_sight_of_the_case(cast: Cast, how: str) -> None:
    """From the page, the number at its head, opening it, and the database; and comes back with the case."""
    case = make_case(cast)
    access.share(
        case=case, to=cast.police, reason="Works with her", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    (note,) = Notification.objects.filter(user=cast.police)
    assert note.case_id == case.pk
    notify(user=cast.police, text="A return waits.", url="/")
    assert unread(cast.police) == 2
    if how == "excluded":
        shut = exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    else:
        access.restrict(
            case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
        )
    officer = signed_in(cast.police)
    page = officer.get("/notifications/").content.decode()
    assert case.reference not in page
    assert "A return waits." in page
    assert '<span class="app-header__count">1</span>' in page
    assert officer.post(f"/notifications/{note.pk}/open/").status_code == 404
    with acting_for(cast.police):
        assert not Notification.objects.filter(pk=note.pk).exists()
        assert Notification.objects.count() == 1
    assert mark_these_read(keys=notifications(cast.police).values("pk"), by=cast.police) == 1
    if how == "excluded":
        exclusions.lift(exclusion=shut, reason="It was another family", by=cast.privacy)
        assert unread(cast.police) == 1
        with acting_for(cast.police):
            assert Notification.objects.filter(pk=note.pk).exists()


def test_a_line_about_a_concern_goes_with_the_sight_of_the_concern(cast: Cast) -> None:
    """Its author reads what became of it, without the case that it is part of, until that case shuts them out."""
    case, concern = make_case(cast), make_concern(cast.health)
    decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
    concern = Concern.objects.get(pk=concern.pk)
    add_addendum(concern=concern, text="She was seen again.", by=cast.health, key=new_key())
    assert told(cast.health) == told(cast.practitioner) == {concern.pk}
    for person in (cast.health, cast.practitioner):
        exclusions.exclude(case=case, user=person, reason="Knows the family", by=cast.privacy)
        assert told(person) == set()


def test_a_line_about_a_report_goes_with_the_sight_of_the_report(cast: Cast) -> None:
    """The lead of one child is shut out of another: no line tells any longer that a report is about both."""
    case, other = make_case(cast), make_case(cast)
    for each in (case, other):
        access.share(
            case=each, to=cast.agency("police"), reason="Works with her", lawful_basis=LAWFUL_BASIS,
            may_change=True, by=cast.practitioner,
        )  # fmt: skip
    report = make_report(cast, case=case, author=cast.outsider)
    reports.link_case(report=report, reference=other.reference, by=cast.police)
    closed = make_report(cast, case=case, handling=Handling.C, author=cast.outsider)
    reports.name_reader(report=closed, reader=cast.practitioner, reason="Plans the visit", by=cast.police)
    assert told(cast.practitioner) == {report.pk, closed.pk}
    exclusions.exclude(case=other, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    assert told(cast.practitioner) == {closed.pk}
    exclusions.exclude(case=case, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    assert told(cast.practitioner) == set()


def unread(person: User) -> int:
    """The number at the head of their pages: PostgreSQL counts what the list shows."""
    with acting_for(person):
        number = unread_count(person)
    assert unread_count(person) == 0, "nobody else is told the number"
    return number


def told(person: User) -> set[uuid.UUID | None]:
    """What their lines are about; PostgreSQL hides none that the portal shows."""
    lines = set(notifications(person).values_list("pk", "about_id"))
    with acting_for(person):
        assert set(notifications(person).values_list("pk", "about_id")) == lines
    return {about for _, about in lines if about}


def test_what_no_rule_speaks_of_is_not_told(cast: Cast) -> None:
    notify(user=cast.practitioner, text=TEXT, url="/", about_id=new_key())
    assert told(cast.practitioner) == set()
