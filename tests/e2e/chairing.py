"""What a chair does in a meeting, step by step, with scripts and without: told once, for every journey."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from playwright.sync_api import Locator, expect

from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from mase.meetings.models.meeting import Meeting
from mase.minutes.models import MinutesVersion
from tests.e2e.person import Person

PATIENT = 20_000  # what others do arrives within seconds; a busy machine may take several


@dataclass(frozen=True)
class Action:
    """One line of the plan, by the words on the page."""

    p: str
    text: str
    agency: str


def part(person: Person, kind: str) -> Locator:
    """The form of this part of the meeting."""
    return person.page.locator(f"form[id^=part-{kind}]")


def press(person: Person, button: Locator) -> None:
    """Press a button that loads the page anew, and wait for the new page."""
    with person.page.expect_navigation(timeout=PATIENT):
        button.click()


def save(person: Person, form: Locator, button: str) -> None:
    """Press a part's button and wait until the page says that it is saved."""
    pressed = form.get_by_role("button", name=button)
    if person.scripts and form.get_attribute("hx-post"):
        pressed.click()
        is_saved(person, form)
        return
    press(person, pressed)
    expect(person.page.get_by_text("Saved.").first).to_be_visible()


def is_saved(person: Person, form: Locator) -> None:
    """The part says so, and nothing more is on its way."""
    expect(form.locator(".app-part__at")).to_contain_text("Saved", timeout=PATIENT)
    expect(person.page.locator("form.htmx-request")).to_have_count(0, timeout=PATIENT)


def opens(person: Person, summary: str) -> None:
    """Unfold what is folded away, if it is."""
    details = person.page.locator("details", has_text=summary).last
    if details.get_attribute("open") is None:
        details.locator("summary").click()


def date(form: Locator, day: dt.date) -> None:
    """Fill in the first date the form asks for."""
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        form.get_by_label(name, exact=True).first.fill(str(value))


def marks_all_as_there(chair: Person, *others: Person) -> None:
    """Everybody invited came; the family is heard and leaves again."""
    form = part(chair, "attendance")
    seats = form.locator("select")
    for number in range(seats.count()):
        seats.nth(number).select_option("Attended")
    save(chair, form, "Save attendance")
    expect(chair.page.locator("#agreed")).to_contain_text("Police, social care and health are here")
    if form.get_by_label("Parent or carer").or_(form.get_by_label("Child or young person")).count():
        the_family_leaves(chair, *others)


def the_family_leaves(chair: Person, *others: Person) -> None:
    """Marked as there they are in the room, and every page has drawn itself anew without the restricted part."""
    for person in (chair, *others):
        expect(person.page.locator("#live")).to_have_attribute("data-family", "yes", timeout=PATIENT)
    press(chair, chair.page.get_by_role("button", name="The family has left"))
    for person in (chair, *others):
        expect(person.page.locator("#live")).to_have_attribute("data-family", "no", timeout=PATIENT)


def writes_the_voice(person: Person, words: str) -> None:
    """The child's own words, heard today."""
    form = part(person, "voice")
    form.get_by_label("Yes").first.check()
    form.get_by_label("Their own words").fill(words)
    form.get_by_label("Who heard them").fill("Priya Raman")
    date(form, timezone.localdate())
    hears_how(form)
    save(person, form, "Save the child's voice")


def hears_how(form: Locator) -> None:
    """How the child was heard, and that nobody else was there; and why no parent was asked."""
    form.get_by_label("What changes because of it").fill("Somebody meets her at the gate.")
    form.get_by_label("If nobody asked for it").fill("Her mother is in hospital.")
    form.get_by_label("How", exact=True).select_option("Three Houses")
    form.get_by_role("group", name="Were they seen alone?").get_by_label("Yes").check()


def places(form: Locator, who: str, number: int, *, exact: bool = True) -> None:
    """One person's number on the scale, why, and what would be one point higher."""
    value = form.get_by_label(who, exact=exact)
    value.select_option(str(number))
    name = value.get_attribute("name") or ""
    for part, words in (("reason", "From what was seen this week."), ("higher", "A week without him.")):
        form.locator(f"[name='{name.replace('value_', f'{part}_')}']").fill(words)


def writes_a_danger(chair: Person, danger: str, goal: str) -> None:
    """A danger statement with its safety goal."""
    opens(chair, "Add a danger statement and its safety goal")
    form = part(chair, "new-danger")
    form.get_by_label("Danger statement").fill(danger)
    form.get_by_label("Safety goal").fill(goal)
    save(chair, form, "Add danger and goal")


def decides(chair: Person, category: str, harm: str, why: str) -> None:
    """The category, the harm beside it, and the reasons."""
    form = part(chair, "decision")
    form.get_by_label(category).check()
    form.get_by_label(harm).check()
    form.get_by_label("Why").fill(why)
    save(chair, form, "Save decision")


def hears_that_all_agree(chair: Person) -> None:
    """Each agency round the table says so."""
    form = part(chair, "assent")
    seats = form.locator("select")
    for number in range(seats.count()):
        seats.nth(number).select_option("Agrees")
    save(chair, form, "Save who agrees")


def adds(chair: Person, action: Action) -> None:
    """One action, in a week."""
    opens(chair, "Add an action")
    form = part(chair, "action")
    form.get_by_label(action.p, exact=True).check()
    form.get_by_label("What will be done").fill(action.text)
    form.get_by_label("How we shall know that it is done").fill("She says that it has happened.")
    form.get_by_label("Agency").select_option(action.agency)
    date(form, timezone.localdate() + dt.timedelta(days=7))
    save(chair, form, "Add action")


def ends(chair: Person) -> None:
    """The meeting ends, and says so."""
    press(chair, chair.page.get_by_role("button", name="End the meeting"))
    chair.sees("Decided")
    press(chair, chair.page.get_by_role("button", name="End the meeting"))
    chair.sees("The meeting has ended")


def sends_the_minutes_out(chair: Person, meeting: Meeting) -> MinutesVersion:
    """From the draft to everybody's copies."""
    chair.goes_to(f"/meetings/{meeting.pk}/minutes/")
    chair.clicks("Send them out")
    press(chair, chair.page.get_by_role("button", name="Send the minutes out"))
    chair.sees("is on its way")
    version = MinutesVersion.objects.filter(minutes__meeting=meeting).latest("number")
    run_job(job_id=Job.objects.get(pk=version.job_id).pk)
    return version
