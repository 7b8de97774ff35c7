"""Where minutes stand, in words, and what was said of them: the same on the page and in the document."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import Truncator

from cases.record.presenters import banner
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import label
from cse_portal.ui.marking import marked
from cse_portal.ui.presenters import counted, display_date, display_datetime
from mase.cmog.presenters.cmog import Slot, agenda, agreed_line, name_of, reference_of, title
from mase.meetings.choices import ItemKind, MinutesState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.reports import held_words
from mase.meetings.selectors.thresholds import family_name
from mase.minutes.models import Minutes, MinutesAddendum, MinutesObjection, MinutesVersion, MinutesWording
from mase.minutes.presenters.minutes import person
from mase.minutes.selectors.circulation import Candidate
from mase.minutes.selectors.content import MinutesFacts
from mase.minutes.services import Taken

WHOLE = "The minutes as a whole"
STANDING = "<!--standing-->"  # where a document leaves room for it; what people wrote is escaped
STATE_COLOURS = {
    MinutesState.DRAFT: "yellow", MinutesState.CIRCULATED: "blue", MinutesState.AGREED: "grey",
}  # fmt: skip


def place(meeting: Meeting) -> dict[str, object]:
    """What stands above every page of these minutes: whose child, which meeting, the way back."""
    caption = f"{meeting.get_kind_display()}, {display_date(meeting.started_at or meeting.scheduled_for)}"
    back = reverse("mase:minutes", args=[meeting.pk])
    found: dict[str, object] = {
        "meeting": meeting,
        "caption": caption,
        "back": back,
        "back_to": "Back to the minutes",
    }
    if meeting.case_id is None:
        return {**found, "layout": "layouts/page.html"}
    return {**found, "layout": "layouts/record.html", "case": meeting.case, "banner": banner(meeting.case)}


def standing_words(minutes: Minutes, version: MinutesVersion | None) -> str:
    """Draft, sent out or agreed, in a sentence."""
    if version is None:
        return (
            "Draft – not sent. Not to be passed on: this is what your own copy would say if it were sent now."
        )
    if minutes.agreed_at:
        return f"Agreed on {display_date(minutes.agreed_at)}, as nobody objected any more."
    return (
        f"Version {version.number}, sent out on {display_date(version.made_at)} by {version.made_by.full_name}. "
        f"Agreed by themselves on {display_date(version.agrees_on)}, if nobody objects."
    )


def objection(row: MinutesObjection) -> dict[str, Any]:
    """What it is about, who objected, and the answer by the person who gave it."""
    answer = "Not answered yet."
    if row.answered_by:
        said = "Accepted" if row.accepted else "Not accepted"
        answer = f"{said}, {display_date(row.answered_at)} by {row.answered_by.full_name}: {row.answer}"
    who = f"{row.by.full_name}, {row.agency.short_name}, {display_date(row.at)}, to version {row.version.number}"
    if row.seat:
        who = f"{family_name(row.seat)}, written down by {who}"
    return {"row": row, "about": about_words(row.item), "who": who, "answer": answer}


def addendum(row: MinutesAddendum) -> dict[str, Any]:
    """One correction by its number; at a CMOG by what it is about, for a number would count those not shown."""
    of_child = row.minutes.meeting.case_id is not None
    about = f"Addendum {row.number}" if of_child else about_words(row.item)
    return {"row": row, "about": about, "who": f"{row.by.full_name}, {display_datetime(row.at)}"}


def about_words(item: AgendaItem | None) -> str:
    """What somebody speaks of. An action's name is all that it says: in a list it stands as far as fits."""
    return Truncator(name_of(item)).chars(110) if item is not None else WHOLE


def wording_rows(wordings: Sequence[MinutesWording], meeting: Meeting) -> list[dict[str, Any]]:
    """Each item of a child's agenda that the reader may see, with whose words they are."""
    return [
        {
            "title": f"{each.item.order}. {each.item.title}",
            "words": each.words,
            "restricted": each.item.restricted,
            "changed": f"Worded by {each.saved_by.full_name}" if each.is_reworded and each.saved_by else "",
            "url": reverse("mase:minutes-wording", args=[meeting.pk, each.pk]),
        }
        for each in wordings
    ]


def time_words(minutes: Minutes) -> str:
    """In time or late, by the clock of sending minutes out."""
    due = display_date(minutes.due_on)
    if minutes.circulated_at is None:
        return f"They {'were' if minutes.is_late else 'are'} to be sent out by {due}."
    kept = "late" if minutes.is_late else "in time"
    return f"First sent out on {display_date(minutes.circulated_at)}, {kept}: they were due by {due}."


