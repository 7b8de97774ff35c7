"""Opening a case, describing the child, giving it a lead professional, closing and re-opening it."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.borders.selectors import is_transferred
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns.models import Concern
from cases.family.selectors import hides_home
from cases.family.services import AddressIsConfidential
from cases.missing.errors import StillMissing
from cases.missing.selectors.episodes import is_away
from cases.record.choices import CaseStatus, EpisodeKind, HarmStatus, RiskCategory, Section
from cases.record.models.case import Case, CurrentPicture, Episode
from cases.record.models.child import Child, ChildAlias
from cases.record.selectors import caseworkers
from cases.record.services import CaseClosed, agency_of, lock_open
from cases.reviews.selectors import first_step_due
from cases.sharing.selectors.exclusions import excluded_records_for
from cases.sharing.services.access import WORK_ON, grant_on_opening, parts_by_rule
from cases.sharing.services.exclusions import find_of
from cases.sharing.services.telling import notify_about_case
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.keys import free_key, free_reference
from cse_portal.reference import selectors as reference

KNOWN_NUMBER = (
    "Another child whose case you can see has this number. Check it, and tell the CSE team if both are right."
)


class CannotLead(NotAllowedNow):
    """A lead professional works on cases for the lead agency and is not shut out: which of these fails is not told."""

    message = "This person cannot lead this case. Choose somebody else, or ask the CSE team."


@transaction.atomic
def open_case(
    *,
    child: Child,
    lead_agency: Agency,
    lead_professional: User | None,
    reason: str,
    lawful_basis: str,
    by: User,
    concern: Concern | None = None,
) -> Case:
    """Triage opens a child's case: its first episode, and by rule the grants of everyone responsible for it.

    The exclusions of the concern that it is opened from hold for the child.
    """
    gate.require(by, Permission.CONCERN_TRIAGE)
    case = Case.objects.create(
        reference=free_reference(Case, "CSE"),
        child=child,
        lead_agency=lead_agency,
        lead_professional=lead_professional,
        next_review_on=first_step_due(RiskCategory.NONE),
    )
    cse_team = Agency.objects.get(kind=AgencyKind.CSE_TEAM)
    grant_on_opening(case=case, cse_team=cse_team, lawful_basis=lawful_basis, by=by)
    Episode.objects.create(
        case=case, kind=EpisodeKind.NEW, opened_by=by, opening_reason=reason, opened_at=case.opened_at
    )
    add_entry(case=case, kind=EntryKind.CASE, happened_on=timezone.localdate(), text="Case opened.", by=by)
    record(Action.CASE_OPENED, by=by, obj=case, case=case)
    find_of(case, moved=concern)
    return case


# Reasons that say there is no risk now. The others leave the category as it was last confirmed: a child who moves
# away or turns 18 is not thereby safer.
RISK_IS_OVER = frozenset({"C1", "C2"})
TRANSFERRED, OPENED_IN_ERROR = "C3", "C7"
# What the floors above do in the same transaction before a case closes: they say it here when the portal starts.
_when_it_closes: dict[str, Callable[[Case, User], None]] = {}


def before_closing(name: str, act: Callable[[Case, User], None]) -> None:
    """Have a floor above act before a case closes, with it and anyone who closes it; what it raises refuses that."""
    _when_it_closes[name] = act


@dataclass(frozen=True)
class Check:
    """One line of the closure checklist: done, or not done and why."""

    code: str
    done: bool
    reason: str = ""


@transaction.atomic
def close_case(*, case: Case, code: str, reason: str, checklist: list[Check], by: User) -> Case:
    """End the period of work. The case stays and is read-only; anyone who could read it still can.

    What is ahead of the child on other floors ends with it, or refuses the closing.
    """
    locked = lock_open(case, Permission.CASE_CLOSE, by)
    if is_away(locked):
        raise StillMissing
    if code == TRANSFERRED and not is_transferred(locked):
        raise NotAllowedNow(  # the child is not let go of before somebody else works with them (strategy 15.2)
            "The other authority has not acknowledged the transfer. Record it under Across borders, "
            "or keep the case open until it has.", "code",
        )  # fmt: skip
    _check_answers(checklist)
    for act in _when_it_closes.values():
        act(locked, by)
    if code in RISK_IS_OVER:
        _end_category(locked, reason, by)
    now = timezone.now()
    episode = Episode.objects.select_for_update().get(case=locked, closed_at__isnull=True)
    episode.closed_at, episode.closed_by = now, by
    episode.closing_code, episode.closing_reason = code, reason
    episode.checklist = [asdict(check) for check in checklist]
    episode.save()
    locked.status, locked.next_review_on, locked.last_activity_at = CaseStatus.CLOSED, None, now
    locked.save(update_fields=["status", "next_review_on", "last_activity_at"])
    label = reference.label("closure-reason", code)
    add_entry(
        case=locked,
        kind=EntryKind.CASE,
        happened_on=timezone.localdate(),
        text=f"Case closed: {label}.",
        by=by,
    )
    not_done = [check.code for check in checklist if not check.done]
    record(Action.CASE_CLOSED, by=by, obj=episode, case=locked, detail={"code": code, "not_done": not_done})
    _tell_lead(locked, f"Case {locked.reference}, which you lead, has been closed.", by)
    return locked


def keep_checklist(*, case: Case, checklist: list[Check]) -> None:
    """What a meeting answered: the form that closes the case begins with it. The caller holds the case."""
    answers = [asdict(check) for check in checklist]
    Episode.objects.filter(case=case, closed_at__isnull=True).update(checklist=answers)


@transaction.atomic
def record_picture(*, case: Case, text: str, by: User, key: uuid.UUID | None = None) -> CurrentPicture:
    """The lead professional, or the CSE team, writes how things are now. The same key again finds the same one."""
    locked = lock_open(case, Permission.CASE_REVIEW, by)
    if key and (made := CurrentPicture.objects.filter(pk=key, case=locked).first()):
        return made
    picture = CurrentPicture.objects.create(
        pk=free_key(CurrentPicture, key), case=locked, text=text, recorded_by=by,
        agency=agency_of(locked, by),
    )  # fmt: skip
    record(Action.PICTURE_WRITTEN, by=by, obj=picture, case=locked)
    return picture


@transaction.atomic
def reopen_case(
    *, case: Case, reason: str, lawful_basis: str, by: User, key: uuid.UUID | None = None
) -> Case:
    """A new period of work on the same record. Those responsible are granted it again, on this lawful basis.

    The category stays as it was last confirmed until somebody confirms another.
    """
    gate.require(by, Permission.CASE_REOPEN, case)
    locked = (
        Case.objects.select_for_update(of=("self",))
        .select_related("lead_professional", "lead_agency")
        .get(pk=case.pk)
    )
    if key and Episode.objects.filter(pk=key, case=locked).exists():
        return locked
    if locked.is_open:
        raise NotAllowedNow("This case is already open.")
    if locked.merged_into.filter(undone_at__isnull=True).exists():
        raise NotAllowedNow(
            "Work with this child goes on in another record. Undo “Same child” before you re-open this one."
        )
    episode = Episode.objects.create(
        pk=free_key(Episode, key), case=locked, kind=EpisodeKind.REOPENED, opened_by=by, opening_reason=reason
    )
    locked.status, locked.last_activity_at = CaseStatus.OPEN, episode.opened_at
    locked.next_review_on = first_step_due(locked.category)
    locked.save(update_fields=["status", "next_review_on", "last_activity_at"])
    cse_team = Agency.objects.get(kind=AgencyKind.CSE_TEAM)
    grant_on_opening(case=locked, cse_team=cse_team, lawful_basis=lawful_basis, by=by)
    add_entry(
        case=locked, kind=EntryKind.CASE, happened_on=timezone.localdate(), text="Case re-opened.", by=by
    )
    record(Action.CASE_REOPENED, by=by, obj=episode, case=locked, detail={"lawful_basis": lawful_basis})
    _tell_lead(locked, f"Case {locked.reference}, which you lead, has been re-opened.", by)
    return locked


def _check_answers(checklist: list[Check]) -> None:
    asked = {entry.code for entry in reference.codes("step-down")}
    answered = {check.code for check in checklist if check.done or check.reason.strip()}
    if answered != asked or len(checklist) != len(asked):
        raise NotAllowedNow(
            "Answer every line of the closure checklist, with a reason where the answer is no."
        )


def _end_category(case: Case, reason: str, by: User) -> None:
    categories.check_over(case, by)
    if case.category == RiskCategory.LOW:
        categories.confirm(
            case=case, category=RiskCategory.NONE, harm_status=HarmStatus(case.harm_status), rationale=reason,
            source=DecisionSource.CLOSURE, by=by,
        )  # fmt: skip


def _tell_lead(case: Case, text: str, by: User) -> None:
    notify_about_case(case, text, person=case.lead_professional, by=by)


NOT_YET_KNOWN = "M9"  # of the list exploitation-model


def models_review_due(models: Collection[str], chosen: dt.date | None = None) -> dt.date | None:
    """The day on which models of exploitation that are not yet known are looked at again."""
    if NOT_YET_KNOWN not in models:
        return None
    return chosen or reference.clock_rule("MODELS_REVIEW").due(timezone.localdate())


IDENTITY_FIELDS = (
    "given_name", "family_name", "known_as", "pronouns", "date_of_birth", "date_of_birth_estimated", "sex",
    "ethnicity", "disabilities", "first_language", "nhs_number", "upn", "address", "postcode", "ward", "legal_status",
    "placing_authority", "school", "lives_with",
)  # fmt: skip
NUMBERS = ("nhs_number", "upn")
WHERE = ("address", "postcode", "ward")


@transaction.atomic
def change_identity(
    *,
    case: Case,
    version: int,
    fields: dict[str, Any],
    aliases: list[str],
    exploitation_models: list[str],
    by: User,
) -> Case:
    """Save the child's identity as written on a page drawn at this version.

    Raises StaleEdit when somebody saved in between, AddressIsConfidential for an address where the child's own is
    confidential, NotAllowedNow for a number of another child whose case this
    person may see. A number of a child hidden from them is written down: a refusal would tell that the child is known.
    """
    gate.require(by, Permission.CASE_CHANGE, case)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    child = Child.objects.select_for_update().get(pk=case.child_id)
    if not locked.is_open:
        raise CaseClosed
    if own := fields.get("known_as", child.known_as):
        aliases = [own, *aliases]
    changed = [name for name in IDENTITY_FIELDS if name in fields and getattr(child, name) != fields[name]]
    changed += ["aliases"] if {alias.name for alias in child.aliases.all()} != set(aliases) else []
    changed += ["exploitation_models"] if locked.exploitation_models != exploitation_models else []
    if not changed:
        return locked  # the same page posted twice, or nothing to say
    if child.version != version:
        raise StaleEdit
    if any(fields.get(name) for name in WHERE if name in changed) and hides_home(locked):
        raise AddressIsConfidential
    _refuse_known_numbers(locked, {name: fields[name] for name in NUMBERS if name in changed}, by)
    for name in fields.keys() & changed:
        setattr(child, name, fields[name])
    child.version += 1
    child.save()
    _set_aliases(child, aliases)
    locked.exploitation_models, locked.last_activity_at = exploitation_models, timezone.now()
    locked.models_review_on = models_review_due(exploitation_models, locked.models_review_on)
    locked.save(update_fields=["exploitation_models", "models_review_on", "last_activity_at"])
    record(Action.CASE_CHANGED, by=by, obj=child, case=locked, detail={"fields": changed})
    find_of(locked)
    return locked


def _refuse_known_numbers(case: Case, numbers: dict[str, str], by: User) -> None:
    others = Case.objects.visible_to(by).of_other_children(case.pk)
    for name, number in numbers.items():
        if number and others.filter(**{f"child__{name}": number}).exists():
            raise NotAllowedNow(KNOWN_NUMBER, name)


def _set_aliases(child: Child, names: list[str]) -> None:
    known = {alias.name for alias in child.aliases.all()}
    child.aliases.exclude(name__in=names).delete()
    ChildAlias.objects.bulk_create(
        ChildAlias(child=child, name=name) for name in dict.fromkeys(names) if name not in known
    )


@transaction.atomic
def assign_lead(
    *,
    case: Case,
    version: int,
    agency: Agency,
    professional: User,
    reason: str,
    lawful_basis: str,
    by: User,
) -> Case:
    """Give the case to this professional of this agency. Raises StaleEdit if somebody reassigned it meanwhile."""
    locked = lock_open(case, Permission.CASE_SHARE, by)
    if (locked.lead_agency_id, locked.lead_professional_id) == (agency.pk, professional.pk):
        return locked  # the same page posted twice, or nothing to change
    if locked.version != version:
        raise StaleEdit
    if not caseworkers().filter(user=professional, agency=agency).exists():
        raise CannotLead
    if locked.pk in excluded_records_for(professional):
        raise CannotLead
    former, former_agency = locked.lead_professional, locked.lead_agency
    locked.lead_agency, locked.lead_professional = agency, professional
    locked.version += 1
    locked.last_activity_at = timezone.now()
    locked.save(update_fields=["lead_agency", "lead_professional", "version", "last_activity_at"])
    _move_grants(locked, reason, lawful_basis, by)
    _tell(locked, former, by)
    # Last: of a restricted case anyone who gives it away may see no more.
    _take_back(locked, former, former_agency, reason, by)
    detail = {"agency": str(agency.pk), "professional": str(professional.pk)}
    record(Action.LEAD_ASSIGNED, by=by, obj=locked, case=locked, reason=reason, detail=detail)
    return locked


def _take_back(case: Case, former: User | None, agency: Agency, reason: str, by: User) -> None:
    """What was theirs because they led; of what the agency keeps, also the parts that were.

    By what they hold by name anyone who gives a restricted case away takes the rest back: so that goes last.
    """
    no_longer = set(Section.values) - set(parts_by_rule(case, agency))
    if no_longer:
        grants.withdraw(case, frm=agency, source=GrantSource.RULE, codenames=no_longer, reason=reason, by=by)
    if former is not None and former != case.lead_professional:
        for source in (GrantSource.SECTION, GrantSource.ALLOCATION):
            grants.withdraw(case, frm=former, source=source, reason=reason, by=by)


def _move_grants(case: Case, reason: str, lawful_basis: str, by: User) -> None:
    holders = ((case.lead_agency, GrantSource.RULE), (case.lead_professional, GrantSource.ALLOCATION))
    for holder, source in holders:
        if holder is not None:
            grants.give(
                case, to=holder, by_rule=[*WORK_ON, *parts_by_rule(case, holder)], source=source, reason=reason,
                lawful_basis=lawful_basis, by=by,
            )  # fmt: skip


def _tell(case: Case, former: User | None, by: User) -> None:
    lead = case.lead_professional
    text = f"{lead} of {case.lead_agency} became the lead professional."
    add_entry(case=case, kind=EntryKind.CASE, happened_on=timezone.localdate(), text=text, by=by)
    if lead != former:
        words = f"You are now the lead professional of case {case.reference}."
        notify_about_case(case, words, person=lead, by=by)
