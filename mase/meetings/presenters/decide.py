"""Stage 5, Decide: the category, each agency's word, the plan and the next slot."""

from dataclasses import dataclass, field

from cases.record.choices import CATEGORY_IN_SHORT, RiskCategory
from cse_portal.accounts.models import Agency
from cse_portal.ui.presenters import counted, display_time
from mase.meetings.forms.reports import slot_words
from mase.meetings.presenters.meeting import MeetingPage, Section
from mase.meetings.selectors.step_down import checklist, lowers
from mase.plans.models.plan import Dissent, PlanAction

AGREES, AGAINST, WAITS = "yes", "no", "wait"


@dataclass(frozen=True)
class CategoryRow:
    """One category with its criteria in a line; `offered` where it may be decided now."""

    value: int
    criteria: str
    indicated: bool
    now: bool
    offered: bool
    chosen: bool


@dataclass(frozen=True)
class Quote:
    """Why an agency does not agree, who said it and when."""

    text: str
    by: str


@dataclass(frozen=True)
class AgencyWords:
    """One agency's mark at a stage: yes, no or wait, and what it stands for."""

    agency: str
    mark: str
    text: str
    quotes: list[Quote] = field(default_factory=list)


@dataclass
class DecideStage:
    """What is decided, as this reader may write it."""

    categories: list[CategoryRow]
    decision: Section | None
    word: Section | None
    own: Agency | None
    own_word: AgencyWords | None
    plan: list[tuple[PlanAction, Section | None]]
    plan_words: str
    action: Section | None
    review: Section | None
    review_words: str
    step_down: Section | None
    step_down_words: str


def decide_stage(page: MeetingPage) -> DecideStage:
    """For this reader."""
    record, made = page.record, page.record.decision
    carried = sum(each.carried_from_id is not None for each in record.actions)
    own = page.powers.agency if page.powers.agency in record.agencies else None
    said = {each.agency: each for each in words_of(page)}
    checks = checklist(record) if lowers(record) else []
    met = sum(bool(each.answer and each.answer.met) for each in checks)
    words, word = counted(len(record.actions), "action"), page.of_meeting("word")
    if carried:
        words += f" · {carried} carried, {len(record.actions) - carried} new"
    return DecideStage(
        categories=_categories(page),
        decision=page.of_meeting("decision"),
        word=word if made or word and word.opened else None,
        own=own,
        own_word=said.get(own.short_name) if own else None,
        plan=[(each, page.sections.get(("row", each.pk))) for each in record.actions],
        plan_words=words,
        action=page.of_meeting("action"),
        review=page.of_meeting("review"),
        review_words=slot_words(page.meeting.review_on) if page.meeting.review_on else "",
        step_down=page.of_meeting("step-down") or page.of_meeting("step-down-apart"),
        step_down_words=f"{met} of {len(checks)} met" if checks else "",
    )


def _categories(page: MeetingPage) -> list[CategoryRow]:
    record, section = page.record, page.of_meeting("decision")
    offered, chosen = [], record.decision.category if record.decision else None
    if section and section.form:
        field = section.form["category"]
        offered = [int(value) for value, _ in field.field.choices]  # type: ignore[attr-defined]
        chosen = int(field.value()) if str(field.value()).isdigit() else None
    found = record.evidence.assessment
    indicated = found.indicative_category if found and not record.shared else None
    return [
        CategoryRow(
            each, CATEGORY_IN_SHORT[each], each == indicated, each == page.meeting.category_before,
            each in offered, each == chosen,
        )
        for each in sorted(RiskCategory, reverse=True)
        if each or 0 in offered or chosen == 0
    ]  # fmt: skip


def words_of(page: MeetingPage, stage: str = "decide") -> list[AgencyWords]:
    """Each agency round the table, and what it said at this stage."""
    here = {each.agency_id for each in page.record.at_table}
    tell = _number_of if stage == "safety" else _word_of
    away = AgencyWords("", WAITS, "not here")
    found = [(each, tell(page, each)) for each in page.record.agencies]
    return [
        AgencyWords(agency.short_name, said.mark, said.text, said.quotes)
        for agency, told in found
        for said in [told if told.mark != WAITS or agency.pk in here else away]
    ]


def _number_of(page: MeetingPage, agency: Agency) -> AgencyWords:
    scores = [score for each in page.record.dangers for score in each.scores.all()]
    given = any(each.invitation and each.invitation.agency_id == agency.pk for each in scores)
    return AgencyWords("", AGREES, "given") if given else AgencyWords("", WAITS, "not yet")


def _word_of(page: MeetingPage, agency: Agency) -> AgencyWords:
    record = page.record
    against = [
        each for each in record.dissents if each.is_of_current_decision and each.agency_id == agency.pk
    ]
    if against:
        return AgencyWords("", AGAINST, "disagrees", [_quote(each) for each in against])
    if agency in record.agreeing:
        return AgencyWords("", AGREES, "agrees")
    return AgencyWords("", WAITS, "left before" if agency in record.left_before else "not yet")


def _quote(row: Dissent) -> Quote:
    text = row.reason or "The reason is for professionals."
    return Quote(text, f"{row.recorded_by.full_name}, {display_time(row.recorded_at)}")
