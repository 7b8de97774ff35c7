"""Closing a case when the checklist is answered, and opening it again when the worry comes back."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from cases.choices import CaseStatus, DecisionSource, EntryKind, EpisodeKind, HarmStatus, RiskCategory
from cases.errors import StillMissing
from cases.models import Case, Episode
from cases.services import categories
from cases.services.access import grant_on_opening
from cases.services.chronology import add_entry
from cases.services.locking import lock_open
from cases.services.telling import tell_of_case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from cse_portal.reference import selectors as reference

# Reasons that say there is no risk now. The others leave the category as it was last confirmed: a child who moves
# away or turns 18 is not thereby safer.
RISK_IS_OVER = frozenset({"C1", "C2"})
# What the floors above do in the same transaction before a case closes: they say it here when the portal starts.
_when_it_closes: dict[str, Callable[[Case, User], None]] = {}


def when_it_closes(name: str, act: Callable[[Case, User], None]) -> None:
    """Have a floor above act before a case closes, with it and whoever closes it; what it raises refuses that."""
    _when_it_closes[name] = act


@dataclass(frozen=True)
class Check:
    """One line of the closure checklist: done, or not done and why."""

    code: str
    done: bool
    reason: str = ""


@transaction.atomic
def close_case(*, case: Case, code: str, reason: str, checklist: list[Check], by: User) -> Case:
    """End the period of work. The case stays and is read-only; whoever could read it still can.

    What is ahead of the child on other floors ends with it, or refuses the closing.
    """
    locked = lock_open(case, Permission.CASE_CLOSE, by)
    if locked.missing_since is not None:
        raise StillMissing
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
    episode = Episode.objects.create(
        pk=free_key(Episode, key), case=locked, kind=EpisodeKind.REOPENED, opened_by=by, opening_reason=reason
    )
    locked.status, locked.last_activity_at = CaseStatus.OPEN, episode.opened_at
    locked.save(update_fields=["status", "last_activity_at"])
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
    categories.check_over(case)
    if case.category == RiskCategory.LOW:
        categories.confirm(
            case=case, category=RiskCategory.NONE, harm_status=HarmStatus(case.harm_status), rationale=reason,
            source=DecisionSource.CLOSURE, by=by,
        )  # fmt: skip


def _tell_lead(case: Case, text: str, by: User) -> None:
    tell_of_case(case, text, person=case.lead_professional, by=by)
