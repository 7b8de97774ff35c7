"""People are told that something waits, and the mail says nothing else."""

import pytest
from django.core import mail
from django.test import Client

from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.jobs.selectors import unread_count
from cse_portal.jobs.services import mark_all_read, mark_read, notify
from tests.cast import Cast

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