def candidate_words(each: Candidate) -> str:
    """Who somebody on the list of recipients is for this meeting, and what they read."""
    role = label("meeting-role", each.seat.role) if each.seat else "Was not asked to the meeting"
    came = each.seat.get_came_as_display().lower() if each.seat and each.seat.came_as else ""
    part = "reads the restricted part" if each.restricted else ""
    return ", ".join(filter(None, (role, came, part)))


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


def own_copy(taken: Taken) -> str:
    """The composed minutes as one reader's own, with where they stand and what was said of them since."""
    said = {
        "objections": [objection(each) for each in taken.objections],
        "addenda": [addendum(each) for each in taken.addenda],
        "sha256": taken.minutes.sha256,
    }
    words = escape(standing_words(taken.minutes, taken.version))
    added = render_to_string("pdf/minutes/after.html", said)
    return marked(taken.page.replace(STANDING, words), taken.mark, added=added)


NOT_SENT = "Draft – not sent"


def minutes_document(found: MinutesFacts, *, reader: User) -> dict[str, Any]:
    """What templates/pdf/cmog_minutes.html draws."""
    meeting = found.meeting
    return {
        "title": f"{title(meeting)}: {'draft minutes' if found.is_draft else 'minutes'}",
        "mark": NOT_SENT if found.is_draft else title(meeting),
        "reader": reader.full_name,
        "under": f"{held_words(meeting.started_at, meeting.ended_at)}. {meeting.place or 'By video call'}. Chair "
        f"{meeting.chair.full_name}.",
        "people": [person(each) for each in found.invited],
        "parts": [
            (heading, [each for each in slots if each.done], [each for each in slots if not each.done])
            for heading, slots in _parts(found, as_worded_now=found.is_draft)
        ],
        "is_draft": found.is_draft,
    }


def rows_of(found: MinutesFacts) -> list[dict[str, Any]]:
    """Each item of a CMOG that this reader may see, as the minutes have it now."""
    slots = [slot for _, slots in _parts(found, as_worded_now=True) for slot in slots]
    return [
        {
            "title": each.name,
            "reference": each.reference,
            "words": each.notes,
            "decision": each.decision,
            "changed": each.worded,
            "url": reverse("mase:minutes-wording", args=[found.meeting.pk, found.wordings[each.item.pk].pk])
            if each.item.pk in found.wordings
            else "",
            "action": each.item.action,
        }
        for each in slots
    ]


def parts_to_name(items: Sequence[AgendaItem]) -> dict[str, str]:
    """The items this reader sees, to choose the one they speak of."""
    return {
        str(each.pk): f"{each.order}. {each.title}"
        if each.kind == ItemKind.OWN
        else " · ".join(filter(None, (about_words(each), reference_of(each))))
        for each in items
    }


def _parts(found: MinutesFacts, *, as_worded_now: bool) -> list[tuple[str, list[Slot]]]:
    """The agenda with each item as the last version has it; or as it is worded now, where this person words it."""
    return [
        (heading, [_slot(slot, found, as_worded_now) for slot in slots])
        for heading, slots in agenda(found.meeting, found.items, found.agreed)
    ]


def _slot(slot: Slot, found: MinutesFacts, as_worded_now: bool) -> Slot:
    key = slot.item.pk
    sent, wording = found.sent.get(key), found.wordings.get(key)
    if sent is not None:
        seen = {str(each.pk) for each in found.agreed.get(key, [])}
        slot = replace(
            slot,
            notes=sent.words,
            worded=_by(sent.worded_by, found.meeting) if sent.worded_by else "",
            decision=sent.decision,
            deferred=sent.deferred,
            category=sent.category,
            actions=[agreed_line(each) for each in sent.agreed if each["id"] in seen],
            done=slot.done or sent.words,
        )
    if as_worded_now and wording is not None and wording.saved_at is not None:
        worded = _by(wording.saved_by, found.meeting) if wording.is_reworded else ""
        return replace(slot, notes=wording.text, worded=worded, done=slot.done or "Worded")
    return slot


def _by(person: User | None, meeting: Meeting) -> str:
    if person is None or person.pk == meeting.chair_id:
        return "Worded by the chair"
    return f"Worded by {person.full_name}"
