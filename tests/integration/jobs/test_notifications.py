"""People are told that something waits, and the mail says nothing else."""

import pytest
from django.core import mail
from django.test import Client

from cases.models import Case
from cases.services import access
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.jobs.selectors import notifications, unread_count
from cse_portal.jobs.services import mark_all_read, mark_read, notify
from tests.access.test_row_security import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case

TEXT = "There is a decision on concern CON-2026-00042."


@pytest.mark.django_db(transaction=True)
def test_the_mail_holds_nothing_but_that_there_is_a_task(cast: Cast) -> None:
    notify(user=cast.practitioner, text=TEXT, url="/concerns/CON-2026-00042/")
    (letter,) = mail.outbox
    assert letter.to == ["practitioner@example.org"]
    assert (letter.subject, letter.body) == ("You have a task", "You have a task. Sign in.")


def test_a_notification_opens_its_page_and_counts_as_read(cast: Cast) -> None:
    note = notify(user=cast.practitioner, text=TEXT, url="/notifications/")
    assert unread_count(cast.practitioner) == 1
    answer = signed_in(cast.practitioner).post(f"/notifications/{note.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/notifications/")
    assert unread_count(cast.practitioner) == 0


def test_somebody_elses_notification_does_not_exist(cast: Cast) -> None:
    note = notify(user=cast.practitioner, text=TEXT, url="/notifications/")
    with pytest.raises(NotVisible):
        mark_read(notification_id=note.pk, by=cast.outsider)
    assert signed_in(cast.outsider).post(f"/notifications/{note.pk}/open/").status_code == 404
    assert mark_all_read(by=cast.outsider) == 0
    assert unread_count(cast.practitioner) == 1


def test_the_header_counts_the_notifications_on_their_own_page_too(cast: Cast) -> None:
    notify(user=cast.practitioner, text=TEXT, url="/notifications/")
    page = signed_in(cast.practitioner).get("/notifications/").content.decode()
    assert '<span class="app-header__count">1</span>' in page
    assert "Mark all as read" in page


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# ------------------------------------------------------------------------------------------ lines about a case


def a_line_about(case: Case, person: User) -> None:
    notify(user=person, text=f"Case {case.reference} has been shared with you.", url="/", case_id=case.pk)


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
    assert unread_count(cast.police) == 2
    if how == "excluded":
        shut = access.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
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
    assert mark_all_read(by=cast.police) == 1
    if how == "excluded":
        access.lift_exclusion(exclusion=shut, reason="It was another family", by=cast.privacy)
        assert unread_count(cast.police) == 1
        with acting_for(cast.police):
            assert Notification.objects.filter(pk=note.pk).exists()


def test_who_works_by_references_reads_lines_about_cases_until_shut_out_of_one(cast: Cast) -> None:
    case, other = make_case(cast), make_case(cast)
    for each in (case, other):
        a_line_about(each, cast.privacy)
    assert unread_count(cast.privacy) == 2
    access.exclude(case=case, user=cast.privacy, reason="Their own family", by=cast.privacy)
    assert [note.case_id for note in notifications(cast.privacy)] == [other.pk]
    with acting_for(cast.privacy):
        assert [note.case_id for note in Notification.objects.all()] == [other.pk]
        assert [note.case_id for note in notifications(cast.privacy)] == [other.pk]
