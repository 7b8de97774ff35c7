"""One child's case in every state the gate knows, and who is on it."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from cases.record.choices import Section
from cases.record.models.case import Case
from cases.sharing.models import EmergencyKind
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import access, emergency, exclusions
from cse_portal.access.grants import Holder
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case


def led_by_social_care(cast: Cast) -> Case:
    """As triage leaves it: the lead agency, the CSE team and the lead professional."""
    return make_case(cast)


def shared_with_police(cast: Cast) -> Case:
    """The lead agency lets the police work on it."""
    return _share(cast, led_by_social_care(cast), cast.agency("police"), may_change=True)


def shown_to_the_nurse(cast: Cast) -> Case:
    """One person of another agency may see it, not change it."""
    return _share(cast, led_by_social_care(cast), cast.health)


def expired_for_the_nurse(cast: Cast) -> Case:
    """The nurse's access has run out."""
    return _share(
        cast, led_by_social_care(cast), cast.health, expires_at=timezone.now() - dt.timedelta(seconds=1)
    )


def stopped_for_police(cast: Cast) -> Case:
    """Sharing with the police has ended."""
    case = shared_with_police(cast)
    return access.stop_sharing(
        case=case, frm=cast.agency("police"), reason="No longer needed", by=cast.practitioner
    )


def restricted_to_named_people(cast: Cast) -> Case:
    """Shared with the police as an agency, then restricted: only the named still see it."""
    case = shared_with_police(cast)
    return access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )


def manager_excluded(cast: Cast) -> Case:
    """A conflict of interest: not even the chair sees it."""
    case = led_by_social_care(cast)
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    return case


def social_care_excluded(cast: Cast) -> Case:
    """A whole agency is shut out, though it leads and its worker is named."""
    case = led_by_social_care(cast)
    exclusions.exclude(case=case, agency=cast.agency("csc"), reason="Staff member's family", by=cast.privacy)
    return case


def opened_in_an_emergency(cast: Cast) -> Case:
    """At night, by somebody who had not been given it: to see, not to change."""
    case = led_by_social_care(cast)
    emergency.break_glass(
        sought=Sought(reference=case.reference),
        kind=EmergencyKind.DANGER,
        reason="Brought in alone",
        by=cast.duty,
    )
    return case


def address_shown_to_the_nurse(cast: Cast) -> Case:
    """She sees the case, and beside it the confidential address."""
    case = shown_to_the_nurse(cast)
    return access.show(
        case=case, section=Section.ADDRESS, to=cast.health, reason="Visits at home", lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )  # fmt: skip


STATES: dict[str, Callable[[Cast], Case]] = {
    "Led by social care": led_by_social_care,
    "Shared with the police to work on": shared_with_police,
    "Shown to the nurse": shown_to_the_nurse,
    "The nurse's access has expired": expired_for_the_nurse,
    "Sharing with the police has stopped": stopped_for_police,
    "Restricted to named people": restricted_to_named_people,
    "The manager is excluded": manager_excluded,
    "Social care is excluded": social_care_excluded,
    "Opened by the duty nurse in an emergency": opened_in_an_emergency,
    "The address is shown to the nurse": address_shown_to_the_nurse,
}


def _share(
    cast: Cast, case: Case, to: Holder, *, may_change: bool = False, expires_at: dt.datetime | None = None
) -> Case:
    return access.share(
        case=case, to=to, reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        may_change=may_change, expires_at=expires_at, by=cast.practitioner,
    )  # fmt: skip
