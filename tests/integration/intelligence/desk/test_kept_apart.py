"""Intelligence is kept apart inside a case: sight of a child's case carries neither a report nor that there is one."""

import pytest
from django.db import connection
from django.urls import reverse

from cases.chronology.models import EntryKind
from cases.chronology.selectors import chronology
from cases.record.choices import Section
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.access import gate, grants
from cse_portal.access.permissions import Permission as P
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.errors import NotAllowedNow, NotPermitted
from intelligence.desk import services as reports
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.desk.selectors import lines_for_meeting, report_for, report_list, reports_about
from intelligence.subjects.models import Subject, SubjectKind
from mase.cmog.selectors.cmog import items_for
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.reports import pack_record
from mase.meetings.services import invitations
from mase.meetings.services.invitations import Asked
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, parts_held, show_intelligence
from tests.factories.cmog import item_of, start_cmog
from tests.factories.intelligence import SANITISED, link_new, make_report
from tests.factories.meetings import make_meeting, membership, start_meeting
from tests.integration.audit.test_shown import on_record

# Whatever a person finds by SQL of a report about a child, of what is in it, and of where it is told.
COUNTED = (
    "SELECT count(*) FROM intelligence_intelligencereport",
    "SELECT count(*) FROM intelligence_reportline",
    "SELECT count(*) FROM intelligence_link",
    "SELECT count(*) FROM intelligence_subject",
    "SELECT count(*) FROM cases_chronologyentry WHERE kind = 'intelligence'",
)


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """Led by social care; the police work on it, and the nurse sees it."""
    case = make_case(shared_cast)
    share(shared_cast, case, shared_cast.agency("police"), may_change=True)
    return share(shared_cast, case, shared_cast.health)


@pytest.fixture(scope="module")
def report(shared_cast: Cast, case: Case) -> IntelligenceReport:
    """Of handling P, linked to the child and to a person of concern."""
    report = make_report(shared_cast, case=case, author=shared_cast.outsider)
    link_new(shared_cast, report, SubjectKind.PERSON, name="Rowan Kestrel")
    return report


def share(cast: Cast, case: Case, to: grants.Holder, *, may_change: bool = False) -> Case:
    return access.share(
        case=case, to=to, reason="Works with the child", lawful_basis=LAWFUL_BASIS, may_change=may_change,
        by=cast.practitioner,
    )  # fmt: skip


def found_by_sql(person: User) -> list[int]:
    """As the portal's own role of the database, on this person's behalf, with nothing of the portal's filters."""
    counts = []
    with acting_for(person), connection.cursor() as cursor:
        for statement in COUNTED:
            cursor.execute(statement)
            counts.append(int(cursor.fetchone()[0]))
    return counts


def reads(person: User, case: Case, report: IntelligenceReport) -> set[bool]:
    """What each way to a report says; one answer if they agree."""
    chronicled = chronology(person, case).filter(kind=EntryKind.INTELLIGENCE)
    return {
        gate.can(person, P.INTELLIGENCE_REPORT_VIEW, report),
        report in report_list(person),
        report in reports_about(person, case),
        reports_about(person, case).paginator.count == 1,
        lines_for_meeting(person, case).exists(),
        Subject.objects.visible_to(person).exists(),
        chronicled.exists(),
        case.pk in Case.objects.showing(Section.INTELLIGENCE, person).values_list("pk", flat=True),
        gate.can(person, P.CASE_INTELLIGENCE_VIEW, case),
    }


# ------------------------------------------------------------------------------------------ who holds it


def test_by_rule_the_lead_the_police_and_the_cse_team_hold_it(cast: Cast, case: Case) -> None:
    share(cast, case, cast.agency("education"))
    holders = {
        name for name in cast if gate.can(cast.people[name], P.CASE_INTELLIGENCE_VIEW, case)
    } - {"leaver"}  # fmt: skip
    assert holders == {"manager", "practitioner", "police"}
    for name in ("health", "outsider"):
        assert gate.can(cast.people[name], P.CASE_VIEW, case)


def test_a_nurse_reads_a_report_once_it_is_shown_to_her_and_no_longer(
    cast: Cast, case: Case, report: IntelligenceReport
) -> None:
    assert reads(cast.health, case, report) == {False}
    assert found_by_sql(cast.health) == [0, 0, 0, 0, 0]
    show_intelligence(cast, case, cast.health)
    assert reads(cast.health, case, report) == {True}
    assert found_by_sql(cast.health) == [1, 1, 2, 1, 1]
    assert parts_held(case, cast.health) == [Section.HEALTH, Section.INTELLIGENCE]
    assert parts_held(case, cast.outsider) == []
    access.stop_showing(case=case, frm=cast.health, reason="The plan is made", by=cast.practitioner)
    assert reads(cast.health, case, report) == {False}
    assert found_by_sql(cast.health) == [0, 0, 0, 0, 0]
    assert gate.can(cast.health, P.CASE_VIEW, case)


