"""Where minutes stand, in words, and what was objected to: the same on the page and in the document."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator

from cases.record.presenters import banner
from cse_portal.reference.selectors import label
from cse_portal.ui.marking import Mark, marked
from cse_portal.ui.presenters import counted, display_date, display_datetime, local_date
from mase.cmog.presenters.cmog import name_of
from mase.meetings.choices import MinutesState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.thresholds import family_name
from mase.minutes.models import (
    Minutes,
    MinutesAddendum,
    MinutesObjection,
    MinutesReader,
    MinutesVersion,
    MinutesWording,
)
from mase.minutes.selectors.circulation import Candidate
from mase.minutes.selectors.minutes import MinutesRecord

WHOLE = "The minutes as a whole"
STATE_COLOURS = {
    MinutesState.DRAFT: "yellow", MinutesState.CIRCULATED: "blue", MinutesState.AGREED: "grey",
}  # fmt: skip


@dataclass(frozen=True)
class ObjectionLine:
    """Who objected to what, and what was answered by whom."""

    who: str
    about: str
    text: str
    answer: str
    restricted: bool = False


def place(meeting: Meeting) -> dict[str, object]:
    """What stands above every page of these minutes: whose child, which meeting, the way back."""
    caption = f"{meeting.get_kind_display()}, {display_date(meeting.started_at or meeting.scheduled_for)}"
    back = reverse("mase:minutes", args=[meeting.pk])
    found: dict[str, object] = {"meeting": meeting, "caption": caption, "back": back}
    if meeting.case_id is None:
        return {**found, "layout": "layouts/page.html"}
    return {**found, "layout": "layouts/record.html", "case": meeting.case, "banner": banner(meeting.case)}


def mark(found: MinutesRecord) -> str:
    """Names these minutes on every page: reference, day of the meeting, and which version."""
    meeting = found.record.meeting
    version = found.version
    which = "draft" if version is None else f"version {version.number}"
    return f"{meeting.case.reference} · {local_date(meeting.started_at):%Y-%m-%d} · {which}"


def standing(found: MinutesRecord) -> str:
    """Draft, sent out or agreed, in a sentence."""
    return standing_words(found.minutes, found.version)


def standing_words(minutes: Minutes, version: MinutesVersion | None) -> str:
    """The same, whatever minutes they are."""
    if version is None:
        return "Draft. Not to be passed on: the chair has not sent these minutes out."
    if version.is_final:
        by = f" by {minutes.agreed_by.full_name}" if minutes.agreed_by else ", as nobody objected any more"
        return f"Agreed on {display_date(minutes.agreed_at)}{by}."
    return (
        f"Version {version.number}, sent out on {display_date(version.made_at)} by {version.made_by.full_name}. "
        f"Agreed by themselves on {display_date(version.agrees_on)}, if nobody objects."
    )


def objection_line(row: MinutesObjection) -> ObjectionLine:
    """One objection about what it is about, and the answer by the person who gave it."""
    answer = ""
    if row.is_answered:
        said = "Accepted" if row.accepted else "Not accepted"
        by = f" by {row.answered_by.full_name}" if row.answered_by else ""
        answer = f"{said}, {display_date(row.answered_at)}{by}: {row.answer}"
    who = f"{row.by.full_name}, {row.agency.short_name}, {display_date(row.at)}, to version {row.version.number}"
    return ObjectionLine(
        who=f"{family_name(row.seat)}, written down by {who}" if row.seat else who,
        about=about_words(row.item),
        text=row.text,
        answer=answer or "Not answered yet.",
        restricted=row.restricted,
    )


def about_words(item: AgendaItem | None) -> str:
    """What somebody speaks of. An action's name is all that it says: in a list it stands as far as fits."""
    return Truncator(name_of(item)).chars(110) if item is not None else WHOLE


@dataclass(frozen=True)
class ObjectionCard:
    """An objection on the page; with an address where the chair may answer it."""

    line: ObjectionLine
    answered: bool
    url: str


