"""Stage 5, Decide: the category, each agency's word, the plan and the next slot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cases.record.choices import CATEGORY_IN_SHORT, RiskCategory
from cse_portal.accounts.models import Agency
from cse_portal.ui.presenters import counted
from mase.meetings.choices import Stage
from mase.meetings.forms.reports import slot_words
from mase.meetings.forms.sections import SectionForm
from mase.meetings.presenters.meeting import MeetingPage
from mase.meetings.selectors.step_down import checklist, lowers
from mase.plans.models.plan import Dissent, PlanAction

YES, NO, NOTHING = "yes", "no", ""


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
class AgencyWord:
    """One agency's mark at a stage: yes, no, or nothing yet; in words, and why where it does not agree."""

    agency: Agency
    mark: str
    text: str = ""
    against: Sequence[Dissent] = ()


@dataclass(frozen=True)
class Words:
    """The one list of agencies, whose marks follow the stage."""

    title: str
    agencies: list[AgencyWord]


@dataclass
class DecideStage:
    """What is decided, as this reader may write it."""

    categories: list[CategoryRow]
    word: SectionForm | None
    own_word: AgencyWord | None
    plan: list[tuple[PlanAction, SectionForm | None]]
    plan_words: str
    review_words: str
    step_down: SectionForm | None
    step_down_words: str


def decide_stage(page: MeetingPage) -> DecideStage:
    """For this reader."""
    record, made = page.record, page.record.decision
    carried = sum(each.carried_from_id is not None for each in record.actions)
    own = page.powers.agency if page.powers.agency in record.agencies else None
    checks = checklist(record) if lowers(record) else []
    met = sum(bool(each.answer and each.answer.met) for each in checks)
    words, word = counted(len(record.actions), "action"), page.of_meeting("word")
    if carried:
        words += f" · {carried} carried, {len(record.actions) - carried} new"
    return DecideStage(
        categories=_categories(page),
        word=word if made or word and word.errors else None,
        own_word=_word_of(page, own) if own else None,
        plan=[(each, page.sections.get(("row", each.pk))) for each in record.actions],
        plan_words=words,
        review_words=slot_words(page.meeting.review_on) if page.meeting.review_on else "",
        step_down=page.of_meeting("step-down") or page.of_meeting("step-down-apart"),
        step_down_words=f"{met} of {len(checks)} met" if checks else "",
    )


def _categories(page: MeetingPage) -> list[CategoryRow]:
    record, section = page.record, page.of_meeting("decision")
    offered, chosen = [], record.decision.category if record.decision else None
    if section:
        field = section["category"]
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


def words_of(page: MeetingPage) -> Words:
    """Who is here; at Safety who gave a number; at Decide who agrees."""
    record = page.record
    there = {each.agency_id for each in record.present}
    away = {each.pk for each in record.agencies} - {each.agency_id for each in record.at_table}
    if page.place == Stage.SAFETY and page.stage_is_open:
        title, found = "Numbers, {} of {} agencies", [_number_of(page, each) for each in record.agencies]
    elif page.place == Stage.DECIDE and page.stage_is_open:
        title, found = "Who agrees, {} of {} heard", [_word_of(page, each) for each in record.agencies]
    else:
        title = "Here, {} of {}" if page.meeting.started_at else "Asked"
        found = [AgencyWord(each, YES if each.pk in there else NOTHING) for each in record.agencies]
        found.sort(key=lambda each: each.mark != YES)
    marked = [
        replace(each, text="not here")
        if each.agency.pk in away and each.mark == NOTHING and each.text
        else each
        for each in found
    ]
    return Words(title.format(sum(each.mark != NOTHING for each in marked), len(marked)), marked)


def _number_of(page: MeetingPage, agency: Agency) -> AgencyWord:
    scores = [score for each in page.record.dangers for score in each.scores.all()]
    given = any(each.invitation and each.invitation.agency_id == agency.pk for each in scores)
    return AgencyWord(agency, YES, "given") if given else AgencyWord(agency, NOTHING, "not yet")


def _word_of(page: MeetingPage, agency: Agency) -> AgencyWord:
    record = page.record
    against = [
        each for each in record.dissents if each.is_of_current_decision and each.agency_id == agency.pk
    ]
    if against:
        return AgencyWord(agency, NO, "disagrees", against)
    if agency in record.agreeing:
        return AgencyWord(agency, YES, "agrees")
    return AgencyWord(agency, NOTHING, "left before" if agency in record.left_before else "not yet")
