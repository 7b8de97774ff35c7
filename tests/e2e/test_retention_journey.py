"""A record that is due goes: the privacy officer lifts the hold and proposes, the manager decides, a month passes."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone

from cases.models import Case
from reporting.choices import HoldScope
from reporting.tasks import dispose_due
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.retention import due_case, hold, lift_every_hold

SignIn = Callable[..., Person]


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case whose time has come, under one hold, as delivered."""
    lift_every_hold(cast)
    hold(cast, HoldScope.ALL)
    return due_case(cast)


def test_two_people_let_a_record_go(sign_in: SignIn, case: Case) -> None:
    name = case.child.family_name
    privacy, manager = sign_in("privacy"), sign_in("manager", width=320)
    privacy.follows("Retention")
    privacy.sees("Nothing of this is disposed of while a hold stands")
    privacy.follows(case.reference)
    privacy.sees("Held")
    privacy.sees("Counted just now")
    privacy.goes_to("/retention/schedule/")
    privacy.follows("Legal holds")
    privacy.follows("Lift this hold")
    privacy.clicks("Lift the hold")
    privacy.sees("There is a problem")
    privacy.types("Why?", "The inquiry has reported.")
    privacy.clicks("Lift the hold")
    privacy.sees("Nothing is held")

    privacy.goes_to(f"/retention/records/{case.reference}/")
    privacy.clicks("Propose its disposal")
    privacy.types("Why may this record go?", "No agency needs it.")
    privacy.chooses("I have asked the agencies")
    privacy.clicks("Propose the disposal")
    privacy.sees("Your proposal waits for a second person.")
    privacy.does_not_see("Your decision")

    manager.goes_to("/")
    manager.goes_to("/retention/disposals/")
    manager.follows(case.reference)
    manager.chooses("Yes, I answer for it as well")
    manager.types("What did you check?", "The class, the day and the counts.")
    manager.clicks("Record the decision")
    manager.sees("Until then it can be withdrawn.")
    manager.clicks("Withdraw it")

    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=True):
        dispose_due()
    manager.goes_to("/retention/disposals/")
    manager.follows(case.reference)
    manager.clicks("See the certificate")
    manager.sees(f"Certificate of disposal, {case.reference}")
    manager.does_not_see(name)


def test_a_record_is_held_and_kept_longer_without_scripts(sign_in: SignIn, case: Case) -> None:
    privacy = sign_in("privacy", scripts=False, width=320)
    privacy.goes_to("/retention/")
    privacy.types("Look a record up", "CSE-1999-00000")
    privacy.clicks("Look it up")
    privacy.sees("No record that is kept has this reference")
    privacy.types("Look a record up", case.reference.lower())
    privacy.clicks("Look it up")
    privacy.clicks("Keep it longer")
    privacy.types("Why is it needed for longer?", "A claim is being made.")
    for part, value in (("Day", 1), ("Month", 4), ("Year", 2031)):
        privacy.types(part, str(value))
    privacy.clicks("Keep it longer")
    privacy.sees("A claim is being made.")
    privacy.clicks("Hold it")
    privacy.types("On whose authority?", "Birmingham Crown Court")
    privacy.types("Why must it be kept?", "A trial is prepared.")
    for part, value in (("Day", 1), ("Month", 4), ("Year", 2027)):
        privacy.types(part, str(value))
    privacy.clicks("Set the hold")
    privacy.sees("Birmingham Crown Court")
