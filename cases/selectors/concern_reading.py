"""What of a concern is kept from somebody who may read the rest: where a hidden child lives, what became of it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Func

from cases.choices import ConcernState
from cases.models import Case, Concern
from cases.selectors.addresses import hiding_home
from cases.selectors.finder import same_child
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User

# What tells where a child lives or is met every day.
WHEREABOUTS = ("address", "postcode", "school")


@dataclass(frozen=True)
class Reading:
    """What one person may read of one concern."""

    hides_home: bool = False
    hides_outcome: bool = False


OPEN = Reading()


def reading_of(user: User, concern: Concern) -> Reading:
    """What this person, who may see the concern, may read of it. A draft its author reads whole."""
    if concern.is_draft:
        return OPEN
    with acting.for_the_system():  # an address may be confidential on a case they do not see
        hidden = hiding_home(_cases_of(user, concern))
    return Reading(
        hides_home=any(not gate.can(user, Permission.ADDRESS_VIEW, case) for case in hidden),
        hides_outcome=concern.pk in kept_outcomes(user, [concern]),
    )


def reads_words(user: User) -> bool:
    """Whether this reader is told what a concern says, and not only where it stands. An agency's system is not: its
    lead has read its token, and reads no concern by that role ("Sees no case, no concern and no intelligence").
    """
    return not user.is_system


def kept_outcomes(user: User, concerns: Iterable[Concern]) -> set[uuid.UUID]:
    """Of these, the keys of those decided into a restricted case that this person does not see."""
    decided = [each for each in concerns if each.state == ConcernState.DECIDED and each.case_id]
    if not decided:
        return set()
    is_restricted: Any = Func("case_id", function="gate.is_restricted", output_field=BooleanField())
    rows = Concern.objects.filter(pk__in=[each.pk for each in decided]).alias(hidden=is_restricted)
    restricted = set(rows.filter(hidden=True).values_list("case_id", flat=True))
    if not restricted:
        return set()
    seen = set(Case.objects.visible_to(user).filter(pk__in=restricted).values_list("pk", flat=True))
    return {each.pk for each in decided if each.case_id in restricted - seen}


def _cases_of(user: User, concern: Concern) -> list[Case]:
    """As the system: the case it became part of, whoever sees that; until then those like it that this person sees.

    A hidden case changes nothing on the page of a concern that waits: it would tell that there is one.
    """
    if concern.case_id:
        return list(Case.objects.filter(pk=concern.case_id))
    return list(Case.objects.visible_to(user).filter(same_child(concern)).select_related("child"))
