"""Risk assessments, confirmed categories, and what keeps a category up."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils import timezone

from cases.assessments.models import AssessmentAnswer, CategoryDecision, DecisionSource, RiskAssessment
from cases.concerns.choices import ConcernState, IndicatorTiming, Known
from cases.concerns.models import Concern
from cases.concerns.selectors import PERIODS
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.reviews.selectors import review_says_over
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.paging import page_of
from cse_portal.reference import scoring
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Circumstance, Period, Tier
from cse_portal.ui.presenters import display_date

PAGE_SIZE = 20
Periods = frozenset[Period]
STATED = {
    "disclosure": Circumstance.DISCLOSURE,
    "grooming_concern": Circumstance.TARGETED_OR_GROOMED,
    "network_concern": Circumstance.NETWORK,
}  # by the answer of a concern


@dataclass(frozen=True)
class History:
    """A page of a case's assessments, the decisions made on them, and every confirmed category."""

    page: Page[RiskAssessment]
    confirmed: dict[uuid.UUID, CategoryDecision]
    decisions: list[CategoryDecision]


def history(case: Case, page: int = 1) -> History:
    """Everything the assessments tab shows of a case that the person may see (`case_for`)."""
    decisions = list(case.category_decisions.select_related("decided_by"))
    rows = case.assessments.select_related("author", "author_agency").order_by("-assessed_at", "-pk")
    confirmed = {row.source_id: row for row in decisions if _on_assessment(row) and row.source_id}
    return History(page_of(rows, PAGE_SIZE, page), confirmed, decisions)


def assessment_of(case: Case, key: uuid.UUID) -> RiskAssessment:
    """One assessment of this very case, with its answers; of another case it does not exist."""
    rows = case.assessments.select_related("author", "author_agency").prefetch_related("answers")
    return get_visible(rows.filter(pk=key))


def decision_on(assessment: RiskAssessment) -> CategoryDecision | None:
    """The confirmed category that this assessment led to, if it has."""
    made = CategoryDecision.objects.filter(case=assessment.case_id, source=DecisionSource.ASSESSMENT)
    return made.filter(source_id=assessment.pk).select_related("decided_by").first()


def awaiting_confirmation(user: User, limit: int = 10) -> list[RiskAssessment]:
    """The newest assessment of each open case this person may see, while no later decision is on it."""
    rows = unconfirmed(user).select_related("case__child", "author", "author_agency")
    return list(rows.order_by("assessed_at")[:limit])


def unconfirmed(user: User) -> QuerySet[RiskAssessment]:
    """The same, without an end."""
    later = CategoryDecision.objects.filter(case=OuterRef("case"), decided_at__gte=OuterRef("assessed_at"))
    return newest_assessments(user).exclude(Exists(later))


def newest_assessments(user: User) -> QuerySet[RiskAssessment]:
    """The newest one of each open case this person may see."""
    newer = RiskAssessment.objects.filter(case=OuterRef("case"), assessed_at__gt=OuterRef("assessed_at"))
    cases = Case.objects.visible_to(user).open().order_by().values("pk")
    return RiskAssessment.objects.filter(~Exists(newer), case__in=cases)


def assessment_before(assessment: RiskAssessment) -> RiskAssessment | None:
    """The one before it of the same case, with its answers."""
    rows = RiskAssessment.objects.filter(case=assessment.case_id, assessed_at__lt=assessment.assessed_at)
    return rows.prefetch_related("answers").first()


@dataclass(frozen=True)
class KnownSign:
    """What the last assessment or a concern says of a sign, and which concerns those were, in words."""

    periods: Periods
    evidence: str
    source: str

    def __add__(self, newer: "KnownSign") -> "KnownSign":
        """Both, the older words first; the same words once."""
        evidence = dict.fromkeys(filter(None, (self.evidence, newer.evidence)))
        source = "; ".join(filter(None, (self.source, newer.source)))
        return KnownSign(self.periods | newer.periods, "\n".join(evidence), source)


@dataclass(frozen=True)
class Start:
    """What a new assessment starts from: the last one, and the concerns that came since."""

    last: RiskAssessment | None
    before: Mapping[str, Periods]
    signs: Mapping[str, KnownSign]
    stated: tuple[str, ...]
    protective_factors: str


def start_of(user: User, case: Case) -> Start:
    """The last assessment with its signs; of the concerns this person may read, those sent or attached since."""
    last = case.assessments.prefetch_related("answers").first()
    signs: dict[str, KnownSign] = {}
    stated = {line["code"] for line in last.arithmetic if line["kind"] == "stated"} if last else set()
    if last is not None:
        signs = _signs_of(last.answers.all(), "")
    before = {code: sign.periods for code, sign in signs.items()}
    concerns = Concern.objects.visible_to(user, of=case).exclude(state=ConcernState.DRAFT)
    if last is not None:
        since = last.assessed_at
        concerns = concerns.filter(Q(submitted_at__gt=since) | Q(decision__decided_at__gt=since))
    for concern in (
        concerns.select_related("author_agency").prefetch_related("indicators").order_by("submitted_at")
    ):
        day = display_date(concern.submitted_at)
        source = f"from the concern of {day}, {concern.author_agency.short_name}"
        for code, sign in _signs_of(concern.indicators.all(), source).items():
            signs[code] = signs[code] + sign if code in signs else sign
        stated |= {known for name, known in STATED.items() if getattr(concern, name) == Known.YES}
    return Start(last, before, signs, tuple(sorted(stated)), last.protective_factors if last else "")


