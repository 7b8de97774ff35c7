"""What the privacy officer reads of the audit: by reference, agency and person, and never what a record says."""

import uuid
from typing import Any

from django.db.models import Case as Choice
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from cases.record.models.case import Case
from cases.sharing.selectors.exclusions import case_by_reference, excluded_records_for, somebody_declared
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Finding
from cse_portal.audit.recorder import blinded_words
from cse_portal.errors import NotAllowedNow, NotVisible

SEARCHES = (
    Action.CASES_SEARCHED, Action.REPORTS_LISTED, Action.CHILDREN_MATCHED, Action.GLASS_NOT_BROKEN, Action.AUDIT_READ,
)  # fmt: skip
MOST_SEARCHES = 100
MOST_BEHIND = 100
# Where an event's detail names records by key.
NAMING = ("about", "cases", "shown")
_WITH = ("actor", "agency", "why")


class OwnFinding(NotAllowedNow):
    """Nobody reviews themselves."""

    message = (
        "This is about something you did yourself. Another privacy officer decides on it. Where there is no other, the "
        "administrators appoint one."
    )


class OwnName(NotAllowedNow):
    """Nobody learns from the audit whether they are looked for."""

    message = "You cannot see who searched for your own name, or for whom you declared. Another privacy officer can."


_REFERENCE: Any = Func(F("case_id"), function="gate.reference_of", output_field=CharField())


def events_of_case(user: User, reference: str) -> tuple[Case, QuerySet[AuditEvent]]:
    """Everybody who looked at or changed a child's case, or was shown it in a list or a copy, the latest first.

    NotVisible for no such case.
    """
    case = case_by_reference(user, Permission.AUDIT_VIEW, reference)
    if case is None:
        raise NotVisible
    theirs = _may_read(user).filter(pk__in=RawSQL("SELECT gate.events_of_case(%s)", [case.pk]))
    return case, theirs.select_related(*_WITH).order_by("-at", "-pk")


def person_to_read(user: User, pk: uuid.UUID) -> User:
    """Somebody whose acts are read; NotVisible for nobody."""
    gate.require(user, Permission.AUDIT_VIEW)
    return get_visible(User.objects.filter(pk=pk))


def events_of_person(user: User, person: User) -> QuerySet[AuditEvent]:
    """What somebody looked at and did, the latest first, each with its case's reference."""
    gate.require(user, Permission.AUDIT_VIEW)
    rows = _may_read(user).filter(actor=person).annotate(case_reference=_REFERENCE)
    return rows.select_related(*_WITH).order_by("-at", "-pk")


def searches_for(user: User, words: str) -> list[AuditEvent]:
    """Who searched for all of these words, in any order, the latest first; whole words, as they were typed.

    OwnName for the name of anyone who asks, or one they declared: whom the police look for does not learn of it here.
    """
    gate.require(user, Permission.AUDIT_VIEW)
    sought = blinded_words(words)
    if not sought:
        return []
    if _is_own(user, sought):
        raise OwnName
    rows = _may_read(user).filter(action__in=SEARCHES, detail__words__contains=sought)
    found = rows.annotate(case_reference=_REFERENCE).select_related(*_WITH).order_by("-at", "-pk")
    return list(found[:MOST_SEARCHES])


def _may_read(user: User) -> QuerySet[AuditEvent]:
    """The events that name nothing this person is shut out of, as PostgreSQL says the same: cases, concerns,
    submissions, reports, people and places, by what was done to them, what it is about, and what a list showed.
    """
    shut, rows = excluded_records_for(user), AuditEvent.objects.all()
    if not shut:
        return rows
    words = sorted(str(key) for key in shut)
    named = Q(case_id__in=shut) | Q(object_id__in=shut)
    for field in NAMING:
        named |= Q(**{f"detail__{field}__has_any_keys": words})
    # A field that an event does not have makes a condition neither true nor false.
    shown = Choice(When(named, then=Value(False)), default=Value(True))
    return rows.alias(is_shown=shown).filter(is_shown=True)


def _is_own(user: User, sought: list[str]) -> bool:
    """Whether a word is of a name that this person bears or declared, or all are of a postcode they declared."""
    declared = list(somebody_declared().filter(user=user))
    names = [user.full_name, *(f"{each.given_name} {each.family_name}" for each in declared)]
    words = set(sought)
    return any(words & set(blinded_words(name)) for name in names) or any(
        each.postcode and words >= set(blinded_words(each.postcode)) for each in declared
    )


def posts_of(person: User) -> list[Membership]:
    """Where somebody works and has worked, the newest first."""
    return list(person.memberships.select_related("agency").order_by("-starts_on"))


def people() -> QuerySet[Membership]:
    """Everybody who works or has worked for a partner."""
    return Membership.objects.select_related("user", "agency").order_by("user__full_name", "-starts_on")


def findings(user: User, *, decided: bool = False) -> QuerySet[Finding]:
    """What waits for a verdict, the oldest first; or what has one, the newest first."""
    gate.require(user, Permission.AUDIT_REVIEW)
    rows = _findings_there(user)
    if decided:
        return rows.exclude(verdict="").order_by("-decided_at")
    return rows.filter(verdict="").order_by("about_on", "found_at", "pk")


def finding_for(user: User, pk: uuid.UUID) -> Finding:
    """One finding; NotVisible if there is none, or none for this person."""
    gate.require(user, Permission.AUDIT_REVIEW)
    return get_visible(_findings_there(user).filter(pk=pk))


def _findings_there(user: User) -> QuerySet[Finding]:
    """What was found, as PostgreSQL says the same: nothing of a case, or of an act, that this person does not read of.

    Of a copy, a list or a report that named somebody they are shut out of, somebody else is the judge.
    """
    theirs = _may_read(user).filter(pk=OuterRef("event_id"))
    rows = Finding.objects.filter(Q(event_id__isnull=True) | Exists(theirs))
    shut = excluded_records_for(user)
    if shut:
        rows = rows.exclude(case_id__in=shut, case_id__isnull=False)
    return rows.annotate(case_reference=_REFERENCE).select_related("actor", "decided_by")


def events_behind(user: User, finding: Finding) -> list[AuditEvent]:
    """The act that the finding is about, where it is about one; then what else the person did on that day, of the
    finding's case where it has one.
    """
    rows = _may_read(user).annotate(case_reference=_REFERENCE).select_related(*_WITH)
    of_day = rows.filter(actor=finding.actor, at__date=finding.about_on).order_by("at")
    if finding.case_id:
        of_day = of_day.filter(case_id=finding.case_id)
    if finding.event_id is None:
        return list(of_day[:MOST_BEHIND])
    return [*rows.filter(pk=finding.event_id), *of_day.exclude(pk=finding.event_id)[: MOST_BEHIND - 1]]
