"""Sharing a child's case, and restricting it. Every effect is immediate."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction

from cases.record.choices import Section
from cases.record.models.case import Case
from cases.record.selectors import leads
from cases.record.services import CaseClosed
from cases.sharing.services.telling import notify_about_case
from cse_portal.access import gate, grants
from cse_portal.access.grants import Holder
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import granted_in_agency
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow

SEE = ("view_case",)
WORK_ON = ("view_case", "change_case")
NAMED = "Named when the case was restricted"


class NotToYourself(NotAllowedNow):
    """What one holds of a case somebody else gave, or a rule."""

    message = "You cannot give access to yourself. Ask somebody else who works on this case."


class NeedsNamedPeople(NotAllowedNow):
    """A restricted case is shared with people by name only."""

    message = "This case is restricted. Share it with a named person, not a whole agency."


@transaction.atomic
def share(
    *,
    case: Case,
    to: Holder,
    reason: str,
    lawful_basis: str,
    by: User,
    may_change: bool = False,
    expires_at: dt.datetime | None = None,
) -> Case:
    """The lead agency lets another agency or a named person see the case, or work on it.

    Agreement is not the lawful basis: the code says which power is used (UK GDPR art. 6 and 9; DPA 2018 Sch 1 para 18).
    """
    gate.require(by, Permission.CASE_SHARE, case)
    if to == by:
        raise NotToYourself
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if not locked.is_open:
        raise CaseClosed
    if locked.is_restricted and isinstance(to, Agency):
        raise NeedsNamedPeople
    grants.give(
        locked, to=to, codenames=WORK_ON if may_change else SEE, source=GrantSource.SHARE,
        by_rule=parts_by_rule(locked, to), reason=reason, lawful_basis=lawful_basis, expires_at=expires_at, by=by,
    )  # fmt: skip
    if isinstance(to, User):
        notify_about_case(locked, f"Case {locked.reference} has been shared with you.", person=to, by=by)
    return locked


@transaction.atomic
def stop_sharing(*, case: Case, frm: Holder, reason: str, by: User) -> Case:
    """The holder loses every grant on the case. Their next page does not find it. Possible on a closed case too."""
    gate.require(by, Permission.CASE_SHARE, case)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if isinstance(frm, Agency) and frm.pk == locked.lead_agency_id:
        raise NotAllowedNow("The lead agency always has access. Change the lead agency first.")
    if keeps_access(locked, frm):
        raise NotAllowedNow(
            "The CSE team and the lead professional keep their access for as long as they answer for "
            "this case."
        )
    grants.withdraw(locked, frm=frm, reason=reason, by=by)
    return locked


def keeps_access(case: Case, holder: Holder) -> bool:
    """Whether this person or agency answers for the case: its lead, the lead's agency, the CSE team."""
    return leads(case, holder) or isinstance(holder, Agency) and holder.kind == AgencyKind.CSE_TEAM


def grant_on_opening(*, case: Case, cse_team: Agency, lawful_basis: str, by: User) -> None:
    """By rule: the lead agency, the CSE team and the lead professional work on a case from the moment it opens.

    One that is opened again may name a lead professional who has left the lead agency meanwhile: they get nothing.
    """
    reason = "Responsible for the case from its opening"
    responsible: list[tuple[Holder, GrantSource]] = [
        (cse_team, GrantSource.RULE),
        (case.lead_agency, GrantSource.RULE),
    ]
    if (lead := case.lead_professional) is not None and leads(case, lead):
        responsible.append((lead, GrantSource.ALLOCATION))
    for holder, source in responsible:
        grants.give(
            case, to=holder, by_rule=[*WORK_ON, *parts_by_rule(case, holder)], source=source, reason=reason,
            lawful_basis=lawful_basis, by=by,
        )  # fmt: skip


def grant_for_meeting(
    *,
    case: Case,
    to: Holder,
    meeting_id: uuid.UUID,
    reason: str,
    lawful_basis: str,
    expires_at: dt.datetime,
    parts: Iterable[str],
    by: User,
) -> None:
    """Sight of the case for a meeting's invitee until a time, with the parts their role there needs.

    The meeting's service has asked the gate, and which parts those are.
    """
    if case.is_restricted and isinstance(to, Agency):
        raise NeedsNamedPeople
    grants.give(
        case, to=to, by_rule=[*SEE, *parts], source=GrantSource.MEETING, source_id=meeting_id,
        reason=reason, lawful_basis=lawful_basis, expires_at=expires_at, by=by,
    )  # fmt: skip


