"""What is drawn at the last stages of a child's meeting: how safe the child is, and what is decided."""

from collections import Counter
from statistics import median
from typing import Any

from django.contrib.humanize.templatetags.humanize import apnumber

from cases.record.choices import CATEGORY_IN_SHORT, RiskCategory
from cse_portal.accounts.models import Agency
from cse_portal.ui.charts.spread import HIGHEST
from cse_portal.ui.presenters import counted, display_date, local_date
from mase.meetings.choices import CHILD, Stage
from mase.meetings.forms.reports import slot_words
from mase.meetings.models.meeting import Invitation
from mase.meetings.presenters.meeting import MeetingPage
from mase.meetings.selectors.checks import checklist, lowers
from mase.meetings.selectors.thresholds import name_of
from mase.plans.models.safety_map import DangerStatement, ScaleScore
from mase.plans.presenters.scale import seat_key

OUTLIER = 2  # so far from the middle somebody is asked why
YES, NO, NOTHING = "yes", "no", ""
Shown = dict[str, Any]  # as a template reads it


def stage_of(page: MeetingPage, danger: str = "") -> Shown:
    """What is drawn at the last two stages, once they are open; `danger` is the key of the one that is looked at."""
    if not page.stage_is_open:
        return {}
    if page.place == Stage.SAFETY:
        return _safety(page, danger)
    return _decide(page) if page.place == Stage.DECIDE else {}


def _safety(page: MeetingPage, chosen: str) -> Shown:
    """One danger at a time, the first that goes on unless another is chosen; with a row for the child and each seat."""
    going_on = [(number, each) for number, each in enumerate(page.record.dangers, 1) if not each.is_ended]
    here = next((each for _, each in going_on if str(each.pk) == chosen), None)
    here = here or (going_on[0][1] if going_on else None)
    if here is None:
        return {"new": page.of_meeting("new-danger")}
    shown = {"dangers": going_on, "danger": here, "numbers": range(HIGHEST + 1), **_asked(page, here)}
    return shown | _numbers(page, here)


def _asked(page: MeetingPage, danger: DangerStatement) -> Shown:
    """The buttons: `seats` are those whose number this reader may give, `asked` the one whose turn it is."""
    form = page.sections.get(("score", danger.pk))
    seats = _seats(page) if form else []
    given = {str(each.invitation_id or CHILD): each.value for each in danger.scores.all()}
    keys = [key for key, _ in seats]
    asked = next((key for key in keys if key not in given), keys[0] if keys else "")
    return {"form": form, "seats": seats, "asked": asked, "pressed": given.get(asked)}


def _seats(page: MeetingPage) -> list[tuple[str, str]]:
    """Those whose number this reader may give, their own first."""
    record, own = page.record, page.record.seat
    theirs = [own] if own and page.powers.contributes else []
    if page.powers.notes:
        theirs += [each for each in record.seats if each != own]
    found = [(str(each.pk), "Your number" if each == own else _short_name(page, each)) for each in theirs]
    may_child = page.powers.notes or page.powers.schedules
    return [*found, (CHILD, page.meeting.case.child.given_name)] if may_child else found


def _numbers(page: MeetingPage, danger: DangerStatement) -> Shown:
    """Everybody's number, today's and that of last time: once this reader has given their own."""
    record, given = page.record, {each.invitation_id: each for each in danger.scores.all()}
    own = record.seat is None or record.seat.pk in given
    if not given or not (own or page.powers.notes or not page.meeting.is_running):
        return {"shown": False}
    numbers = [given[each.pk].value for each in record.seats if each.agency and each.pk in given]
    middle = median(numbers) if numbers else None
    before = next(iter(danger.at_earlier_meetings), None)
    last = {seat_key(each.invitation): each.value for each in before.scores.all()} if before else {}
    rows = [
        _row(page, seat, given.get(seat.pk if seat else None), last.get(seat_key(seat)), middle)
        for seat in (None, *record.seats)
    ]
    return {
        "shown": True, "rows": rows, "middle_at": _place(middle), "spread": _spread(numbers),
        "sentence": " ".join(filter(None, (_most(numbers), _child(rows[0])))),
        "last_on": display_date(local_date(before.meeting.started_at)) if before else "",
        "reasons": _reasons(page, given, middle),
    }  # fmt: skip


def _reasons(
    page: MeetingPage, given: dict[Any, ScaleScore], middle: float | None
) -> list[tuple[str, ScaleScore]]:
    """Why somebody is far from the middle; of the family what they said."""
    scores = [(seat, given[seat.pk]) for seat in page.record.seats if seat.pk in given]
    return [
        (f"{_short_name(page, seat)} says {score.value}. Why?", score)
        for seat, score in scores
        if (score.reason if seat.is_family else _beyond(score, middle) and not page.record.shared)
    ]


def _short_name(page: MeetingPage, seat: Invitation) -> str:
    """The agency, or the person where several of it have a seat."""
    if seat.agency is None:
        return name_of(seat)
    alone = sum(each.agency_id == seat.agency_id for each in page.record.seats) == 1
    return seat.agency.short_name if alone or not seat.person else seat.person.full_name


def _place(value: float | None) -> str:
    """On the axis, whose numbers are the buttons."""
    return "" if value is None else f"{(value + 0.5) / (HIGHEST + 1) * 100:.2f}%"