def _signs_of(rows: Iterable[Any], source: str) -> dict[str, KnownSign]:
    return {
        row.code: KnownSign(PERIODS[row.timing], row.evidence, source)
        for row in rows
        if row.timing in PERIODS
    }


class Change(TextChoices):
    """What became of a sign since the last assessment."""

    NEW = "new", "New"
    AGAIN = "again", "Was past, is now"
    PAST = "past", "Was now, is past"
    GONE = "gone", "No longer"


def changes(before: Mapping[str, Periods], now: Mapping[str, Periods]) -> dict[str, Change]:
    """Of each sign that changed. Whether it is now or past is asked, and compared, of significant signs only."""
    found = {}
    for each in reference.indicators():
        was, is_now = before.get(each.code), now.get(each.code)
        if was and is_now:
            moved = (Period.CURRENT in is_now) - (Period.CURRENT in was)
            if moved and each.tier == Tier.SIGNIFICANT:
                found[each.code] = Change.AGAIN if moved > 0 else Change.PAST
        elif was or is_now:
            found[each.code] = Change.NEW if is_now else Change.GONE
    return found


def indicative(case: Case, timings: Mapping[str, str], circumstances: Iterable[str]) -> scoring.Indicative:
    """What the tool in force makes of these answers for this child today. It decides nothing."""
    ticks = tuple(
        scoring.Tick(each.code, Tier(each.tier), each.wording, period)
        for each in reference.indicators()
        for period in sorted(PERIODS.get(timings.get(each.code, ""), ()))
    )
    stated = frozenset(Circumstance(value) for value in circumstances)
    answers = scoring.Answers(ticks, stated, _age(case.child.date_of_birth))
    return scoring.indicative(answers, reference.scoring_profile().rules)


def _on_assessment(decision: CategoryDecision) -> bool:
    return decision.source == DecisionSource.ASSESSMENT


def _age(born: dt.date | None) -> int | None:
    day = timezone.localdate()
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def just_lowered(decisions: Iterable[CategoryDecision]) -> bool:
    """Whether the last meeting lowered it; the decisions newest first."""
    last = next((row for row in decisions if row.source == DecisionSource.MEETING), None)
    return last is not None and last.category < last.previous_category


def floors(assessment: RiskAssessment | None) -> list[dict[str, Any]]:
    """The lines of an assessment that say "at least this category"."""
    return [line for line in assessment.arithmetic if line.get("kind") == "floor"] if assessment else []


def why_not_over(case: Case, by: User | None = None) -> str:
    """Why nobody may say yet that this child's risk is over, and what to do; nothing where it may be said.

    In category 1 the lead professional's newest review may say so, and somebody else closes the case; or a meeting has
    left the category as it is (`_why_no_meeting_agrees`). A floor of the newest assessment forbids both.
    """
    review = review_says_over(case)
    if review is not None and by is not None and review.recorded_by_id == by.pk:
        return "You wrote the review that says that the risk is over. Somebody else must agree, and close the case."
    if review is None and (why := _why_no_meeting_agrees(case)):
        return why
    newest = RiskAssessment.objects.filter(case=case.pk).order_by("-assessed_at", "-pk").first()
    standing = [line["sentence"] for line in floors(newest) if line["category"] > RiskCategory.NONE]
    if standing:
        return f"The newest assessment says: {standing[0]} Record a newer assessment first, or choose another reason."
    return ""


def _why_no_meeting_agrees(case: Case) -> str:
    """A meeting of this period of work must have looked at the category as it is now, and left it.

    Where a meeting has lowered it to none, one more must have agreed.
    """
    period = case.episodes.filter(closed_at__isnull=True).values("opened_at")
    last = (
        CategoryDecision.objects.filter(
            case=case.pk, source=DecisionSource.MEETING, decided_at__gte=period[:1]
        )
        .order_by("-decided_at")
        .first()
    )
    if last is None and case.category:
        return f"No meeting has decided category {case.category} since this case opened. {_HOLD}"
    if last is not None and last.category != case.category:
        return f"The category has changed since the last meeting, which decided {last.category}. {_HOLD}"
    if last is not None and just_lowered([last]):
        return f"The last meeting lowered the category. {_HOLD}"
    return ""


_HOLD = "Hold a meeting that confirms it without lowering it, or choose another reason."


