"""No child falls between decisions: from a school's worry to a case that is led, its review, and people who collide."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Locator, expect

from cases.concerns.models import Concern
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import make_concern

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
SignIn = Callable[..., Person]
WORRY = "Robyn has two new phones. A man in a silver car waits for her at the gate."
PLAN = "We meet her every Tuesday at school."
WORSE = "She was away for a night, and an older man brought her back."


def test_early_help_is_stepped_up_to_a_case_that_is_led_and_shared(cast: Cast, sign_in: SignIn) -> None:
    works_for(cast, cast.leaver, "early-help", Role.PRACTITIONER)
    school, manager, lead = map(sign_in, ("outsider", "manager", "practitioner"))
    cog = sign_in("leaver", width=390)
    logs_in_four_pages(school)
    concern = Concern.objects.get()

    # early help is handed to the COG, accepted, and reviewed
    manager.goes_to("/triage/")
    manager.follows("Robyn Testley")
    manager.chooses("Early help")
    manager.page.get_by_label("Which agency gives early help?").select_option("early-help")
    manager.page.locator("#id_early_help_asked").fill("Meet her every week.")
    manager.types("Reason", "Early signs.")
    manager.clicks("Record the decision")
    manager.follows("Not accepted")
    manager.sees("Robyn Testley")
    cog.goes_to("/")
    cog.sees("New to you")
    cog.follows("Robyn Testley")
    cog.sees("Meet her every week.")
    cog.clicks("Accept")
    cog.types("What will you do?", PLAN)
    in_days(cog, 14)
    cog.clicks("Accept")
    cog.sees("You have accepted it")
    cog.clicks("Review")
    cog.types("What has happened since?", "She comes every week.")
    in_days(cog, 28)
    cog.clicks("Save the review")
    cog.sees("She comes every week.")

    # a second concern shows the first
    second = make_concern(cast.police, given_name="Robin", date_of_birth=dt.date(2011, 5, 2))
    manager.goes_to(f"/triage/{second.reference}/")
    known = manager.page.get_by_role("region", name="What we already know")
    expect(known).to_contain_text(concern.reference)
    expect(known).to_contain_text("Same birth date")

    cog.follows("Step up to the CSE team")
    cog.types("Why is more needed?", WORSE)
    cog.clicks("Send to triage")
    cog.sees("Stepped up")
    opens_the_case(manager, concern)

    case = Case.objects.get()
    assert (case.category, case.lead_professional) == (RiskCategory.MEDIUM, cast.practitioner)
    for person in (cast.police, cast.health, cast.outsider, cast.leaver):
        assert gate.can(person, Permission.CASE_VIEW, case), f"shared with {person}'s agency"
    lead.goes_to("/")
    mine = lead.page.locator(".app-child", has_text="Robyn Testley")
    expect(mine).to_contain_text("New: opened")


def logs_in_four_pages(person: Person) -> None:
    """What somebody with a real worry presses and answers, counted from Today to the page that says it was sent."""
    page, pressed, pages = person.page, [0], []
    page.expose_function("countPress", lambda: pressed.append(1))
    page.add_init_script("addEventListener('pointerdown', () => countPress(), true)")
    page.on("framenavigated", lambda frame: pages.append(frame.url.rstrip("/").rsplit("/", 1)[-1]))
    person.goes_to("/")
    person.follows("Log a concern")
    person.chooses("No", group="Is the child or young person in danger")
    writes(person, page.get_by_label("What are you worried about?"), WORRY)
    person.clicks("Save and continue")
    writes(person, page.get_by_label("First names"), "Robyn", "Testley")
    writes(person, page.locator("[name=date_of_birth_day]"), "2", "5", "2011")
    person.clicks("Save and continue")
    person.chooses("Money, clothes or phone, unexplained")
    person.clicks("Save and continue")
    person.chooses("Told what is shared", group="Has the child or young person been told?")
    person.chooses("Not told yet", group="Has a parent or carer been told?")
    person.clicks("Save and continue")
    person.sees("6 of 6 answers")
    person.clicks("Send to the CSE team")
    person.sees("Concern sent")
    assert [each for each in pages if each in ("new", "child", "signs", "others")] == [
        "new",
        "child",
        "signs",
        "others",
    ]
    assert sum(pressed) <= 15


def writes(person: Person, first: Locator, *words: str) -> None:
    """Into a box, and the next ones by the Tab key."""
    first.click()
    for each in words:
        person.page.keyboard.type(each)
        person.page.keyboard.press("Tab")


def opens_the_case(manager: Person, concern: Concern) -> None:
    """Five required answers and the agencies, on one page, saved at once."""
    manager.goes_to("/triage/")
    manager.sees("Stepped up by Sandwell Early Help and COG")
    manager.goes_to(f"/triage/{concern.reference}/")
    manager.sees(WORSE)
    share = manager.page.get_by_role("group", name="Share with")
    manager.chooses("Open a case")
    manager.page.get_by_label("Harm", exact=True).select_option("H1")
    manager.chooses("2 Medium", group="Category")
    manager.types("Reason", "More than early help can do.")
    manager.page.get_by_role("radio", name="Priya Raman").check()
    for agency in ("Police", "Health", "Education", "Early help"):
        share.get_by_label(agency, exact=True).check()
    manager.clicks("Record the decision")
    manager.sees("has been decided: open a case")


def in_days(person: Person, days: int) -> None:
    """The date of the review."""
    fill_date(person, "review_on", timezone.localdate() + dt.timedelta(days=days))


def fill_date(person: Person, name: str, day: dt.date) -> None:
    for part in ("day", "month", "year"):
        person.page.locator(f"[name={name}_{part}]").fill(str(getattr(day, part)))


def works_for(cast: Cast, person: User, code: str, role: Role) -> None:
    """This member of the cast works for another agency."""
    Membership.objects.filter(user=person).update(agency=cast.agency(code), role=role)


def test_a_category_1_child_without_a_review_is_late_for_lead_and_manager(
    cast: Cast, sign_in: SignIn
) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(weeks=13)):
        case = make_case(cast, child=make_child(given_name="Noor"), category=RiskCategory.LOW)
    lead, manager = sign_in("practitioner"), sign_in("manager")
    lead.goes_to("/")
    late = lead.page.locator(".app-now__row", has_text="Noor")
    expect(late).to_contain_text("Overdue 6 days")
    expect(late).to_contain_text("Review by the lead")
    manager.goes_to("/")
    manager.follows("1 child has an overdue step")
    manager.sees("Noor Testley")
    late.get_by_role("button").click()
    lead.reads_page()
    today = timezone.localdate()
    fill_date(lead, "held_on", today)
    lead.types("Who saw the child", "Priya Raman, at school")
    lead.chooses("Yes", group="Were they seen alone?")
    lead.chooses("stays")
    lead.types("Why?", "School goes well, and she sleeps.")
    fill_date(lead, "next_on", today + dt.timedelta(weeks=11))
    lead.clicks("Record the review")
    lead.goes_to("/")
    expect(late).to_have_count(0)
    manager.goes_to("/")
    manager.does_not_see("overdue step")
    case.refresh_from_db()
    assert case.next_review_on == today + dt.timedelta(weeks=11)


def test_two_who_triage_one_concern_lose_no_word(cast: Cast, sign_in: SignIn) -> None:
    works_for(cast, cast.leaver, "cse-team", Role.COORDINATOR)
    concern = make_concern(cast.outsider)
    manager, worker = sign_in("manager"), sign_in("leaver")
    for person in (manager, worker):
        person.goes_to(f"/triage/{concern.reference}/")
        person.chooses("Advice given")
        person.types("Reason", f"Written by {person.key}.")
    reason = worker.page.get_by_label("Reason", exact=True)
    manager.clicks("Take it")
    worker.clicks("Record the decision")
    worker.sees("Maya Chandler has it")
    expect(reason).to_have_value("Written by leaver.")
    manager.clicks("Record the decision")
    manager.sees("has been decided: advice given")
    worker.clicks("Take over from Maya Chandler")
    worker.sees("has already been decided, by Maya Chandler")
    worker.sees("What you wrote, which was not saved")
    worker.sees("Written by leaver.")
    assert concern.decisions.get().rationale == "Written by manager."


def test_two_who_edit_the_same_details_see_both_texts(cast: Cast, sign_in: SignIn) -> None:
    case = make_case(cast)
    first, second = sign_in("manager"), sign_in("practitioner")
    for person, school in ((first, "Fictional Academy"), (second, "Invented School")):
        person.goes_to(f"/cases/{case.reference}/edit/")
        person.types("School, college or training", school)
    first.clicks("Save details")
    second.clicks("Save details")
    second.sees("Fictional Academy")
    expect(second.page.get_by_label("School, college or training")).to_have_value("Invented School")
    second.clicks("Save details")
    second.sees("The child's details have been saved.")
    second.sees("Invented School")


def test_a_session_that_ends_in_a_long_concern_loses_nothing(cast: Cast, sign_in: SignIn) -> None:
    person = sign_in("practitioner")
    person.goes_to("/concerns/new/")
    person.chooses("No", group="Is the child or young person in danger")
    person.types("What are you worried about?", WORRY)
    person.clicks("Save and continue")
    page = f"/concerns/{Concern.objects.get().reference}/write/worry/"
    person.goes_to(page)
    person.types("What are you worried about?", "Written for an hour before the session ended.")
    person.sees("Draft saved")
    person.page.context.clear_cookies(name="sessionid")
    person.page.get_by_role("button", name="Save and continue").click()
    person.sees("Sign in")
    person.sign_in()
    person.goes_to(page)
    person.sees("put back")
    typed = person.page.get_by_label("What are you worried about?")
    expect(typed).to_have_value("Written for an hour before the session ended.")
