"""Who is excluded from a child: found or declared, decided by the privacy officer, lifted. Effects are immediate.

A proposal shuts out nobody by itself. It is a task for the privacy officer, with a clock of three working days.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.sharing.models import Exclusion, ExclusionBasis
from cases.sharing.selectors import exclusions
from cases.sharing.selectors.exclusions import cases_of, officers_of
from cases.sharing.services.telling import notify_permitted, tell_administrators
from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.services import notify
from cse_portal.reference.working_days import add_working_days

WORKING_DAYS_TO_DECIDE = 3
DECLARED, DECIDED = ExclusionBasis.DECLARED, ExclusionBasis.DECIDED
WAITS = "A possible conflict of interest waits for your decision."
KNOWS = "{person} said that they know the family of {reference}, and no longer sees it."
NEEDS_LEAD = (
    "{person} said that they know the family of case {reference}, and no longer sees it. Choose who leads it."
)
NOBODY_DECIDES = "No privacy officer may decide on a possible conflict of interest. Appoint another one."


@transaction.atomic
def find_of(about: Case | Concern, *, moved: Concern | None = None) -> int:
    """Propose everybody whose declaration fits this child or concern; returns how many are new.

    The exclusions of a concern that became part of this case, and what was proposed, hold for the child from now on.
    """
    return _propose(_found_of(about, moved))


@transaction.atomic
def find_for(person: User) -> int:
    """Propose this person wherever what they declared fits; returns how many proposals are new."""
    return _propose(exclusions.found_for(person))


@transaction.atomic
def declare(*, about: Case | Concern, reason: str, by: User) -> Exclusion:
    """This person says that they know the family: they are excluded at once, and the privacy officer is told."""
    view = Permission.CASE_VIEW if isinstance(about, Case) else Permission.CONCERN_VIEW
    gate.require(by, view, about)
    made = _exclude(about, {"user": by, "agency": None}, reason, by)
    told = KNOWS.format(person=by, reference=about.reference)
    for officer in officers_of(made):
        notify(user=officer, text=told, url=reverse("cases:exclusions"))
    if isinstance(about, Case) and about.lead_professional_id == by.pk:
        text = NEEDS_LEAD.format(person=by, reference=about.reference)
        notify_permitted(Permission.CASE_CLOSE, about, text, by=by)
    return made


@transaction.atomic
def exclude(
    *, case: Case, reason: str, by: User, user: User | None = None, agency: Agency | None = None
) -> Exclusion:
    """The privacy officer excludes this person or agency from the case's child. Twice finds the first decision.

    Of themselves the officer declares it.
    """
    gate.require(by, Permission.EXCLUSION_DECIDE)
    return _exclude(case, {"user": user, "agency": agency}, reason, by)


@transaction.atomic
def decide(*, exclusion: Exclusion, confirm: bool, note: str, by: User) -> Exclusion:
    """The privacy officer confirms a proposal, which shuts the person out, or dismisses it. Once."""
    locked = _locked(exclusion, by)
    if not locked.is_waiting:
        raise NotAllowedNow("This has been decided already.")
    now = timezone.now()
    locked.confirmed_at, locked.dismissed_at = (now, None) if confirm else (None, now)
    locked.decided_by, locked.decided_note = by, note
    locked.save(update_fields=["confirmed_at", "dismissed_at", "decided_by", "decided_note"])
    _note(Action.EXCLUSION_SET if confirm else Action.EXCLUSION_DISMISSED, locked, by=by, reason=note)
    return locked


@transaction.atomic
def lift(*, exclusion: Exclusion, reason: str, by: User) -> Exclusion:
    """The conflict is over: what the person or agency holds counts again at once."""
    locked = _locked(exclusion, by)
    if locked.confirmed_at is None or locked.ended_at is not None:
        raise NotVisible
    locked.ended_at = timezone.now()
    locked.save(update_fields=["ended_at"])
    _note(Action.EXCLUSION_LIFTED, locked, by=by, reason=reason)
    return locked


@transaction.atomic
def remind() -> int:
    """Daily: tell each privacy officer how many of their decisions are late; returns how many are."""
    late = Exclusion.objects.waiting().filter(decide_by__lt=timezone.localdate())
    for officer in people_who_may(Permission.EXCLUSION_DECIDE):
        if number := late.visible_to(officer).count():
            say = "1 proposed exclusion is" if number == 1 else f"{number} proposed exclusions are"
            notify(
                user=officer, text=f"{say} past the time for your decision.", url=reverse("cases:exclusions")
            )
    return late.count()


def _exclude(about: Case | Concern, holder: dict[str, Any], reason: str, by: User) -> Exclusion:
    """Confirmed at once: what was proposed of them, or a new one."""
    with acting.for_the_system():  # neither officer nor excluded person sees what it is about
        subject = exclusions.subject_of(about)
        type(subject)._default_manager.select_for_update().get(pk=subject.pk)
        rows = Exclusion.objects.filter(**_on(subject), **holder)
        if held := rows.holding().first():
            return held
        now = timezone.now()
        new = Exclusion(
            **_on(subject), **holder, basis=DECIDED, reason=reason, proposed_by=by, decide_by=timezone.localdate(now)
        )  # fmt: skip
        made = rows.waiting().first() or new
        if holder["user"] == by:
            made.basis, made.reason = DECLARED, reason
        made.confirmed_at, made.decided_by, made.decided_note = now, by, reason
        made.save()
    _note(Action.EXCLUSION_SET, made, by=by, reason=reason)
    return made


def _found_of(about: Case | Concern, moved: Concern | None) -> Iterator[exclusions.Found]:
    if moved is not None and isinstance(about, Case):
        Exclusion.objects.filter(concern=moved).update(child=about.child_id, concern=None)
    yield from exclusions.found_of(about)


def _propose(found: Iterable[exclusions.Found]) -> int:
    """Each once: what was dismissed or lifted is not proposed again, nor who is excluded already."""
    new = []
    with acting.for_the_system():  # nobody may know what another declared, or who is excluded from a concern
        for about, user, basis in found:
            type(about)._default_manager.select_for_update().get(pk=about.pk)
            known = Exclusion.objects.filter(**_on(about), user=user)
            if known.filter(basis=basis).exists() or known.holding().exists():
                continue
            due = add_working_days(timezone.now(), WORKING_DAYS_TO_DECIDE)
            new.append(Exclusion.objects.create(**_on(about), user=user, basis=basis, decide_by=due))
    for made in new:
        _note(Action.EXCLUSION_PROPOSED, made, by=None, reason="")
        _tell(made)
    return len(new)


def _tell(proposal: Exclusion) -> None:
    officers = officers_of(proposal)
    for officer in officers:
        notify(user=officer, text=WAITS, url=reverse("cases:exclusion-decide", args=[proposal.pk]))
    if not officers:
        tell_administrators(NOBODY_DECIDES, cases=[None])


def _locked(exclusion: Exclusion, by: User) -> Exclusion:
    """As who decides: nobody decides on what names them, or on a child that they are excluded from."""
    gate.require(by, Permission.EXCLUSION_DECIDE)
    rows = Exclusion.objects.visible_to(by).select_for_update(of=("self",)).select_related("user", "agency")
    return get_visible(rows.filter(pk=exclusion.pk))


def _note(action: Action, exclusion: Exclusion, *, by: User | None, reason: str) -> None:
    case = next((Case(pk=key) for key in cases_of([exclusion])), None)
    holder: Holder | None = exclusion.user or exclusion.agency
    detail = {**(grants.names(holder) if holder else {}), "basis": exclusion.basis}
    record(
        action, by=by, obj=exclusion, case=case, reason=reason, detail=detail, about=[exclusion.concern_id]
    )  # fmt: skip


def _on(about: Child | Concern) -> dict[str, Any]:
    return {"child": about} if isinstance(about, Child) else {"concern": about}
