"""The parts of a case that are kept apart: who holds them by rule, showing one to somebody else, and stopping.

Sight of the case never carries a part. Anyone who shows one holds it themselves (decision record 13).
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from cases.record.choices import Section
from cases.record.models.case import Case
from cases.record.selectors import leads
from cases.record.services import CaseClosed
from cases.sharing.errors import NotToYourself
from cases.sharing.services.telling import tell_of_case
from cse_portal.access import gate, grants
from cse_portal.access.grants import Holder
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow

# Health reads what health wrote; who looks into suspects reads what is said and reported of them.
BY_RULE = {
    AgencyKind.HEALTH: (Section.HEALTH,),
    AgencyKind.HOSPITAL: (Section.HEALTH,),
    AgencyKind.POLICE: (Section.MINUTES, Section.INTELLIGENCE),
    AgencyKind.CSE_TEAM: (Section.MINUTES, Section.INTELLIGENCE),
}


def parts_by_rule(case: Case, holder: Holder) -> list[str]:
    """What comes with the case: to the lead agency and its professional all of it, to others by their agency's kind."""
    if leads(case, holder):
        return list(Section.values)
    if isinstance(holder, User):
        at_work = Membership.objects.current().filter(user=holder)
        kinds = list(at_work.values_list("agency__kind", flat=True))
    else:
        kinds = [holder.kind]
    return [part.value for kind in kinds for part in BY_RULE.get(AgencyKind(kind), ())]


def parts_in_role(case: Case, holder: Holder, opens: Iterable[str], *, chosen: bool, by: User) -> list[str]:
    """What comes with an invitation in a role that opens these parts: what the holder has by rule, and the role needs.

    A role that somebody chose for a holder may open what its chooser holds too, as they could show it themselves.
    """
    ruled, needed = parts_by_rule(case, holder), set(opens)
    return [
        part.value
        for part in Section
        if part.value in needed and (part.value in ruled or (chosen and gate.can(by, part.opened_by, case)))
    ]


@transaction.atomic
def show(
    *,
    case: Case,
    section: Section,
    to: Holder,
    reason: str,
    lawful_basis: str,
    by: User,
    expires_at: dt.datetime | None = None,
) -> Case:
    """Show one part to an agency or person who sees the case. It ends with their sight of the case at the latest: also
    where that ends sooner than it would have now, and with any but an emergency's that they have now, though an
    emergency goes on (cse_portal/access/grants.py).
    """
    gate.require(by, Permission.CASE_SHARE, case)
    gate.require(by, section.opened_by, case)
    if to == by:
        raise NotToYourself
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if not locked.is_open:
        raise CaseClosed
    sight = grants.sight_held(locked, to)
    if not sight or locked.is_restricted and isinstance(to, Agency):
        raise NotAllowedNow(
            "They cannot see this case. Share the case with them first; of a restricted case, with a "
            "person by name."
        )
    emergency, last = grants.hangs_on(sight)
    ends = min(filter(None, (last, expires_at)), default=None)
    grants.give(
        locked, to=to, codenames=[section.value], source=GrantSource.SECTION, source_id=emergency,
        adding=True, reason=reason, lawful_basis=lawful_basis, expires_at=ends, by=by,
    )  # fmt: skip
    record(Action.SECTION_GIVEN, by=by, obj=locked, case=locked, reason=reason, detail={"part": section})
    if isinstance(to, User):
        words = f"You may now see more of case {locked.reference}: {section.label.lower()}."
        tell_of_case(locked, words, person=to, by=by)
    return locked


@transaction.atomic
def stop_showing(*, case: Case, frm: Holder, reason: str, by: User) -> Case:
    """The holder loses every part that was shown to them; sight of the case, and what is theirs by rule, stays."""
    gate.require(by, Permission.CASE_SHARE, case)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    grants.withdraw(locked, frm=frm, source=GrantSource.SECTION, reason=reason, by=by)
    return locked