@dataclass(frozen=True)
class Lowest:
    """The lowest category this meeting may decide, and why it is no lower."""

    category: int
    because: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """The newest assessment with its answers, and every confirmed category of the child, newest first.

    `is_old`: that assessment should have been repeated by now.
    """

    assessment: RiskAssessment | None
    answers: tuple[AssessmentAnswer, ...]
    decisions: tuple[CategoryDecision, ...]
    is_old: bool = False

    @property
    def why_not_lower(self) -> str:
        """Why no category falls on this assessment; nothing where it may."""
        if self.assessment is None:
            return "There is no assessment, so the category cannot go down."
        return "The newest assessment is too old, so the category cannot go down." if self.is_old else ""

    def strong(self, timing: IndicatorTiming) -> tuple[str, ...]:
        """The significant indicators that were seen then, in words."""
        if self.assessment is None:
            return ()
        seen = {row.code for row in self.answers if row.timing in (timing, IndicatorTiming.BOTH)}
        tool = reference.indicators(self.assessment.assessed_at.date())
        return tuple(each.wording for each in tool if each.tier == Tier.SIGNIFICANT and each.code in seen)


@dataclass(frozen=True)
class Dropped:
    """A floor that held since the last meeting and holds no more: which, and the assessment that let it go."""

    category: int
    sentence: str
    assessed_at: dt.datetime
    by: str


def lowest(case: Case, found: Evidence) -> Lowest:
    """One step down at a time, never twice running, on a recent assessment, and never below a floor of it.

    IICSA 2022, F.4: children were taken off lists while they were still being harmed. A floor above the child's
    category holds too: what a meeting thinks of the indicator behind it belongs into a newer assessment.
    """
    limit, because = max(case.category - 1, RiskCategory.NONE), []
    if limit > RiskCategory.NONE:
        because.append("A category goes down one step at a time.")
    if case.category and just_lowered(found.decisions):
        limit = case.category
        because.append(
            "The last meeting lowered it: it is reviewed once at this category before it falls again."
        )
    if case.category and found.why_not_lower:
        limit = case.category
        because.append(found.why_not_lower)
    for line in floors(found.assessment):
        if line["category"] > limit:
            limit = line["category"]
            because.append(f"{line['sentence']} Less can be decided only after a newer assessment.")
    return Lowest(limit, tuple(because))


def falls_while_harmed(case: Case, category: int, harm: str) -> bool:
    """Whether a child who is being exploited now would have less than they have, or no category at all.

    Harm is beside the category and is never worked out from it, but the two may not contradict each other: IICSA
    2022, F.4 found children taken off lists while they were still being harmed.
    """
    return harm == HarmStatus.H3 and category < max(case.category, RiskCategory.LOW)


def evidence(case: Case) -> Evidence:
    """Read for a decision; anyone who asks was shown the case."""
    return as_evidence(*evidence_rows(case))


def as_evidence(
    newest: Iterable[RiskAssessment],
    answers: Iterable[AssessmentAnswer],
    decisions: Iterable[CategoryDecision],
) -> Evidence:
    """The same from rows that were read already; the clock says when an assessment is repeated."""
    found = next(iter(newest), None)
    is_old = found and reference.clock_rule("ASSESSMENT_REPEAT").due(found.assessed_at) < timezone.localdate()
    return Evidence(found, tuple(answers), tuple(decisions), bool(is_old))


def evidence_rows(
    case: Case,
) -> tuple[QuerySet[RiskAssessment], QuerySet[AssessmentAnswer], QuerySet[CategoryDecision]]:
    """The newest assessment, its answers, and the decisions: a meeting reads them with the rest of its record."""
    newest = RiskAssessment.objects.filter(case=case.pk).order_by("-assessed_at", "-pk")[:1]
    answers = AssessmentAnswer.objects.filter(assessment__in=newest.values("pk"))
    return newest, answers, CategoryDecision.objects.filter(case=case.pk)


def dropped_floor(case: Case, found: Evidence) -> Dropped | None:
    """The highest floor that an assessment since the last meeting, or the one it had, set, and a newer one does not.

    One assessment is enough to take a floor away; a meeting that decides less because of that sees whose it was.
    """
    last = next((row.decided_at for row in found.decisions if row.source == DecisionSource.MEETING), None)
    fields = ("assessed_at", "arithmetic", "author__full_name", "author_agency__short_name")
    rows = list(
        RiskAssessment.objects.filter(case=case.pk).order_by("-assessed_at", "-pk").values_list(*fields)
    )
    since = [row for row in rows if last is None or row[0] > last]
    held = [_highest(arithmetic) for _, arithmetic, _, _ in rows[: len(since) + 1]]
    if len(held) < 2 or max(category for category, _ in held) <= held[0][0]:
        return None
    before = next(number for number, (category, _) in enumerate(held) if category > held[0][0])
    category, sentence = held[before]
    assessed_at, _, name, agency = rows[before - 1]
    return Dropped(category, sentence, assessed_at, f"{name}, {agency}")


def _highest(arithmetic: list[dict[str, Any]]) -> tuple[int, str]:
    """The highest category an assessment's floors ask for, and why; 0 where it has none."""
    lines = [(line["category"], line["sentence"]) for line in arithmetic if line.get("kind") == "floor"]
    return max(lines, default=(RiskCategory.NONE, ""))
