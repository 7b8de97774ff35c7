"""What of a concern is kept from somebody who may read the rest: where a hidden child lives, what became of it."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.paginator import Page
from django.db.models import BooleanField, Exists, Func, OuterRef, QuerySet

from cases.concerns.choices import ConcernState, ConcernStep, IndicatorTiming, Known
from cases.concerns.models import Concern, ConcernMention
from cases.family.selectors import hiding_home
from cases.record.choices import HarmStatus
from cases.record.models.case import Case
from cases.record.models.querysets import _rows_of
from cases.sharing.selectors.exclusions import same_child
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.paging import page_of
from cse_portal.reference import scoring
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Circumstance, Period, Tier
from cse_portal.ui.presenters import age_on

# What tells where a child lives or is met every day.
WHEREABOUTS = ("address", "postcode", "school")


@dataclass(frozen=True)
class Reading:
    """What one person may read of one concern."""

    hides_home: bool = False
    hides_outcome: bool = False


OPEN = Reading()


def reading_of(user: User, concern: Concern) -> Reading:
    """What this person, who may see the concern, may read of it. A draft its author reads whole."""
    if concern.is_draft:
        return OPEN
    with acting.for_the_system():  # an address may be confidential on a case they do not see
        hidden = hiding_home(_cases_of(user, concern))
    return Reading(
        hides_home=any(not gate.can(user, Permission.ADDRESS_VIEW, case) for case in hidden),
        hides_outcome=concern.pk in hidden_outcomes(user, [concern]),
    )


def reads_words(user: User) -> bool:
    """Whether this reader is told what a concern says, and not only where it stands. An agency's system is not: its
    lead has read its token, and reads no concern by that role ("Sees no case, no concern and no intelligence").
    """
    return not user.is_system


def hidden_outcomes(user: User, concerns: Iterable[Concern]) -> set[uuid.UUID]:
    """Of these, the keys of those decided into a restricted case that this person does not see."""
    decided = [each for each in concerns if each.state == ConcernState.DECIDED and each.case_id]
    if not decided:
        return set()
    is_restricted: Any = Func("case_id", function="gate.is_restricted", output_field=BooleanField())
    rows = Concern.objects.filter(pk__in=[each.pk for each in decided]).alias(hidden=is_restricted)
    restricted = set(rows.filter(hidden=True).values_list("case_id", flat=True))
    if not restricted:
        return set()
    seen = set(Case.objects.visible_to(user).filter(pk__in=restricted).values_list("pk", flat=True))
    return {each.pk for each in decided if each.case_id in restricted - seen}


def _cases_of(user: User, concern: Concern) -> list[Case]:
    """As the system: the case it became part of; until it has one, the cases like it that this person sees.

    A hidden case changes nothing on the page of a concern that waits: it would tell that there is one.
    """
    if concern.case_id:
        return list(Case.objects.filter(pk=concern.case_id))
    return list(Case.objects.visible_to(user).filter(same_child(concern)).select_related("child"))


PAGE_SIZE = 25
CHILD_FIELDS = (
    "given_name", "family_name", "known_as", "date_of_birth", "approximate_age", "sex", "ethnicity", "disabilities",
    "nhs_number", "upn", "address", "postcode", "school", "lives_with", "legal_status",
)  # fmt: skip
STEP_FIELDS: dict[ConcernStep, tuple[str, ...]] = {
    ConcernStep.WORRY: (
        "immediate_danger", "emergency_called", "immediate_danger_action", "worry", "child_view", "harm_status",
        "harm_evidence",
    ),
    ConcernStep.CHILD: CHILD_FIELDS,
    ConcernStep.SIGNS: ("disclosure", "grooming_concern", "network_concern"),
    ConcernStep.OTHERS: (
        "child_told", "parent_told", "not_told_reason", "parent_view", "others_who_know", "agreement", "lawful_basis",
    ),
}  # fmt: skip
PERIODS: dict[str, frozenset[Period]] = {
    IndicatorTiming.CURRENT: frozenset({Period.CURRENT}),
    IndicatorTiming.EARLIER: frozenset({Period.EARLIER}),
    IndicatorTiming.BOTH: frozenset(Period),
    IndicatorTiming.TICKED: frozenset({Period.CURRENT}),  # a tick of the tool's other tiers says no more
}
INDICATOR_FIELDS = ("code", "timing", "evidence", "provenance", "confidence")
MENTION_FIELDS = ("kind", "part", "name", "details")


@dataclass(frozen=True)
class StepAnswers:
    """What one step of a concern says: fields of the concern, and the rows it owns."""

    fields: dict[str, Any] = field(default_factory=dict)
    indicators: list[dict[str, str]] = field(default_factory=list)
    mentions: list[dict[str, str]] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """A short name for these answers: two pages that show the same have the same."""
        blank: tuple[Any, ...] = ("", None, [], False)
        said = asdict(self)
        said["fields"] = {
            name: value for name, value in self.fields.items() if value not in blank or value is False
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def concern_for(user: User, reference: str) -> Concern:
    """The concern with this reference and all its page shows; NotVisible if it does not exist for this person."""
    discussions = _rows_of(Concern.objects.all(), "strategy_discussions").filter(concern=OuterRef("pk"))
    return get_visible(
        Concern.objects.visible_to(user)
        .annotate(is_discussed=Exists(discussions))
        .select_related(
            "author", "author_agency", "case", "decision__decided_by", "decision__responsible_agency"
        )
        .prefetch_related("addenda__added_by", "indicators", "mentions")
        .filter(reference=reference)
    )


def answers_of(concern: Concern, step: ConcernStep) -> StepAnswers:
    """What is stored for one step."""
    rows = concern.indicators.all() if step == ConcernStep.SIGNS else ()
    mentions = concern.mentions.all() if step == ConcernStep.OTHERS else ()
    return StepAnswers(
        fields={name: getattr(concern, name) for name in STEP_FIELDS[step]},
        indicators=[{name: getattr(row, name) for name in INDICATOR_FIELDS} for row in rows],
        mentions=[{name: getattr(row, name) for name in MENTION_FIELDS} for row in mentions],
    )


def named_in_concerns(user: User, case: Case) -> QuerySet[ConcernMention]:
    """The people, places, vehicles, phones and accounts that the concerns of a case name, the newest concern first."""
    concerns = Concern.objects.visible_to(user, of=case)
    rows = ConcernMention.objects.filter(concern__in=concerns).select_related("concern")
    return rows.order_by("-concern__submitted_at", "order")


def mention_for(user: User, pk: uuid.UUID) -> ConcernMention:
    """One of them, in a concern that this person may see; NotVisible if there is none."""
    return get_visible(ConcernMention.objects.filter(pk=pk, concern__in=Concern.objects.visible_to(user)))


def timing_of(said: Iterable[str]) -> IndicatorTiming:
    """The boxes that were ticked. A sign without a time counts as seen now: the tool's cautious reading."""
    periods = set(said) or {Period.CURRENT.value}
    return IndicatorTiming.BOTH if len(periods) == 2 else IndicatorTiming(periods.pop())


