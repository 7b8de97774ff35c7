"""A home is kept confidential: the lead professional writes it down, the police ask, are given it, and are shown it."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import LAWFUL_BASIS, make_case

pytestmark = pytest.mark.long

SignIn = Callable[..., Person]
WHERE = "Quernmore House, 4 Nowhere Lane"


@pytest.fixture
def case(cast: Cast) -> Case:
    """Led by social care; the police work on it."""
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    case = make_case(cast)
    return access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip


def test_a_confidential_home_is_shown_to_whom_it_was_given(sign_in: SignIn, case: Case) -> None:
    address = f"/cases/{case.reference}/"
    practitioner, police = sign_in("practitioner"), sign_in("police", scripts=False)

    practitioner.goes_to(address)
    practitioner.opens_more()
    practitioner.follows("Address", exact=True)
    practitioner.clicks("Record a confidential address")
    practitioner.clicks("Record the address")
    practitioner.sees("There is a problem")
    practitioner.chooses("Where the child or young person lives")
    practitioner.types("Address and postcode", WHERE)
    practitioner.chooses("It is a refuge or a protected placement")
    practitioner.clicks("Record the address")
    practitioner.sees("The address is recorded and kept confidential.")
    practitioner.does_not_see(WHERE)

    police.goes_to(address)
    police.sees("There is a confidential address")
    police.sees("If you need it for your work, ask Priya Raman, Social care.")
    police.does_not_see(f"{address}address/")

    practitioner.goes_to(f"{address}access/")
    practitioner.follows("Show a part that is kept apart")
    practitioner.chooses("Confidential address")
    practitioner.chooses("An agency")
    practitioner.page.get_by_label("Agency", exact=True).select_option(label="West Midlands Police, Sandwell")
    practitioner.types("Why do they need this part?", "They visit her there")
    practitioner.clicks("Show this part")
    practitioner.sees("West Midlands Police, Sandwell may now see: confidential address.")

    police.goes_to(f"{address}address/")
    police.does_not_see(WHERE)
    police.follows("Show")
    police.does_not_see(WHERE)
    police.clicks("Show the address")
    police.sees(WHERE)
    police.clicks("Hide the address")
    police.does_not_see(WHERE)
