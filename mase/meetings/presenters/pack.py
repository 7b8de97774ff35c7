"""The papers of a meeting as a document: what is known of the child before it, in words."""

from dataclasses import dataclass

from cases.assessments.presenters import answer_groups
from cases.casework.presenters import home_rows, identity_rows
from cse_portal.ui.presenters import Row, display_date, display_datetime, local_date
from mase.meetings.selectors.pack import PackRecord
from mase.meetings.selectors.record import MeetingRecord
from mase.minutes.presenters.minutes import MARKING, Brought, PlanLine, Voice, brought, plan_line, voice

# On paper nobody needs where the child lives; the case's own page says it to anyone who may see it.
NOT_ON_PAPER = ("Address",)
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Indicators:
    """The answers of one tier of the screening tool that apply, each with when and the evidence."""

    title: str
    lines: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Event:
    """A line of the chronology."""

    when: str
    kind: str
    by: str
    text: str


@dataclass(frozen=True)
class PackDocument:
    """What templates/pdf/pack.html draws."""

    title: str
    child: str
    marking: str
    mark: str
    facts: Pairs
    identity: list[Row]
    categories: list[tuple[str, str, str, str]]
    assessment: Pairs
    indicators: list[Indicators]
    brought: list[Brought]
    health: list[tuple[str, str, str]]
    health_summaries: Pairs
    voice: Voice | None
    since: str
    events: list[Event]
    open_actions: list[PlanLine]
    last: Pairs
    last_actions: list[PlanLine]
    has_restricted: bool


def pack(found: PackRecord) -> PackDocument:
    """The whole document, for the reader it was read as."""
    meeting, case, record = found.meeting, found.meeting.case, found.record
    home = [row for row in home_rows(case, confidential=found.hides_home) if row.label not in NOT_ON_PAPER]
    return PackDocument(
        title=f"{meeting.get_kind_display()}: papers",
        child=case.child.name,
        marking=f"{MARKING} – RESTRICTED CASE" if case.is_restricted else MARKING,
        mark=f"{case.reference} · {local_date(meeting.scheduled_for):%Y-%m-%d} · papers",
        facts=_facts(found),
        identity=[*identity_rows(case, found.aliases), *home],
        categories=[
            (display_date(each.decided_at), each.get_category_display(), each.get_source_display(), each.rationale)
            for each in found.categories
        ],
        assessment=_assessment(found),
        indicators=_indicators(found),
        brought=brought(record),
        health=[(display_date(each.happened_on), each.get_topic_display(), each.text) for each in found.health],
        health_summaries=[(each.agency.name, each.text) for each in record.health],
        voice=_voice(record),
        since=display_date(found.last.ended_at) if found.last else "",
        events=[
            Event(display_date(each.happened_on), each.get_kind_display(), each.agency.short_name, each.text)
            for each in found.chronology
        ],
        open_actions=[plan_line(each) for each in [*record.outstanding, *record.waiting]],
        last=_last(found),
        last_actions=[plan_line(each) for each in found.last_actions],
        has_restricted=found.restricted,
    )  # fmt: skip


def _facts(found: PackRecord) -> Pairs:
    meeting, case = found.meeting, found.meeting.case
    lead = case.lead_professional.full_name if case.lead_professional else "None yet"
    return [
        ("Child or young person", case.child.name),
        ("Reference", case.reference),
        ("Meeting", f"{meeting.get_kind_display()}, {display_datetime(meeting.scheduled_for)}"),
        ("Where", meeting.place or "By video call"),
        ("Chair", meeting.chair.full_name),
        ("Why", meeting.purpose),
        ("Lead professional", f"{lead}, {case.lead_agency.name}"),
        ("Category now", case.get_category_display()),
        ("Harm", case.get_harm_status_display()),
    ]


def _assessment(found: PackRecord) -> Pairs:
    row = found.assessment
    if row is None:
        return []
    lines = [
        ("Made", f"{display_date(row.assessed_at)}, {row.author.full_name}, {row.author_agency.short_name}"),
        ("Indicative category", f"{row.get_indicative_category_display()} ({row.indicative_total} points)"),
        ("Professional category", row.get_professional_category_display()),
        ("Why they differ", row.difference_reason),
        ("Harm", row.get_harm_status_display()),
        ("In words", row.narrative),
    ]
    return [(label, value) for label, value in lines if value]


def _indicators(found: PackRecord) -> list[Indicators]:
    if found.assessment is None:
        return []
    return [
        Indicators(
            group.title,
            [(words, answer.get_timing_display(), answer.evidence) for words, answer in group.applying],
        )
        for group in answer_groups(found.assessment)
        if group.applying
    ]


def _voice(record: MeetingRecord) -> Voice | None:
    """The child's and a parent's words with who heard them, when, how and whether alone, as far as written down yet."""
    row = record.voice
    said = row.obtained is not None or row.parent_view or row.parent_not_sought
    return voice(record) if said else None


def _last(found: PackRecord) -> Pairs:
    last, decision = found.last, found.last_decision
    if last is None:
        return []
    held = ("Held", f"{last.get_kind_display()}, {display_date(last.started_at)}, {last.chair.full_name}")
    if decision is None:
        return [held]
    return [
        held,
        ("Category", decision.get_category_display()),
        ("Harm", decision.get_harm_status_display()),
        ("Reasons", decision.rationale),
    ]