@pytest.mark.parametrize("name", ["manager", "practitioner", "police"])
def test_who_holds_it_finds_the_same_by_sql(
    cast: Cast, case: Case, report: IntelligenceReport, name: str
) -> None:
    assert reads(cast.people[name], case, report) == {True}
    assert found_by_sql(cast.people[name]) == [1, 1, 2, 1, 1]


def test_it_is_shown_by_who_holds_it_to_who_sees_the_case(cast: Cast, case: Case) -> None:
    with pytest.raises(NotPermitted):
        access.show(
            case=case, section=Section.INTELLIGENCE, to=cast.outsider, reason="Mine", lawful_basis=LAWFUL_BASIS,
            by=cast.health,
        )  # fmt: skip
    with pytest.raises(NotAllowedNow, match="They cannot see this case"):
        show_intelligence(cast, case, cast.outsider)


def test_it_goes_with_the_case_and_with_an_exclusion(
    cast: Cast, case: Case, report: IntelligenceReport
) -> None:
    show_intelligence(cast, case, cast.health)
    exclusions.exclude(case=case, user=cast.health, reason="Knows the family", by=cast.privacy)
    assert not gate.can(cast.health, P.INTELLIGENCE_REPORT_VIEW, report)
    assert found_by_sql(cast.health) == [0, 0, 0, 0, 0]


# ------------------------------------------------------------------------------------------ what it does not open


def test_a_report_about_two_children_is_not_told_of_the_one_whose_intelligence_is_not_held(
    cast: Cast, case: Case, report: IntelligenceReport
) -> None:
    """She reads it for one child. That it is about the other too stands nowhere, and her look is on both records."""
    other = make_case(cast)
    share(cast, other, cast.agency("police"))
    share(cast, other, cast.health)
    reports.link_case(report=report, reference=other.reference, by=cast.police)
    show_intelligence(cast, case, cast.health)
    seen = report_for(cast.health, report.reference).seen_links  # type: ignore[attr-defined]
    assert [link.case for link in seen if link.case] == [case]
    assert list(reports_about(cast.health, other)) == []
    assert not lines_for_meeting(cast.health, other).exists()
    assert not chronology(cast.health, other).filter(kind=EntryKind.INTELLIGENCE).exists()
    with acting_for(cast.health):
        assert list(Link.objects.filter(case__isnull=False).values_list("case", flat=True)) == [case.pk]
    address = reverse("intelligence:report", args=[report.reference])
    assert other.reference not in signed_in(cast, "health").get(address).content.decode()
    for child in (case, other):
        assert Action.REPORT_VIEWED in on_record(cast, child)


# ------------------------------------------------------------------------------------------ pages


def test_a_meeting_shows_it_to_those_alone_who_hold_it(
    cast: Cast, case: Case, report: IntelligenceReport
) -> None:
    """Also where the restricted part of meetings was shown: that is another part."""
    meeting: Meeting = start_meeting(cast, case, people=[cast.health])
    access.show(
        case=case, section=Section.MINUTES, to=cast.health, reason="Sits at the table", lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )  # fmt: skip
    address = f"/meetings/{meeting.pk}/?stage=new"
    heading = "Graded intelligence"
    page = signed_in(cast, "health").get(address).content.decode()
    assert SANITISED not in page
    assert heading not in page
    assert heading in signed_in(cast, "manager").get(address).content.decode()
    assert not any(
        each.kind == EntryKind.INTELLIGENCE for each in pack_record(cast.health, meeting)["chronology"]
    )
    assert any(
        each.kind == EntryKind.INTELLIGENCE for each in pack_record(cast.manager, meeting)["chronology"]
    )
    show_intelligence(cast, case, cast.health)
    assert SANITISED in signed_in(cast, "health").get(address).content.decode()


@pytest.mark.parametrize(("role", "opens"), [("POL", True), ("CSEW", True), ("EDU", False), ("MIN", False)])
def test_an_invitation_opens_it_to_the_police_and_the_cse_team(
    cast: Cast, report: IntelligenceReport, role: str, opens: bool
) -> None:
    """In a role that the manager, who holds it, chose for somebody of a school."""
    from_role = make_case(cast)
    meeting = make_meeting(cast, from_role, agencies=[])
    invite(cast, meeting, role)
    assert gate.can(cast.outsider, P.CASE_VIEW, from_role)
    assert gate.can(cast.outsider, P.CASE_INTELLIGENCE_VIEW, from_role) is opens


def invite(cast: Cast, meeting: Meeting, role: str) -> None:
    invitations.invite(meeting=meeting, asked=[Asked.of(membership(cast.outsider), role)], by=cast.manager)


def test_a_cmog_shows_a_person_of_concern_to_a_guest_who_holds_it(
    cast: Cast, case: Case, report: IntelligenceReport
) -> None:
    meeting = start_cmog(cast, people=[cast.health])
    person = Subject.objects.get()
    item = item_of(meeting, subject=person)
    assert item not in items_for(cast.health, meeting)
    show_intelligence(cast, case, cast.health)
    assert item in items_for(cast.health, meeting)
    assert item in items_for(cast.manager, meeting)