def _row(
    page: MeetingPage,
    seat: Invitation | None,
    score: ScaleScore | None,
    last: int | None,
    middle: float | None,
) -> Shown:
    """One seat or the child: the number of today and of last time, and how far from the middle; in words too."""
    if seat is None:
        who = page.meeting.case.child.given_name
        note = f"by {score.recorded_by.full_name.split()[0]}" if score else ""
    else:
        who, note = _short_name(page, seat), "you" if seat == page.record.seat else ""
    now = score.value if score else None
    beyond = _beyond(score, middle) if score else ""
    today = "no number" if now is None else f"{now} today"
    told = ", ".join(filter(None, (today, "" if last is None else f"{last} last time", beyond)))
    return {
        "who": who, "note": note, "now": now, "last": last, "is_child": seat is None, "beyond": beyond,
        "now_at": _place(now), "last_at": _place(last), "is_below": beyond.endswith("below"), "words": f"{who}: {told}",
    }  # fmt: skip


def _beyond(score: ScaleScore, middle: float | None) -> str:
    """2 below; nothing near the middle, and of who comes without an agency."""
    if middle is None or score.invitation is None or not score.invitation.agency_id:
        return ""
    far = score.value - middle
    return f"{abs(far):g} {'above' if far > 0 else 'below'}" if abs(far) >= OUTLIER else ""


def _spread(numbers: list[int]) -> str:
    if not numbers:
        return "No agency yet"
    low, high = min(numbers), max(numbers)
    if low < high:
        return f"From {low} to {high}"
    return f"All say {low}" if len(numbers) > 1 else f"One says {low}"


def _most(numbers: list[int]) -> str:
    """Three of six say 3."""
    value, often = Counter(numbers).most_common(1)[0] if numbers else (0, 0)
    if not 1 < often < len(numbers):
        return ""
    return f"{str(apnumber(often)).capitalize()} of {apnumber(len(numbers))} say {value}."


def _child(row: Shown) -> str:
    """Simran says 2, one lower than last time."""
    now, last = row["now"], row["last"]
    if now is None:
        return ""
    apart = now - (now if last is None else last)
    than = f", {apnumber(abs(apart))} {'higher' if apart > 0 else 'lower'} than last time" if apart else ""
    return f"{row['who']} says {now}{than}."


def _decide(page: MeetingPage) -> Shown:
    """The category, each agency's word, the plan and the next slot."""
    record, made, word = page.record, page.record.decision, page.of_meeting("word")
    carried = sum(each.carried_from_id is not None for each in record.actions)
    own = page.powers.agency if page.powers.agency in record.agencies else None
    checks = checklist(record) if lowers(record) else []
    met = sum(bool(each.answer and each.answer.met) for each in checks)
    words = counted(len(record.actions), "action")
    if carried:
        words += f" · {carried} carried, {len(record.actions) - carried} new"
    return {
        "categories": _categories(page), "word": word if made or word and word.errors else None,
        "own_word": _word_of(page, own) if own else None, "plan_words": words,
        "review_words": slot_words(page.meeting.review_on) if page.meeting.review_on else "",
        "step_down": page.of_meeting("step-down") or page.of_meeting("step-down-apart"),
        "step_down_words": f"{met} of {len(checks)} met" if checks else "",
    }  # fmt: skip


def _categories(page: MeetingPage) -> list[Shown]:
    """Each category with its criteria in a line; `offered` where it may be decided now."""
    record, section = page.record, page.of_meeting("decision")
    offered, chosen = [], record.decision.category if record.decision else None
    if section:
        field = section["category"]
        offered = [int(value) for value, _ in field.field.choices]  # type: ignore[attr-defined]
        chosen = int(field.value()) if str(field.value()).isdigit() else None
    found = record.evidence.assessment
    indicated = found.indicative_category if found and not record.shared else None
    return [
        {
            "value": each, "criteria": CATEGORY_IN_SHORT[each], "indicated": each == indicated,
            "now": each == page.meeting.category_before, "offered": each in offered, "chosen": each == chosen,
        }
        for each in sorted(RiskCategory, reverse=True)
        if each or 0 in offered or chosen == 0
    ]  # fmt: skip


def words_of(page: MeetingPage) -> Shown:
    """The one list of agencies: who is here; at Safety who gave a number; at Decide who agrees."""
    record, place = page.record, page.place if page.stage_is_open else ""
    if place == Stage.SAFETY:
        title, found = "Numbers, {} of {} agencies", [_number_of(page, each) for each in record.agencies]
    elif place == Stage.DECIDE:
        title, found = "Who agrees, {} of {} heard", [_word_of(page, each) for each in record.agencies]
    else:
        there = {each.agency_id for each in record.present}
        title = "Here, {} of {}" if page.meeting.started_at else "Asked"
        found = [_mark(each, YES if each.pk in there else NOTHING) for each in record.agencies]
        found.sort(key=lambda each: each["mark"] != YES)
    at_table = {each.agency_id for each in record.at_table}
    for each in found:
        if each["text"] and each["mark"] == NOTHING and each["agency"].pk not in at_table:
            each["text"] = "not here"
    return {
        "title": title.format(sum(each["mark"] != NOTHING for each in found), len(found)),
        "agencies": found,
    }


def _mark(agency: Agency, mark: str, text: str = "", **more: Any) -> Shown:
    """One agency's mark at a stage: yes, no, or nothing yet; in words."""
    return {"agency": agency, "mark": mark, "text": text, **more}


def _number_of(page: MeetingPage, agency: Agency) -> Shown:
    scores = [score for each in page.record.dangers for score in each.scores.all()]
    given = any(each.invitation and each.invitation.agency_id == agency.pk for each in scores)
    return _mark(agency, YES, "given") if given else _mark(agency, NOTHING, "not yet")


def _word_of(page: MeetingPage, agency: Agency) -> Shown:
    record = page.record
    said = [each for each in record.dissents if each.is_of_current_decision and each.agency_id == agency.pk]
    if said:
        return _mark(agency, NO, "disagrees", against=said)
    if agency in record.agreeing:
        return _mark(agency, YES, "agrees")
    return _mark(agency, NOTHING, "left before" if agency in record.left_before else "not yet")
