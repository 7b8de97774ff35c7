"""Breaking the glass: a case opened in an emergency, told at once, and judged within two working days."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.models import BreakGlass, EmergencyKind, EmergencyVerdict
from cases.sharing.selectors import emergency as selectors
from cases.sharing.selectors.emergency import Sought
from cases.sharing.selectors.exclusions import officers_to_tell
from cases.sharing.services.access import SEE
from cases.sharing.services.telling import notify_about_case, tell_administrators
from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.reference.working_days import add_working_days

VITAL_INTERESTS = "6_1_D"  # UK GDPR Article 6(1)(d)
WORKING_DAYS_TO_REVIEW = 2
NOBODY_JUDGES = "No privacy officer may give the verdict on an emergency opening. Appoint another one."


class OwnEmergency(NotAllowedNow):
    """Nobody judges themselves."""

    message = "You opened this case yourself. Another privacy officer gives the verdict."


@transaction.atomic
def break_glass(*, sought: Sought, kind: EmergencyKind, reason: str, by: User) -> BreakGlass | None:
    """Let this person see the case for four hours; None when no case fits that they may open.

    No such child, more than one, and a case they are excluded from are one answer, and each is recorded.
    """
    who = gate.require_standing(by, Permission.BREAK_GLASS)
    case = selectors.case_to_open(by, sought)
    if case is None:
        words = blinded_words(f"{sought.reference} {sought.nhs_number} {sought.family_name}")
        record(Action.GLASS_NOT_BROKEN, by=by, reason=reason, detail={"kind": kind, "words": words})
        return None
    if gate.can(by, Permission.CASE_VIEW, case):
        raise NotAllowedNow("You can see this case already.")
    now = timezone.now()
    emergency = BreakGlass.objects.create(
        case=case, user=by, agency=who.agency, kind=kind, reason=reason,
        opened_at=now, ends_at=now + BreakGlass.LASTS, review_by=add_working_days(now, WORKING_DAYS_TO_REVIEW),
    )  # fmt: skip
    # Nothing that was shown to them once opens with it: an emergency opens the case and no part (decision record 13).
    grants.withdraw(
        case, frm=by, source=GrantSource.SECTION, reason="Their sight of the case had ended", by=by
    )
    grants.give(
        case, to=by, by_rule=SEE, source=GrantSource.BREAK_GLASS, source_id=emergency.pk,
        reason=reason, lawful_basis=VITAL_INTERESTS, expires_at=emergency.ends_at, by=by,
    )  # fmt: skip
    record(Action.GLASS_BROKEN, by=by, obj=emergency, case=case, reason=reason, detail={"kind": kind})
    _tell(emergency)
    return emergency


@transaction.atomic
def review(*, emergency: BreakGlass, verdict: EmergencyVerdict, note: str, by: User) -> BreakGlass:
    """The privacy officer's verdict, on anybody's but their own. Unless it was right, what is left of the four hours
    ends now.
    """
    gate.require(by, Permission.BREAK_GLASS_REVIEW)
    if emergency.user_id == by.pk:
        raise OwnEmergency
    locked = BreakGlass.objects.select_for_update().get(pk=emergency.pk)
    if locked.verdict:
        raise NotAllowedNow("Somebody has already judged this. Their verdict is shown below.")
    locked.verdict, locked.verdict_note = verdict, note
    locked.reviewed_by, locked.reviewed_at = by, timezone.now()
    locked.save(update_fields=["verdict", "verdict_note", "reviewed_by", "reviewed_at"])
    with acting.for_the_system():  # the privacy officer does not see the case
        case = Case.objects.get(pk=locked.case_id)
        if verdict != EmergencyVerdict.JUSTIFIED:
            grants.withdraw(
                case, by=by, reason="Judged not needed", source=GrantSource.BREAK_GLASS, source_id=locked.pk
            )
    record(Action.EMERGENCY_REVIEWED, by=by, obj=locked, case=case, reason=note, detail={"verdict": verdict})
    return locked


@transaction.atomic
def remind_of_reviews() -> int:
    """Daily: tell each privacy officer how many verdicts of theirs are late; returns how many are.

    What none of them may judge waits for nobody, late or not: the administrators are told that, and of no case.
    """
    late = selectors.waiting_for_verdict().filter(review_by__lt=timezone.localdate())
    officers = people_who_may(Permission.BREAK_GLASS_REVIEW)
    for officer in officers:
        if number := selectors.to_judge(officer, late).count():
            say = "1 emergency opening is" if number == 1 else f"{number} emergency openings are"
            notify(
                user=officer, text=f"{say} past the time for your verdict.", url=reverse("cases:emergencies")
            )
    if waits_for_nobody := selectors.without_judge(officers):
        tell_administrators(NOBODY_JUDGES, cases=[each.case_id for each in waits_for_nobody])
    return late.count()


def _tell(emergency: BreakGlass) -> None:
    """At once, also the person who chose the daily mail: four hours are over by the next morning."""
    case, url = emergency.case, reverse("cases:emergency-review", args=[emergency.pk])
    for person in selectors.to_tell(case):
        notify_about_case(
            case, f"{emergency.user} opened case {case.reference} in an emergency.",
            person=person, by=emergency.user, urgent=True,
        )  # fmt: skip
    often = selectors.opened_lately(emergency.user)
    extra = f" It is their opening number {often} in {selectors.DAYS} days." if often > selectors.MANY else ""
    for officer in officers_to_tell(case, Permission.BREAK_GLASS_REVIEW):
        text = f"{emergency.user} opened case {case.reference} in an emergency. Your verdict is due.{extra}"
        notify(user=officer, text=text, url=url, case_id=case.pk, urgent=True)
