"""Whoever may be too close is shut out until the privacy officer decides: of a case, of a concern, and of the one for
the other.

What shuts somebody out of a concern shuts them out of the case it is part of, whenever it is found; and whoever is shut
out of a case is of every concern like its child. So both are here, and each asks the other.
"""

import uuid
from collections.abc import Collection, Container, Iterable

from django.db import transaction
from django.urls import reverse

from cases.choices import ConflictBasis
from cases.models import Case, Concern, ConcernConflict, ConflictFinding, Exclusion
from cases.selectors import concern_conflicts as conflicts
from cases.selectors.concern_conflicts import TooClose, cases_of_same_child
from cases.selectors.conflicts import Found
from cases.selectors.exclusions import officers_to_tell
from cases.selectors.leading import leads
from cases.services.judging import found_again
from cases.services.telling import tell_administrators
from cse_portal import acting
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.selectors import was_told
from cse_portal.jobs.services import notify

NOBODY_READS = "{urgency}: nobody in triage may read concern {reference}. Decide at once who may."
NOBODY_DECIDES = "No privacy officer may decide on a possible conflict of interest. Appoint another one."
TOLD = "Somebody who works here may be too close to a concern. Your decision is needed."


@transaction.atomic
def shut_out(found: Iterable[Found], *, only_proposed: Container[User] = ()) -> int:
    """Each as a finding and an exclusion that waits for a decision. One that was dismissed is not found again but
    by what was said since. Who is `only_proposed` keeps what they see until the privacy officer has decided.

    Asked by whoever found them: here by what staff declared, on the floor above by what intelligence names. As long as
    it waits, they are shut out of every other case of the same child too, each of which is decided for itself.
    """
    new = 0
    shut: list[Case] = []
    with acting.for_the_system():  # nobody is told what was found in their name
        for each in found:
            spared = each.user in only_proposed
            finding, is_new = _find(each, shut, shuts_out=not spared)
            new += is_new
            if not finding.outcome and not spared:
                new += _shut_out_beside(each, shut)
        # Last: of a case in which the same was found already, a likeness says nothing more.
        for case in shut:
            find_beside(case)
    return new


def _find(found: Found, shut: list[Case], *, shuts_out: bool) -> tuple[ConflictFinding, bool]:
    """Each case that somebody is shut out of by it is added to `shut`."""
    case, person, basis, since = found
    finding, is_new = ConflictFinding.objects.get_or_create(case=case, user=person, basis=basis)
    again = not is_new and found_again(finding, since)
    hidden = shuts_out and not finding.outcome and _propose(found, finding)
    if hidden:
        shut.append(case)
    if not (is_new or again or hidden):
        return finding, False
    record(Action.CONFLICT_FOUND, by=None, obj=finding, case=case, detail={"basis": basis})
    _tell_of_case(finding)
    return finding, True


def _propose(found: Found, finding: ConflictFinding) -> bool:
    """Also where it waited already: a lead who was spared for their name alone, and of whom more is found now."""
    if Exclusion.objects.filter(case=found.case, user=found.user).exists():
        return False
    Exclusion.objects.create(case=found.case, user=found.user, reason=finding.get_basis_display())
    return True


def _shut_out_beside(found: Found, shut: list[Case]) -> int:
    """Where it is not decided yet. A likeness leads back to where it came from; and whoever leads the other case is not
    left without it for their name in a concern, as of the case itself.
    """
    if found.basis == ConflictBasis.LIKE_CASE:
        return 0
    new = 0
    for other in cases_of_same_child(found.case):
        if not Exclusion.objects.filter(case=other, user=found.user, decided_by__isnull=False).exists():
            named = found.basis == ConflictBasis.MENTIONED and leads(other, found.user)
            concerns = Concern.objects.filter(case__in=(found.case, other))
            spared = named and not conflicts.is_suspected(found.user, concerns)
            new += _find(found._replace(case=other), shut, shuts_out=not spared)[1]
    return new


def _tell_of_case(finding: ConflictFinding) -> None:
    url = reverse("cases:conflict-decide", args=[finding.pk])
    officers = officers_to_tell(finding.case, Permission.EXCLUSION_DECIDE)
    for officer in officers:
        text = "A possible conflict of interest waits for your decision."
        notify(user=officer, text=text, url=url, case_id=finding.case_id)
    if not officers:
        tell_administrators(NOBODY_DECIDES, cases=[finding.case_id])


@transaction.atomic
def find_beside(case: Case) -> int:
    """Once somebody is shut out of a case: of every concern like its child too; returns how many were new."""
    return shut_out_of_concerns(conflicts.conflicts_beside(case))


