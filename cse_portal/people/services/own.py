"""A lead's reach: the people of their own agency who still work there, and not themselves."""

from django.utils import timezone

from cse_portal.access.standing import standing
from cse_portal.accounts.models import Membership, User
from cse_portal.errors import NotVisible
from cse_portal.people.errors import HasEnded, NotYourself


def of_own_agency(membership: Membership, by: User) -> Membership:
    """The membership, locked; as good as unknown where it is another agency's."""
    who = standing(by)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "agency")
    locked = rows.get(pk=membership.pk)
    if who is None or locked.agency_id != who.agency.pk:
        raise NotVisible
    if locked.user_id == by.pk:
        raise NotYourself
    if locked.ends_on is not None and locked.ends_on <= timezone.localdate():
        raise HasEnded
    return locked
