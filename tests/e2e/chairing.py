"""What a chair does in a meeting, step by step, with scripts and without: told once, for every journey."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from playwright.sync_api import Locator, expect

from cse_portal.accounts.models import Agency
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


def looks_at(person: Person, place: str) -> None:
    """A stage of the meeting, or an item of its agenda."""
    person.page.goto(f"{person.page.url.split('?')[0].split('#')[0]}?{place}")


def draws(person: Person, button: Locator) -> None:
    """Press a button whose answer is drawn into the page, or without scripts loads it anew."""
    if not person.scripts:
        return press(person, button)
    with person.page.expect_response(lambda answer: "/parts/" in answer.url, timeout=PATIENT):
        button.click()
    expect(person.page.locator("form.htmx-request")).to_have_count(0, timeout=PATIENT)
    return None


def short(agency: str) -> str:
    """As lines of a meeting call an agency."""
    return Agency.objects.get(Q(name=agency) | Q(short_name=agency)).short_name


def places(person: Person, who: str, number: int) -> None:
    """One seat's number on the scale; of who has one seat only, their own."""
    looks_at(person, "stage=safety")
    if who:
        person.page.get_by_label("Whose number").select_option(short(who))
    draws(person, person.page.locator("#scale").get_by_role("button", name=str(number), exact=True))


def writes_a_danger(chair: Person, danger: str, goal: str) -> None:
    """The first danger statement with its safety goal."""
    looks_at(chair, "stage=safety")
    form = part(chair, "new-danger")
    form.get_by_label("The worry").fill(danger)
    form.get_by_label("Safe enough means").fill(goal)
    save(chair, form, "Add danger and goal")


def decides(chair: Person, category: str, harm: str, why: str) -> None:
    """The category, the harm beside it, and the reasons: saved by themselves, or without scripts by a button."""
    looks_at(chair, "stage=decide")
    form = part(chair, "decision")
    form.get_by_label(category).check()
    form.get_by_label("Harm").select_option(harm)
    form.get_by_label("Why").fill(why)
    if not chair.scripts:
        return save(chair, form, "Save the decision")
    form.get_by_label("Why").blur()
    return is_saved(chair, form)


def hears_that_all_agree(chair: Person) -> None:
    """Each agency round the table says so."""
    form = part(chair, "word")
    form.get_by_label("Word of").select_option("All others here")
    draws(chair, form.get_by_role("button", name="Agrees", exact=True))


def adds(chair: Person, action: Action) -> None:
    """One line of the plan, in a week; Enter adds it."""
    form = part(chair, "action")
    form.get_by_label("P, action new").select_option(action.p)
    form.get_by_label("What, action new").fill(action.text)
    form.get_by_label("Who, action new").select_option(short(action.agency))
    form.get_by_label("1 week").check(force=True)
    if chair.scripts:
        with chair.page.expect_response(lambda answer: "/parts/" in answer.url, timeout=PATIENT):
            form.get_by_label("What, action new").press("Enter")
    else:
        press(chair, form.get_by_role("button", name="Save this action"))
    expect(chair.page.locator(f"#plan input[value='{action.text}']").first).to_be_visible(timeout=PATIENT)


def sets_the_review(chair: Person) -> None:
    """The first slot that is offered."""
    form = part(chair, "review")
    if chair.scripts:
        return draws(chair, form.locator("label").first)
    form.locator("input[type=radio]").first.check()
    return press(chair, form.get_by_role("button", name="Save the next slot"))


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
