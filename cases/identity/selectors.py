"""What is recorded as the child's own, as far as it may be seen."""

import uuid

from cases.identity.models import ContactPoint, IdentityAnswer
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference.models import Code


def identity_of(user: User, case: Case) -> IdentityAnswer | None:
    """The newest answer; None too for people to whom this part of the case was not given."""
    rows = IdentityAnswer.objects.visible_to(user).filter(case=case)
    return rows.select_related("recorded_by", "agency").first()


def missed_groups(user: User, case: Case) -> list[Code]:
    """Groups that are less often recognised as exploited, named by what this person may read of the child."""
    answer = identity_of(user, case)
    return case.child.missed_groups(lgbt=answer is not None and answer.is_lgbt)


def contact_points_of(case: Case) -> list[ContactPoint]:
    """Every phone, account and card, those in use first; anyone who asks was shown the case."""
    return list(case.contact_points.all())


def contact_points_in_use(case: Case) -> list[ContactPoint]:
    """Those that the child uses now; anyone who asks was shown the case."""
    return list(case.contact_points.filter(ended_on=None))


def contact_point_for(user: User, reference: str, pk: uuid.UUID) -> ContactPoint:
    """One of this very case; NotVisible for any other."""
    rows = ContactPoint.objects.visible_to(user).filter(pk=pk, case__reference=reference)
    return get_visible(rows.select_related("case__child", "case__lead_agency", "case__lead_professional"))
