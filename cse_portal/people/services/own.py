"""A lead's reach: the people of their own agency who still work there, and not themselves."""

from django.utils import timezone

from cse_portal.access.standing import standing
from cse_portal.accounts.models import Membership, User
from cse_portal.errors import NotAllowedNow, NotVisible


def of_own_agency(membership: Membership, by: User) -> Membership:
    """The membership, locked; as good as unknown where it is another agency's."""
    who = standing(by)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "agency")
    locked = rows.get(pk=membership.pk)
    if who is None or locked.agency_id != who.agency.pk:
        raise NotVisible
    if locked.user_id == by.pk:
        raise NotAllowedNow(
            "Nobody does this for themselves. Ask another lead of your agency, or whoever runs the portal."
        )
    if locked.ends_on is not None and locked.ends_on <= timezone.localdate():
        raise NotAllowedNow(
            "This person no longer works for your agency. If they come back, invite them again."
        )
    return locked
