"""What a chair does in a meeting, step by step, with scripts and without: told once, for every journey."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from playwright.sync_api import Locator, expect

from mase.meetings.models.meeting import Meeting
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


def looks_at(person: Person, meeting: Meeting, place: str) -> None:
    """A stage or an item of the meeting, wherever the meeting is just now."""
    person.loads(f"/meetings/{meeting.pk}/?{place}")


def sends(person: Person, button: Locator) -> None:
    """Press a button that saves a part: a script draws that part anew, without one the page is."""
    if person.scripts:
        with person.page.expect_response("**/parts/**", timeout=PATIENT):
            button.click()
        settled(person)
    else:
        press(person, button)


def settled(person: Person) -> None:
    """Nothing more is on its way."""
    expect(person.page.locator("form.htmx-request")).to_have_count(0, timeout=PATIENT)


def starts(chair: Person, meeting: Meeting) -> None:
    """Also on another day than it was booked for."""
    chair.loads(f"/meetings/{meeting.pk}/")
    press(chair, chair.page.get_by_role("button", name="Start the meeting"))
    again = chair.page.get_by_role("button", name="Start the meeting today")
    if again.count():
        press(chair, again)
    expect(chair.page.get_by_role("heading", name="Last actions")).to_be_visible()


def goes_on(chair: Person, *others: Person, to: str) -> None:
    """Next: every screen that follows the meeting goes along."""
    press(chair, chair.page.get_by_role("button", name=f"Next: {to}"))
    for person in (chair, *others):
        expect(person.page.get_by_role("heading", name=to, exact=True)).to_be_visible(timeout=PATIENT)


def marks_all_as_there(chair: Person, meeting: Meeting) -> None:
    """Everybody invited came; the family is heard and leaves again."""
    looks_at(chair, meeting, "item=introductions")
    form = part(chair, "attendance")
    seats = form.locator("select")
    for number in range(seats.count()):
        seats.nth(number).select_option("Attended")
    save(chair, form, "Save attendance")
    family = chair.page.get_by_role("button", name="Family is here")
    chair.page.reload()
    if family.get_attribute("aria-pressed") == "true":
        press(chair, family)
    expect(chair.page.locator("#agreed")).to_contain_text("Quorate: police, social care, health")


def writes_the_voice(person: Person, meeting: Meeting, words: str) -> None:
    """The child's own words, heard today; and why no parent was asked."""
    looks_at(person, meeting, "stage=child")
    form = part(person, "voice")
    form.get_by_label("Yes").first.check()
    form.get_by_label("Their own words").fill(words)
    form.get_by_label("Who heard them").fill("Priya Raman")
    date(form, timezone.localdate())
    form.get_by_label("What changes because of it").fill("Somebody meets her at the gate.")
    form.get_by_label("If nobody asked for it").fill("Her mother is in hospital.")
    form.get_by_label("How", exact=True).select_option("Three Houses")
    form.get_by_role("group", name="Were they seen alone?").get_by_label("Yes").check()
    save(person, form, "Save the child's voice")


def writes_a_danger(chair: Person, meeting: Meeting, danger: str, goal: str) -> None:
    """The first danger statement with its safety goal, where numbers are given."""
    looks_at(chair, meeting, "stage=safety")
    chair.page.get_by_label("The worry").fill(danger)
    chair.page.get_by_label("Safe enough means").fill(goal)
    press(chair, chair.page.get_by_role("button", name="Add danger and goal"))


def gives(person: Person, meeting: Meeting, number: int) -> None:
    """One's own number, with one tap on the scale."""
    looks_at(person, meeting, "stage=safety")
    sends(person, person.page.locator(f"#number-{number}"))
    expect(person.page.locator("#agreed")).to_contain_text("given")


def decides(chair: Person, meeting: Meeting, category: int, harm: str, why: str) -> None:
    """The category, the reasons, and the harm beside it."""
    looks_at(chair, meeting, "stage=decide")
    form = part(chair, "decision")
    form.locator(f"input[type=radio][value='{category}']").check()
    settled(chair)
    form.get_by_label("Why").fill(why)
    form.get_by_label("Harm").select_option(harm)
    if chair.scripts:
        is_saved(chair, form)
    else:
        press(chair, form.get_by_role("button", name="Save the decision"))
    expect(chair.page.locator("#agreed")).to_contain_text(f"Category {category}", timeout=PATIENT)


def hears_that_all_agree(chair: Person) -> None:
    """Every agency that is here says so, in one press."""
    part(chair, "word").get_by_label("Word of").select_option("All others here")
    sends(chair, part(chair, "word").get_by_role("button", name="Agrees", exact=True))


def adds(chair: Person, action: Action) -> None:
    """One action, in a week, on the empty line of the plan."""
    row = chair.page.locator(".app-plan-grid__new form")
    row.get_by_label("P, action new").select_option(action.p)
    row.get_by_label("What, action new").fill(action.text)
    who = row.get_by_label("Who, action new")
    who.select_option(who.locator("option", has_text=action.agency).first.get_attribute("value"))
    row.locator("label[for$='-weeks_1']").click()
    if chair.scripts:
        row.get_by_label("What, action new").press("Enter")
    else:
        press(chair, row.get_by_role("button", name="Save this action"))
    expect(chair.page.locator("#agreed")).to_contain_text(action.text[:60], timeout=PATIENT)


def chooses_the_next_slot(chair: Person) -> None:
    """The first that is offered."""
    form = part(chair, "review")
    form.locator("input[type=radio]").first.check()
    if chair.scripts:
        settled(chair)
    else:
        press(chair, form.get_by_role("button", name="Save the next slot"))
    expect(chair.page.locator("#agreed")).to_contain_text("Next review", timeout=PATIENT)


def ends(chair: Person) -> None:
    """From the last stage. The meeting ends, and says so."""
    press(chair, chair.page.get_by_role("button", name="Close child"))
    chair.sees("Decided")
    press(chair, chair.page.get_by_role("button", name="End the meeting"))
    chair.sees("The meeting has ended")


def sends_the_minutes_out(chair: Person, meeting: Meeting) -> None:
    """From the draft to everybody's copies."""
    chair.goes_to(f"/meetings/{meeting.pk}/minutes/")
    chair.clicks("Send them out")
    press(chair, chair.page.get_by_role("button", name="Send the minutes out"))
    chair.sees("Its recipients have been told.")
