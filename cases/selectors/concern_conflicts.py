"""Who may be too close to a concern: who declared somebody like its child, whom or whose home it names, and who is shut
out of the case of a child like that.

What is compared leaves this module as the concern, whom to shut out of it and a basis that names nobody.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cases.choices import ConcernState, ConflictBasis, ConflictOutcome, MentionKind, MentionPart
from cases.models import (
    Case,
    Concern,
    ConcernConflict,
    ConcernMention,
    ConflictFinding,
    Declaration,
    Exclusion,
)
from cases.querysets import concerns_close_to
from cases.selectors.conflicts import basis_with, near_children, near_declarations, somebody_declared
from cases.selectors.likeness import Described, described, may_be, same_child
from cases.selectors.staff import Staff, in_two
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible

# Parts a person plays in a concern that shut nobody out, as in intelligence: whoever helps, and whoever saw it.
NOT_SUSPECTED = (MentionPart.PROFESSIONAL, MentionPart.WITNESS)


@dataclass(frozen=True)
class TooClose:
    """Who may be too close to what concern, why, and since when that was said, if somebody said it."""

    concern: Concern
    holder: User | Agency
    basis: ConflictBasis
    since: dt.datetime | None = None


def conflicts_of_concern(concern_id: uuid.UUID) -> list[TooClose]:
    """Everybody who may be too close to this concern."""
    with acting.for_the_system():  # no author may know what another declared, nor of a case they do not see
        concern = Concern.objects.get(pk=concern_id)
        declared = somebody_declared().filter(near_declarations(described(concern))).select_related("user")
        mentions = ConcernMention.objects.filter(concern=concern).select_related("concern")
        return [
            *_declared([concern], list(declared)),
            *_mentioned(mentions, Staff()),
            *_shut_out_with(concern, [case for case in cases_like(concern) if case.exclusions.exists()]),
        ]


def conflicts_of_person(person: User) -> list[TooClose]:
    """Every concern that this person may be too close to, by what they declared and by their name."""
    with acting.for_the_system():
        return [*_of_declarer(person), *_mentioned(_mentions(), Staff(among=person))]


def conflicts_beside(case: Case) -> list[TooClose]:
    """Every concern like the child of this case, and whoever is shut out of that."""
    with acting.for_the_system():
        return list(_beside(case))


def conflicts_by_declaration(person: User) -> list[TooClose]:
    """Every concern that this person may be too close to, by what they declared alone. As the system."""
    return list(_of_declarer(person))


def conflicts_by_name() -> list[TooClose]:
    """Whoever works here and is named in a concern, or lives where one says. As the system."""
    return list(_mentioned(_mentions(), Staff()))


def cases_somebody_is_kept_out_of() -> QuerySet[Case]:
    """By a decision, or until there is one. As the system."""
    return Case.objects.filter(exclusions__isnull=False).distinct().order_by("pk")


def no_longer_like(holder: User | Agency) -> tuple[list[ConcernConflict], list[ConflictFinding]]:
    """What waits because a concern is like a case that shut them out, and of which none does on its own ground now.

    A case that a concern became part of shuts them out for the concern's likeness, and the concern is like that case:
    so each likeness is followed to a case that somebody decided on, or where something else was found. As the system.
    """
    theirs = Q(user=holder) if isinstance(holder, User) else Q(agency=holder)
    likeness = Q(basis=ConflictBasis.LIKE_CASE)
    rows = ConcernConflict.objects.filter(theirs, likeness).exclude(outcome=ConflictOutcome.DISMISSED)
    like = {row: {case.pk for case in cases_like(row.concern)} for row in rows.select_related("concern")}
    waiting = ConflictFinding.objects.filter(outcome="", user=holder if isinstance(holder, User) else None)
    unsure = list(waiting.filter(likeness).select_related("case", "user"))
    sure = Exclusion.objects.filter(theirs).exclude(
        Q(decided_by=None)
        & Q(case__in=[each.case_id for each in unsure])
        & ~Q(case__in=waiting.exclude(likeness).values("case"))
    )
    grounded = set(sure.values_list("case", flat=True))
    while True:
        held = {row for row, cases in like.items() if row.outcome or cases & grounded}
        theirs_too = {row.concern.case_id for row in held}
        more = {each.case_id for each in unsure if each.case_id in theirs_too} - grounded
        if not more:
            break
        grounded |= more
    ended = [each for each in unsure if each.case_id not in theirs_too]
    return [row for row in like if row not in held], ended


def cases_like(concern: Concern) -> list[Case]:
    """The cases of children who may be the child of this concern, whoever may see them. As the system."""
    return _cases_like(described(concern))


def cases_of_same_child(case: Case) -> list[Case]:
    """The other cases of a child who may be the child of this one, whoever may see them. As the system."""
    return [each for each in _cases_like(described(case.child)) if each.pk != case.pk]


def _cases_like(said: Described) -> list[Case]:
    rows = Case.objects.filter(may_be(said, "child__", other="aliases__name")).distinct()
    likely = rows.select_related("child", "lead_professional").prefetch_related("child__aliases")
    return [case for case in likely.order_by("pk") if same_child(said, described(case.child))]


def concern_conflicts(user: User) -> QuerySet[ConcernConflict]:
    """What the portal found, what waits first; nothing of a concern that the privacy officer may be too close to, nor
    what was found of themselves and dismissed.
    """
    who = gate.require_standing(user, Permission.EXCLUSION_DECIDE)
    rows = ConcernConflict.objects.exclude(user=user).exclude(concern__in=concerns_close_to(user, who.agency))
    rows = rows.select_related("user", "agency", "decided_by")
    return rows.order_by(F("decided_at").desc(nulls_first=True), "found_at", "pk")


def concern_conflict_for(user: User, pk: uuid.UUID) -> ConcernConflict:
    """One of them; NotVisible if there is none."""
    found = concern_conflicts(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def is_suspected(person: User, concerns: QuerySet[Concern]) -> bool:
    """Whether any of these concerns gives their name, or one they declared, as somebody's who may be harming the child,
    and nobody decided that it is not them. As the system.
    """
    found = ConcernConflict.objects.undismissed().filter(user=person, basis=ConflictBasis.MENTIONED)
    mentions = ConcernMention.objects.filter(
        concern__in=concerns.filter(conflicts__in=found), kind=MentionKind.PERSON, part=MentionPart.SUSPECTED
    )
    staff = Staff(among=person)
    return any(person in staff.named(_names_in(mention)) for mention in mentions)


def found_in_no_case() -> QuerySet[ConcernConflict]:
    """Of people, by what a concern names or what they declared: what nobody proposed of the case it is part of.

    As the system.
    """
    rows = ConcernConflict.objects.undismissed().filter(user__isnull=False, concern__case__isnull=False)
    known = ConflictFinding.objects.filter(
        case=OuterRef("concern__case"), user=OuterRef("user"), basis=OuterRef("basis")
    )
    shut = Exclusion.objects.filter(
        case=OuterRef("concern__case"), user=OuterRef("user"), carried_from=None, decided_by__isnull=False
    )
    rows = rows.exclude(basis=ConflictBasis.LIKE_CASE).exclude(Exists(known)).exclude(Exists(shut))
    return rows.order_by("found_at", "pk")


def may_decide_on(officer: User, conflict: ConcernConflict) -> bool:
    """Whether this privacy officer finds it among theirs, as PostgreSQL shows them."""
    who = standing(officer)
    if who is None:
        return False
    with acting.acting(who.actor):
        return concern_conflicts(officer).filter(pk=conflict.pk).exists()


def triage_readers(concern: Concern) -> list[User]:
    """Who of the CSE team may read it and decide on it. As the system: its author may not know who is too close."""
    team = (
        Membership.objects.current()
        .filter(agency__kind=AgencyKind.CSE_TEAM, role__in=(Role.COORDINATOR, Role.TEAM_MANAGER))
        .filter(user__is_active=True)
        .select_related("user")
    )
    return [each.user for each in team if gate.can(each.user, Permission.CONCERN_DECIDE, concern)]


def officers_of(concern: Concern) -> list[User]:
    """The privacy officers who are not too close to it themselves. As the system."""
    found = ConcernConflict.objects.filter(concern=concern)
    return [
        officer
        for officer in people_who_may(Permission.EXCLUSION_DECIDE)
        if (who := standing(officer)) and not found.against(officer, who.agency).exists()
    ]


def _sent() -> QuerySet[Concern]:
    return Concern.objects.exclude(state=ConcernState.DRAFT)


def _mentions() -> QuerySet[ConcernMention]:
    return ConcernMention.objects.filter(concern__in=_sent()).select_related("concern")


def _of_declarer(person: User) -> Iterator[TooClose]:
    declared = list(somebody_declared().filter(user=person).select_related("user"))
    if declared:
        yield from _declared(_sent().filter(near_children(declared, other="known_as")), declared)


def _declared(concerns: Iterable[Concern], declared: list[Declaration]) -> Iterator[TooClose]:
    for concern in concerns:
        said = described(concern)
        for each in declared:
            if basis := basis_with(each, said):
                yield TooClose(concern, each.user, basis, each.declared_at)


def _mentioned(mentions: Iterable[ConcernMention], staff: Staff) -> Iterator[TooClose]:
    for mention in mentions:
        if mention.kind == MentionKind.PERSON and mention.part not in NOT_SUSPECTED:
            for user, since in staff.named(_names_in(mention)).items():
                yield TooClose(mention.concern, user, ConflictBasis.MENTIONED, since)
        for user, since in staff.living_where(f"{mention.name}\n{mention.details}").items():
            yield TooClose(mention.concern, user, ConflictBasis.PLACE_MENTIONED, since)


def _names_in(mention: ConcernMention) -> list[tuple[str, str]]:
    names = [in_two(name) for name in re.split(r"[(),;/\n]", mention.name)]
    return [each for each in names if each[1]]


def _beside(case: Case) -> Iterator[TooClose]:
    said = described(case.child)
    for concern in _sent().filter(may_be(said)).exclude(case=case):
        if same_child(described(concern), said):
            yield from _shut_out_with(concern, [case])


def _shut_out_with(concern: Concern, cases: list[Case]) -> Iterator[TooClose]:
    """By an exclusion that holds or was proposed: either shuts them out of the case."""
    for each in Exclusion.objects.filter(case__in=cases).select_related("user", "agency"):
        if holder := each.user or each.agency:
            yield TooClose(concern, holder, ConflictBasis.LIKE_CASE, each.decided_at)
