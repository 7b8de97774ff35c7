"""What an upper floor shuts a person out of, asked where a lower one tells that it is there."""

from collections.abc import Callable

from django.db.models import Q

from cse_portal.access.standing import Standing

Shut = Callable[[Standing, str], Q]
_shut: list[Shut] = []


def shuts(rule: Shut) -> Shut:
    """Register a condition on a row that holds, in this field, the key of something its reader is shut out of."""
    _shut.append(rule)
    return rule


def not_kept_from(who: Standing, field: str) -> Q:
    """The rows whose field names nothing that any floor shuts this person out of; one without a key names nothing."""
    told = Q()
    for rule in _shut:
        told &= ~rule(who, field)
    return told
