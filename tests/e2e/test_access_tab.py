"""The lead agency shares a child's case with the police, and stops: each sees it in their next page."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.record.models.case import Case
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case

SignIn = Callable[..., Person]


@pytest.fixture
def case(cast: Cast) -> Case:
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    return make_case(cast)


def test_the_police_see_the_case_while_it_is_shared_with_them(sign_in: SignIn, case: Case) -> None:
    address = f"/cases/{case.reference}/"
    practitioner, police = sign_in("practitioner"), sign_in("police", scripts=False)
    police.is_refused(address)

    practitioner.goes_to(address)
    practitioner.opens_more()
    practitioner.follows("Access", exact=True)
    practitioner.follows("Share this case")
    practitioner.chooses("An agency")
    practitioner.clicks("Share the case")
    practitioner.sees("There is a problem")
    practitioner.page.get_by_label("Agency", exact=True).select_option(label="West Midlands Police, Sandwell")
    practitioner.chooses("See it and work on it")
    practitioner.types("Why do they need it?", "The police look for the same adults")
    practitioner.clicks("Share the case")
    practitioner.sees("The case is now shared with West Midlands Police, Sandwell.")

    police.goes_to(address)
    police.follows("Chronology")
    police.types("What happened?", "A bus driver told us that she looked frightened.")
    police.clicks("Add to the chronology")
    police.sees("A bus driver told us that she looked frightened.")

    practitioner.goes_to(f"{address}chronology/")
    practitioner.sees("A bus driver told us that she looked frightened.")
    practitioner.follows("Show on one page, to print")
    practitioner.goes_to(f"{address}access/")
    practitioner.follows("Stop sharing with West Midlands Police, Sandwell")
    practitioner.types("Reason", "The investigation has ended")
    practitioner.clicks("Stop sharing")
    practitioner.sees("The case is no longer shared with West Midlands Police, Sandwell.")

    police.is_refused(*(f"{address}{rest}" for rest in ("", "chronology/", "access/", "assessments/")))


@pytest.mark.long
def test_a_manager_closes_a_case_and_opens_it_again(sign_in: SignIn, case: Case) -> None:
    manager = sign_in("manager", scripts=False, width=320)
    manager.goes_to(f"/cases/{case.reference}/close/")
    manager.chooses("Turned 18, declined an adult plan")
    manager.types("What changed, and how do you know?", "The family moved; their new area confirmed it.")
    for group in manager.page.get_by_role("group", name="").all():
        if (yes := group.get_by_label("Yes", exact=True)).count():
            yes.check()
    manager.clicks("Close the case")
    manager.sees("Tick the box to confirm that the case should close")
    manager.page.get_by_label("Close this case:").check()
    manager.clicks("Close the case")
    manager.sees("The case is closed.")
    manager.goes_to(f"/cases/{case.reference}/chronology/")
    expect(manager.page.get_by_role("button", name="Add to the chronology")).to_have_count(0)

    manager.goes_to(f"/cases/{case.reference}/reopen/")
    manager.sees("The family moved; their new area confirmed it.")
    manager.types("Why is the case opening again?", "They have come back to Sandwell.")
    manager.clicks("Re-open the case")
    manager.sees("The case is open again.")


def test_the_privacy_officer_excludes_somebody(sign_in: SignIn, case: Case) -> None:
    privacy = sign_in("privacy")
    privacy.opens_menu()
    privacy.follows("Exclusions")
    privacy.sees("Nobody is excluded from a case")
    privacy.clicks("Add an exclusion")
    privacy.types("Case reference", case.reference)
    privacy.chooses("One person by name")
    privacy.page.get_by_label("Person", exact=True).select_option(
        label="Maya Chandler, CSE Team Manager, CSE team"
    )
    privacy.types("What is the conflict of interest?", "A relative works at the school")
    privacy.clicks("Add the exclusion")
    privacy.sees("Maya Chandler cannot see case")
    sign_in("manager").is_refused(f"/cases/{case.reference}/")
    privacy.follows("Lift")
    privacy.types("Reason", "The relative has left the school")
    privacy.clicks("Lift the exclusion")
    privacy.sees("The exclusion is lifted.")