def objection_cards(
    rows: Sequence[MinutesObjection], meeting: Meeting, *, answerable: Collection[uuid.UUID]
) -> list[ObjectionCard]:
    """Every objection this reader may read; `answerable` are those they may answer."""
    return [
        ObjectionCard(
            objection_line(each), each.is_answered,
            reverse("mase:minutes-answer", args=[meeting.pk, each.pk]) if each.pk in answerable else "",
        )
        for each in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class WordingRow:
    """One item of the agenda as the minutes have it, and where its wording is changed, for who may."""

    title: str
    words: str
    changed: str
    url: str
    restricted: bool = False
    reference: str = ""
    decision: str = ""
    rest: str = ""


def wording_rows(wordings: Sequence[MinutesWording], meeting: Meeting) -> list[WordingRow]:
    """Each item the reader may see, with whose words they are."""
    return [
        WordingRow(
            title=f"{each.item.order}. {each.item.title}",
            words=each.words,
            restricted=each.item.restricted,
            changed=f"Worded by {each.saved_by.full_name}" if each.is_reworded and each.saved_by else "",
            url=reverse("mase:minutes-wording", args=[meeting.pk, each.pk]),
        )
        for each in wordings
    ]


def time_words(minutes: Minutes) -> str:
    """In time or late, by the clock of sending minutes out."""
    due = display_date(minutes.due_on)
    if minutes.circulated_at is None:
        return (
            f"They were to be sent out by {due}." if minutes.is_late else f"They are to be sent out by {due}."
        )
    kept = "late: they were due" if minutes.is_late else "in time: they were due"
    return f"First sent out on {display_date(minutes.circulated_at)}, {kept} by {due}."


def candidate_words(each: Candidate) -> str:
    """Who somebody on the list of recipients is for this meeting, and what they read."""
    role = (
        label("meeting-role", each.seat.role)
        if each.seat
        else "Has the case, and was not asked to the meeting"
    )
    attendance = getattr(each.seat, "attendance", None)
    came = attendance.get_code_display().lower() if attendance else ""
    part = "reads the restricted part" if each.restricted else ""
    return ", ".join(filter(None, (role, came, part)))


@dataclass(frozen=True)
class ReaderRow:
    """One person and the last version."""

    agency: str
    person: str
    told: str
    opened: str
    downloaded: str
    acknowledged: str
    objected: str


def reader_rows(
    readers: Sequence[MinutesReader] | Sequence[MinutesReader],
    objections: Sequence[MinutesObjection] | Sequence[MinutesObjection],
) -> list[ReaderRow]:
    """Who was told, opened, took a copy, said they had read it, objected; the page says of whom nothing is known."""
    own = [each for each in objections if getattr(each, "seat_id", None) is None]
    objected = {(each.version_id, each.by_id): display_datetime(each.at) for each in own}
    return [
        ReaderRow(
            agency=each.agency.name,
            person=each.person.full_name,
            told=display_datetime(each.told_at) or "Not told",
            opened=display_datetime(each.opened_at) or "Not yet",
            downloaded=display_datetime(each.downloaded_at) or "Not yet",
            acknowledged=display_datetime(each.acknowledged_at) or "Not yet",
            objected=objected.get((each.version_id, each.person_id), "No"),
        )
        for each in readers
    ]


def unanswered_words(number: int, hidden: int = 0) -> str:
    """How many objections wait, and what to do about those that this reader is not shown."""
    if not number:
        return ""
    words = f"{counted(number, 'objection')} {'waits' if number == 1 else 'wait'} for an answer."
    if hidden > 0:
        words += (
            f" {counted(hidden, 'of them is,of them are')} not shown to you. Anyone who may read all of these minutes "
            "answers: another CSE Team Manager, or somebody who works on this case."
        )
    return words


@dataclass(frozen=True)
class AddendumLine:
    """A correction after agreed minutes: which one, or about what, by whom, and its place in the chain."""

    heading: str
    who: str
    text: str
    sha256: str
    restricted: bool = False


def addendum_line(row: MinutesAddendum) -> AddendumLine:
    """One correction by its number; at a CMOG by what it is about, for a number would count those not shown."""
    of_child = row.minutes.meeting.case_id is not None
    heading = f"Addendum {row.number}" if of_child else about_words(row.item)
    who = f"{row.by.full_name}, {display_datetime(row.at)}"
    return AddendumLine(heading, who, row.text, row.sha256, row.restricted)


def own_copy(page: str, mark_: Mark, addenda: Sequence[MinutesAddendum]) -> str:
    """The composed minutes as one reader's own, with what was added since they were agreed."""
    lines = [addendum_line(each) for each in addenda]
    added = render_to_string("pdf/minutes/addenda.html", {"addenda": lines}) if lines else ""
    return marked(page, mark_, added=added)
