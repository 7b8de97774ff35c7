"""How far a return has come, what is left to do for it, and the one next step of the person who reads the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import counted, display_date, short_date
from reporting.measures.presenters import figure_in_words
from reporting.returns.models import RegionalReturn, ReturnState, Severity, ValidationResult
from reporting.returns.presenters import ON_SCHEDULE, address
from reporting.returns.presenters.changes import difference
from reporting.returns.selectors.changes import Change
from reporting.returns.selectors.gaps import FIELDS, OpenGaps

SHOWN = 6  # large changes; the others are marked in the figures below
_COMPLETE, _DECIDED, _RECONCILES, _CONTINUES = "V8", "V9", "V3", "V7"


@dataclass(frozen=True)
class Step:
    """One of the seven steps: where it stands, and who did it when."""

    label: str
    detail: str
    is_done: bool
    is_now: bool = False


@dataclass(frozen=True)
class Work:
    """One thing to look at: what is wrong, and where it is mended."""

    title: str
    detail: str
    url: str = ""
    button: str = ""
    must: bool = True
    asks: bool = False  # the button asks the leads


def steps(r: RegionalReturn, work: Sequence[Work], checks: int) -> list[Step]:
    """The seven, and which is now."""
    left, correction, sent = len(work), r.correction, r.sending
    computed = f"{counted(left, 'thing')} left" if left else f"All {checks} checks hold"
    prepared = r.prepared_by or ON_SCHEDULE
    frozen, ready = r.state != ReturnState.DRAFT, bool(r.revision) and not r.is_computing
    restated = correction is not None and correction.is_signed
    drawn = [
        Step("Worked out", _who(prepared, r.computed_at) if ready else "Being worked out", ready),
        Step("Mend and explain", "Mended and explained" if frozen else computed if ready else "", frozen),
        Step("Freeze", _who(r.checked_by, r.checked_at) or "Then figures stay", frozen),
        Step("Sign", _who(r.signed_by, r.signed_at) or "By another person", r.is_signed),
        Step("Send", _who(sent.sent_by, sent.sent_on) if sent else "To the region", sent is not None),
        Step("Received", _receipt(r) or "By the region", bool(sent and sent.received_on)),
        Step("Restated", "Only if an error is found", is_done=False),
    ]
    if restated and correction is not None:
        said = f"{correction.version_number}: {_who(correction.signed_by, correction.signed_at)}"
        drawn[-1] = Step("Restated", said, is_done=True)
    now = next((number for number, each in enumerate(drawn[:-1]) if not each.is_done), None)
    if now == 1 and not any(each.must for each in work):
        now = 2  # what is left may stay with a note
    return [replace(each, is_now=number == now and not restated) for number, each in enumerate(drawn)]


def standing(r: RegionalReturn) -> tuple[str, str]:
    """Where it stands, in a word and the colour of its tag."""
    if r.is_signed:
        if r.sending is not None:
            return ("Received", "black") if r.sending.received_on else ("Sent", "blue")
        return "Signed off", "blue"
    if r.is_computing:
        return "Being worked out", "outline"
    return ("Frozen, to sign", "blue") if r.state == ReturnState.CHECKED else ("Draft", "outline")


def worklist(
    r: RegionalReturn,
    checks: Iterable[ValidationResult],
    changes: Iterable[Change],
    gaps: OpenGaps,
    *,
    leading: Iterable[tuple[str, str]],
) -> list[Work]:
    """What must be put right, then large changes without a reason, then what may stay with one."""
    failed = [_check(r, each, gaps, set(leading)) for each in checks if not each.passed]
    unexplained = [each for each in changes if each.is_unexplained]
    explain = [_explain(r, each) for each in unexplained[:SHOWN]]
    if (more := len(unexplained) - SHOWN) > 0:
        words, url = f"{counted(more, 'more number')} changed that much", f"{r.get_absolute_url()}#figures"
        explain.append(Work(words, "They are marked in the figures below.", url, "Show them"))
    grave = [each for each in failed if each.must]
    return [*grave, *explain, *(each for each in failed if not each.must)]


def _check(r: RegionalReturn, check: ValidationResult, gaps: OpenGaps, leading: set[tuple[str, str]]) -> Work:
    """A check that failed, with the rows it is about where this person may open them."""
    found = Work(check.title, f"{check.message}.", must=check.severity == Severity.ERROR)
    match check.rule:
        case "V8" if FIELDS in leading:
            url = reverse("reporting:return-measure", args=[r.slug, FIELDS[0]])
            return replace(found, url=url, button="Show the records")
        case "V8" if gaps.is_counted:
            detail = f"{found.detail} {_gaps(r, gaps)}"
            return replace(found, detail=detail, button="Ask the leads", asks=bool(gaps.total))
        case "V9" if ("A1", "outcome") in leading:
            url = address(r.quarter, "A1", "outcome", "waiting", "count")
            return replace(found, url=url, button="Show the concerns")
        case "V9":
            return replace(found, detail=f"{found.detail} Those that still wait are on the CSE team’s Today.")
        case "V7":
            url = reverse("reporting:return", args=[r.period.previous().slug])
            return replace(found, url=url, button="Show that return")
        case "V3":
            url = reverse("reporting:return-measure", args=[r.slug, "B1"])
            return replace(found, url=url, button="Show the table")
        case _:
            return found


def _gaps(r: RegionalReturn, gaps: OpenGaps) -> str:
    """How many records lack which field today, whose they are, and whether they were asked."""
    if not gaps.total:
        return "Every gap has been mended since. Work the figures out again."
    fields = ", ".join(f"{name.lower()} {number}" for name, number in gaps.fields.items())
    leads = len([each for each in gaps.leads if each])
    words = [f"{counted(gaps.total, 'gap')} today: {fields}. With {counted(leads, 'lead professional')}."]
    if gaps.without_lead:
        words.append(f"{gaps.without_lead} with the CSE team, for no lead is named.")
    if r.gaps_asked_by:
        words.append(f"Asked on {display_date(r.gaps_asked_at)} by {r.gaps_asked_by.full_name}.")
    return " ".join(words)


def _explain(r: RegionalReturn, change: Change) -> Work:
    now, last, label = change.now, change.last, change.headline.label
    words = " was ".join(f"{figure_in_words(each.value, each.unit)}," for each in (now, last) if each)
    url = reverse("reporting:explain-change", args=[r.slug, *change.cell])
    title = f"{change.measure.code} {label}: {difference(change, last).words}"
    return Work(title, f"{words.rstrip(',')}. Say why it changed that much.", url, "Explain the change")


def _receipt(r: RegionalReturn) -> str:
    if r.sending is None or r.sending.received_on is None:
        return ""
    return f"{r.sending.receipt_reference}, {short_date(r.sending.received_on)}"


def _who(person: User | str | None, when: date | datetime | None) -> str:
    if person is None:
        return ""
    name = person if isinstance(person, str) else person.full_name
    return f"{name}, {short_date(when)}" if when else name
