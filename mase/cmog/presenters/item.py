"""One item of a CMOG as its page draws it."""

from dataclasses import dataclass

from django.urls import reverse

from cse_portal.ui.presenters import Row, display_date, display_datetime
from intelligence.disruption.presenters import DisruptionRow, rows
from mase.cmog.forms import SaidForm
from mase.cmog.presenters.cmog import Slot, name_of, slot, title
from mase.cmog.selectors.agenda import heading_of
from mase.cmog.selectors.cmog import ItemRecord
from mase.meetings.models.agenda import AgendaItem
from mase.plans.models.plan import PlanAction


@dataclass(frozen=True)
class Earlier:
    """What an earlier CMOG said of the same."""

    when: str
    notes: str
    decision: str
    deferred: str


@dataclass(frozen=True)
class ItemPage:
    """Everything the page says."""

    item: AgendaItem
    slot: Slot
    heading: str
    meeting_title: str
    kind: str
    subject: list[Row]
    earlier: list[Earlier]
    actions: list[PlanAction]
    left: list[PlanAction]
    disruption: list[DisruptionRow]
    theirs: list[tuple[str, str]]
    theirs_by: str
    following: tuple[str, str] | None
    form: SaidForm | None
    writes: bool
    puts_off: bool
    saved: str


def item_page(
    record: ItemRecord, form: SaidForm | None, *, writes: bool, puts_off: bool, stale: bool
) -> ItemPage:
    """The page; after a stale save with the other person's text beside what was typed."""
    item = record.item
    here = [each for each in record.disruption if each.source_id == item.pk]
    return ItemPage(
        item=item,
        slot=slot(item, item.meeting, [*record.actions, *here]),
        heading=heading_of(item),
        meeting_title=title(item.meeting),
        kind=item.get_kind_display(),
        subject=subject_rows(record),
        earlier=[
            Earlier(display_date(each.meeting.scheduled_for), each.notes, each.decision, each.deferred_reason)
            for each in record.earlier
        ],
        actions=record.actions,
        left=record.left,
        disruption=rows(record.disruption),
        theirs=_texts(item.notes, item.decision) if stale else [],
        theirs_by=item.saved_by.full_name if item.saved_by else "",
        following=(reverse("mase:cmog-item", args=[record.following.pk]), name_of(record.following))
        if record.following
        else None,
        form=form,
        writes=writes,
        puts_off=puts_off,
        saved=_saved(item),
    )


def subject_rows(record: ItemRecord) -> list[Row]:
    """What it is about, each with the page that says more."""
    item = record.item
    lines = []
    if item.case is not None:
        address = reverse("cases:case", args=[item.case.reference])
        lead = item.case.lead_professional
        lines.append(Row("Child or young person", item.case.child.name, address, "See the case"))
        lines.append(Row("Lead professional", lead.full_name if lead else "None yet"))
    if item.action is not None:
        address = reverse("mase:action", args=[item.action.pk])
        lines.append(Row("Action", item.action.text, address, "See the action"))
        owner = item.action.owner.full_name if item.action.owner else "Nobody named yet"
        lines.append(Row("Who", f"{owner}, {item.action.agency.short_name}"))
        lines.append(Row("Due", display_date(item.action.due_on)))
        lines.append(Row("State", item.action.get_state_display()))
    if record.home is not None:
        address = reverse("mase:cmog-item", args=[record.home.pk])
        lines.append(Row("Belongs to", name_of(record.home), address, "See the item"))
    if item.person is not None:
        lines.append(
            Row("UserContext", f"{_standing(item)}, since {display_date(item.person.standing_since)}")
        )
        lines += [Row("Description", item.person.description)] if item.person.description else []
    if item.place is not None:
        lines += [Row("Address", item.place.address)] if item.place.address else []
    for report in record.reports:
        address = reverse("intelligence:report", args=[report.reference])
        lines.append(Row("Report", f"{report.reference}, {display_date(report.issued_at)}", address, "See"))
    return lines


def _standing(item: AgendaItem) -> str:
    return item.person.standing.replace("_", " ").capitalize() if item.person else ""


def _texts(notes: str, decision: str) -> list[tuple[str, str]]:
    return [(name, text) for name, text in (("What was said", notes), ("What is decided", decision)) if text]


def _saved(item: AgendaItem) -> str:
    if item.saved_at is None or item.saved_by is None:
        return ""
    return f"Last saved {display_datetime(item.saved_at)} by {item.saved_by.full_name}."