@transaction.atomic
def shut_out_of_concerns(found: Iterable[TooClose]) -> int:
    """Each as a finding that waits, and of the case that the concern is part of by now. What was dismissed is not found
    again but by what was said since.
    """
    new: dict[Concern, list[ConcernConflict]] = {}
    with acting.for_the_system():  # nobody is told what was found in their name
        for each in found:
            holder = {"user": each.holder} if isinstance(each.holder, User) else {"agency": each.holder}
            conflict, is_new = ConcernConflict.objects.get_or_create(
                concern=each.concern, **{"user": None, "agency": None, **holder}, basis=each.basis,
                defaults={"reference": each.concern.reference},
            )  # fmt: skip
            if is_new or found_again(conflict, each.since):
                new.setdefault(each.concern, []).append(conflict)
                detail, about = {"basis": each.basis}, [conflict.about_id]
                record(Action.CONFLICT_FOUND, by=None, obj=conflict, detail=detail, about=about)
                _tell_of_concern(conflict)
        for concern, theirs in new.items():
            if concern.is_waiting and not conflicts.triage_readers(concern):
                tell_that_nobody_reads(concern)
            keep_out_of_case(concern, [each.pk for each in theirs])
    return sum(len(theirs) for theirs in new.values())


def keep_out_of_case(concern: Concern, keys: Collection[uuid.UUID]) -> int:
    """Whom these conflicts shut out of a concern, of the case it is part of too; returns how many were new there.

    But for the lead professional, if nothing more is found than that the concern has their name, and not as that of
    somebody who may be harming the child: who writes of a child names her social worker, and would leave her with
    nobody. That is proposed, and the privacy officer decides.
    """
    with acting.for_the_system():  # nobody on the case may know who that is
        # Asked anew: a conflict waits for a decision that is being written, and finds the case it was given.
        case = Case.objects.filter(concerns=concern).select_related("lead_professional").first()
        if case is None:
            return 0
        found = ConcernConflict.objects.filter(concern=concern).undismissed()
        for each in found.filter(pk__in=keys, agency__isnull=False).select_related("agency"):
            waits = {"reason": each.get_basis_display()}
            Exclusion.objects.get_or_create(case=case, agency=each.agency, defaults=waits)
        # Who is shut out by a copy alone waits for a decision too, or is let in when the first case's ends; unless they
        # are found for being shut out of that.
        shut_here = Exclusion.objects.filter(case=case, user__isnull=False)
        people = found.filter(pk__in=keys, user__isnull=False).exclude(
            user__in=shut_here.filter(carried_from=None, decided_by__isnull=False).values("user")
        )
        people = people.exclude(basis=ConflictBasis.LIKE_CASE, user__in=shut_here.values("user"))
        shut = [
            Found(case, each.user, ConflictBasis(each.basis), each.found_at)
            for each in people.select_related("user")
            if each.user
        ]
        lead = case.lead_professional
        spared = [lead] if lead and leads(case, lead) and _is_only_named(lead, concern) else []
    return shut_out(shut, only_proposed=spared)


def _is_only_named(person: User, concern: Concern) -> bool:
    found = ConcernConflict.objects.filter(concern=concern, user=person).undismissed()
    bases = set(found.values_list("basis", flat=True))
    return bases == {ConflictBasis.MENTIONED} and not conflicts.is_suspected(
        person, Concern.objects.filter(pk=concern.pk)
    )


def keep_out_of_every_case() -> int:
    """Nightly, as the system: whoever is shut out of a concern, and of its case neither was nor was let in by anybody.

    Not for a likeness: what was decided of the other case is carried by itself, and a copy that was lifted stays so.
    """
    with acting.for_the_system():
        missed = list(conflicts.found_in_no_case().select_related("concern"))
    return sum(keep_out_of_case(each.concern, [each.pk]) for each in missed)


def tell_that_nobody_reads(concern: Concern) -> None:
    """The privacy officers, once: a concern that waits for nobody would wait for ever."""
    text = NOBODY_READS.format(urgency=concern.get_urgency_display(), reference=concern.reference)
    sent = concern.submitted_at or concern.created_at
    with acting.for_the_system():  # nobody is told in whose name it was found
        for officer in conflicts.officers_of(concern):
            if not was_told(officer, text=text, since=sent):
                notify(user=officer, text=text, url=reverse("cases:exclusions"), urgent=True)


def _tell_of_concern(conflict: ConcernConflict) -> None:
    officers = [
        each
        for each in people_who_may(Permission.EXCLUSION_DECIDE)
        if conflicts.may_decide_on(each, conflict)
    ]
    for officer in officers:
        url = reverse("cases:concern-conflict", args=[conflict.pk])
        notify(user=officer, text=TOLD, url=url, about_id=conflict.pk)
    if not officers:
        tell_administrators(NOBODY_DECIDES, cases=[None])
