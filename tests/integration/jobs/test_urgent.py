"""What cannot wait for the morning comes by mail at once, also to who chose the daily mail for everything."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.sharing.models import EmergencyKind
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import emergency
from cse_portal.audit import verification
from cse_portal.jobs.choices import NoticeKind, NoticeWay
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import choose_notices, notify, notify_all
from reporting.oversight import services as oversight
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern
from tests.signing_in import PASSWORD, code_for, code_of, give_code, give_password, with_app

DAILY = dict.fromkeys(NoticeKind, NoticeWay.DAILY)


@pytest.fixture
def mailed(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Callable[[Callable[[], object]], list[str]]:
    """Everybody chose the daily mail for everything; to whom this act sends a mail all the same."""
    for person in (cast.practitioner, cast.manager, cast.privacy, cast.lead, cast.health):
        choose_notices(ways=DAILY, by=person)

    def of(act: Callable[[], object]) -> list[str]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return sorted(letter.to[0].partition("@")[0] for letter in mail.outbox)

    return of


Mailed = Callable[[Callable[[], object]], list[str]]


def test_an_emergency_opening_is_told_to_the_lead_and_the_privacy_officer_while_it_lasts(
    cast: Cast, mailed: Mailed
) -> None:
    """The nurse on duty opens Robyn's case at eleven at night: by 7:30 next morning the four hours are long over."""
    sought = Sought(reference=make_case(cast).reference)
    told = mailed(
        lambda: emergency.break_glass(
            sought=sought, kind=EmergencyKind.HEALTH, reason="Brought in alone", by=cast.duty
        )
    )
    assert told == ["practitioner", "privacy"]


def test_an_audit_that_is_not_as_it_was_sealed_is_the_privacy_officers_to_know_at_once(
    cast: Cast, mailed: Mailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "check", lambda: ["batch 7"])
    assert mailed(oversight.check_audit) == ["privacy"]


@pytest.mark.parametrize(("danger", "at_once"), [(True, True), (False, False)])
def test_danger_now_reaches_triage_now(cast: Cast, mailed: Mailed, danger: bool, at_once: bool) -> None:
    told = mailed(lambda: make_concern(cast.health, immediate_danger=danger))
    assert ("manager" in told) == at_once


@pytest.mark.parametrize("change", ["another password", "another app", "a sixth session"])
def test_how_somebody_signs_in_was_changed_is_not_left_to_the_morning(
    cast: Cast, mailed: Mailed, client: Client, change: str
) -> None:
    """The person who changed it may be who chose the daily mail a minute before."""
    person = with_app(cast.practitioner)
    client.force_login(person)

    def act() -> None:
        new = "another sentence of words"
        if change == "another password":
            said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
            client.post("/accounts/password/change/", said)
        elif change == "another app":
            page = client.get("/accounts/factors/app/")
            client.post("/accounts/factors/app/", {"code": code_for(page.context["form"].secret)})
        else:
            for minute in range(6):
                with time_machine.travel(timezone.now() + dt.timedelta(minutes=minute + 1), tick=False):
                    browser = Client()
                    give_password(browser, person)
                    give_code(browser, code_of(person))
                    browser.get("/notifications/")

    assert mailed(act) == ["practitioner"]
    assert Notification.objects.filter(user=person).count() == 1


def test_all_else_waits_as_it_was_chosen(cast: Cast, mailed: Mailed) -> None:
    line = Notification(user=cast.practitioner, text="Something waits.", url="/actions/0/")
    assert mailed(lambda: notify_all([line])) == []
    assert mailed(lambda: notify(user=cast.privacy, text="Something waits.", url="/audit/")) == []