@transaction.atomic
def restrict(*, case: Case, reason_code: str, people: list[User], lawful_basis: str, by: User) -> Case:
    """From now on these people alone see the case, with the lead professional and anyone who restricts it.

    Anyone else who held it by name holds it no longer; agencies' grants wait until the restriction is lifted. Who is
    named keeps what they held, and until when: no reader becomes somebody who works on it. A lead professional who
    left the lead agency is nobody here.
    """
    gate.require(by, Permission.CASE_RESTRICT, case)
    locked = Case.objects.select_for_update(of=("self",)).select_related("lead_professional").get(pk=case.pk)
    lead = locked.lead_professional
    lead = lead if lead is not None and leads(locked, lead) else None
    named = {person.pk: person for person in [*people, by, lead] if person}
    unnamed = grants.holders_rows(locked, User).exclude(user__in=named)
    for person in User.objects.filter(pk__in=unnamed.values("user")):
        grants.withdraw(locked, frm=person, reason="Not named when the case was restricted", by=by)
    for person in named.values():
        _keep_by_name(locked, person, lawful_basis, by)
    if lead is not None:
        grants.give(
            locked, to=lead, by_rule=[*WORK_ON, *parts_by_rule(locked, lead)], source=GrantSource.ALLOCATION,
            reason=NAMED, lawful_basis=lawful_basis, by=by,
        )  # fmt: skip
    locked.is_restricted, locked.restricted_reason = True, reason_code
    locked.save(update_fields=["is_restricted", "restricted_reason"])
    record(
        Action.CASE_RESTRICTED,
        by=by,
        obj=locked,
        case=locked,
        detail={"code": reason_code, "people": len(named)},
    )
    return locked


def _keep_by_name(case: Case, person: User, lawful_basis: str, by: User) -> None:
    """What this person held through their agency alone becomes theirs by name: the same, and until the same end."""
    who = user_context(person)
    if who is None:
        return
    own = grants.unexpired_rows(case, person).filter(granted_in_agency(who, "granted_at"))
    ends: dict[str, list[dt.datetime | None]] = {}
    for codename, end in own.values_list("permission__codename", "expires_at"):
        ends.setdefault(codename, []).append(end)
    kept: dict[tuple[GrantSource, uuid.UUID | None, dt.datetime | None], set[str]] = {}
    theirs = grants.unexpired_rows(case, who.agency)
    for codename, came_from, source_id, end in theirs.values_list(
        "permission__codename", "source", "source_id", "expires_at"
    ):
        if not any(each is None or end and each >= end for each in ends.get(codename, ())):
            # A rule speaks of agencies; of a person the same is an allocation.
            source = GrantSource.ALLOCATION if came_from == GrantSource.RULE else GrantSource(came_from)
            kept.setdefault((source, source_id, end), set()).add(codename)
    for (source, source_id, end), codenames in kept.items():
        grants.give(
            case, to=person, by_rule=sorted(codenames), source=source, source_id=source_id, adding=True,
            expires_at=end, reason=NAMED, lawful_basis=lawful_basis, by=by,
        )  # fmt: skip


@transaction.atomic
def lift_restriction(*, case: Case, reason: str, by: User) -> Case:
    """Agency grants count again."""
    gate.require(by, Permission.CASE_RESTRICT, case)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    locked.is_restricted, locked.restricted_reason = False, ""
    locked.save(update_fields=["is_restricted", "restricted_reason"])
    record(Action.CASE_UNRESTRICTED, by=by, obj=locked, case=locked, reason=reason)
    return locked


@transaction.atomic
def remove_expired() -> int:
    """Clear away grants whose time has passed; returns how many rows went."""
    return grants.remove_expired(Case)


# Health reads what health wrote; who looks into suspects reads what is said and reported of them, and of court.
BY_RULE = {
    AgencyKind.HEALTH: (Section.HEALTH,),
    AgencyKind.HOSPITAL: (Section.HEALTH,),
    AgencyKind.POLICE: (Section.MINUTES, Section.INTELLIGENCE, Section.COURT),
    AgencyKind.CSE_TEAM: (Section.MINUTES, Section.INTELLIGENCE, Section.COURT),
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
    sight = grants.viewing_grants(locked, to)
    if not sight or locked.is_restricted and isinstance(to, Agency):
        raise NotAllowedNow(
            "They cannot see this case. Share the case with them first; of a restricted case, with a "
            "person by name."
        )
    emergency, last = grants.supporting_grant(sight)
    ends = min(filter(None, (last, expires_at)), default=None)
    grants.give(
        locked, to=to, codenames=[section.value], source=GrantSource.SECTION, source_id=emergency,
        adding=True, reason=reason, lawful_basis=lawful_basis, expires_at=ends, by=by,
    )  # fmt: skip
    record(Action.SECTION_GIVEN, by=by, obj=locked, case=locked, reason=reason, detail={"part": section})
    if isinstance(to, User):
        words = f"You may now see more of case {locked.reference}: {section.label.lower()}."
        notify_about_case(locked, words, person=to, by=by)
    return locked


@transaction.atomic
def stop_showing(*, case: Case, frm: Holder, reason: str, by: User) -> Case:
    """The holder loses every part that was shown to them; sight of the case, and what is theirs by rule, stays."""
    gate.require(by, Permission.CASE_SHARE, case)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    grants.withdraw(locked, frm=frm, source=GrantSource.SECTION, reason=reason, by=by)
    return locked