def screening(concern: Concern) -> scoring.Indicative:
    """What the screening tool's arithmetic gives for this concern. Indicative only: it decides nothing."""
    known = {indicator.code: indicator for indicator in reference.indicators()}
    ticks = tuple(
        scoring.Tick(row.code, Tier(known[row.code].tier), known[row.code].wording, period)
        for row in concern.indicators.all()
        if row.code in known
        for period in sorted(PERIODS.get(row.timing, ()))
    )
    told = {
        Circumstance.DISCLOSURE: concern.disclosure == Known.YES,
        Circumstance.TARGETED_OR_GROOMED: concern.grooming_concern == Known.YES,
        Circumstance.NETWORK: concern.network_concern == Known.YES,
        Circumstance.EVIDENCE_OF_OFFENCE: concern.harm_status in (HarmStatus.H2, HarmStatus.H3),
    }
    circumstances = frozenset(name for name, holds in told.items() if holds)
    answers = scoring.Answers(ticks, circumstances, age_of(concern))
    return scoring.indicative(answers, reference.scoring_profile().rules)


def age_of(concern: Concern) -> int | None:
    """The child's age by the date of birth, else as the author judged it."""
    return age_on(concern.date_of_birth) if concern.date_of_birth else concern.approximate_age


def drafts_of(user: User) -> QuerySet[Concern]:
    """The person's own unfinished concerns, newest first."""
    return (
        Concern.objects.visible_to(user).filter(author=user, state=ConcernState.DRAFT).order_by("-created_at")
    )


def submitted_list(user: User, *, scope: str = "mine", state: str = "", page: int = 1) -> Page[Concern]:
    """Submitted concerns: one's own, or one's agency's; newest first."""
    who = user_context(user)
    rows = Concern.objects.visible_to(user).exclude(state=ConcernState.DRAFT)
    rows = (
        rows.filter(author_agency=who.agency if who else None)
        if scope == "agency"
        else rows.filter(author=user)
    )
    if state:
        rows = rows.filter(state=state)
    rows = rows.select_related("author", "author_agency", "decision").order_by("-submitted_at")
    return page_of(rows, PAGE_SIZE, page)


def waiting_for_triage(user: User) -> Any:
    """Submitted concerns without a decision; the list, its counts and the manager's tile all read this."""
    return Concern.objects.visible_to(user).waiting()
