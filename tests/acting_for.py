"""Inside it, everything is asked as in a request of one person's."""

from collections.abc import Iterator
from contextlib import contextmanager

from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User


@contextmanager
def acting_for(user: User) -> Iterator[None]:
    """As a request of this person's."""
    who = user_context(User.objects.get(pk=user.pk))
    with acting.acting(who.actor if who else acting.NOBODY):
        yield
