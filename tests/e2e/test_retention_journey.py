"""A record that is due is disposed of: the privacy officer lifts the hold and proposes, the manager approves."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from cases.record.models.case import Case
from reporting.retention.models import Disposal, HoldScope
from reporting.tasks import dispose_due
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.retention import due_case, hold, lift_every_hold

SignIn = Callable[..., Person]


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case that is due, under one hold, as delivered."""
    lift_every_hold(cast)
    hold(cast, HoldScope.ALL)
    return due_case(cast)


def test_two_people_dispose_of_a_record(sign_in: SignIn, case: Case) -> None:
    name = case.child.family_name
    privacy, manager = sign_in("privacy", scripts=False), sign_in("manager", width=320)
    privacy.follows("Reports")
    privacy.follows("Retention")
    privacy.sees("A legal hold keeps all of this")
    privacy.types("Look a record up", "CSE-1999-00000")
    privacy.clicks("Look it up")
    privacy.sees("No record has this reference")
    privacy.types("Look a record up", case.reference.lower())
    privacy.clicks("Look it up")
    privacy.sees("Held")
    privacy.sees("What would be deleted")
    privacy.goes_to("/retention/schedule/")
    privacy.follows("Legal holds")
    privacy.follows("Lift this hold")
    privacy.clicks("Lift the hold")
    privacy.sees("There is a problem")
    privacy.types("Why is it lifted?", "The inquiry has reported.")
    privacy.clicks("Lift the hold")
    privacy.sees("Nothing is held")

    privacy.goes_to(f"/retention/records/{case.reference}/")
    privacy.clicks("Propose the disposal")
    privacy.sees("Confirm that you have asked the agencies")
    privacy.types("Why may this record be disposed of?", "No agency needs it.")
    privacy.chooses("I have asked the agencies")
    privacy.clicks("Propose the disposal")
    privacy.sees("Your proposal waits for a second person.")
    privacy.does_not_see("Approve the disposal")

    manager.goes_to("/retention/disposals/")
    manager.follows(case.reference)
    manager.chooses("Approve the disposal")
    manager.types("What did you check, or why do you stop it?", "The class, the day and the counts.")
    manager.clicks("Record the decision")
    manager.sees("Until then it can be stopped.")

    Disposal.objects.update(approved_at=timezone.now() - Disposal.WINDOW)  # the month is over
    assert dispose_due() == 1
    manager.goes_to("/retention/disposals/")
    manager.follows(case.reference)
    manager.sees("Download the certificate (PDF)")
    manager.does_not_see(name)


@pytest.mark.long
def test_a_record_is_held(sign_in: SignIn, case: Case) -> None:
    privacy = sign_in("privacy", width=320)
    privacy.goes_to(f"/retention/records/{case.reference}/")
    privacy.clicks("Hold this record")
    privacy.types("On whose authority?", "Birmingham Crown Court")
    privacy.types("Why must it be kept?", "A trial is prepared.")
    for part, value in (("Day", 1), ("Month", 4), ("Year", timezone.localdate().year + 1)):
        privacy.types(part, str(value))
    privacy.clicks("Set the hold")
    privacy.sees("The hold is set.")
    privacy.goes_to(f"/retention/records/{case.reference}/")
    privacy.sees("Birmingham Crown Court")
