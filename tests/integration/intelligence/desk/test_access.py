"""Who may know of a submission and of a report. A case never opens a submission."""

import pytest

from cases.chronology.models import ChronologyEntry, EntryKind
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission as P
from intelligence.desk import services as reports
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.desk.selectors import lines_for_meeting, report_for, report_list, reports_about
from intelligence.subjects.models import Handling, Subject, SubjectKind
from intelligence.subjects.services import add_subject
from intelligence.submissions import services as drafts
from intelligence.submissions.models import IntelligenceSubmission, SubmissionState
from tests.cast import Cast
from tests.factories.audit import words_on_record
from tests.factories.cases import LAWFUL_BASIS, make_case, show_intelligence
from tests.factories.intelligence import make_report, make_submission


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """The practitioner's case, on which the police work too."""
    case = make_case(shared_cast)
    return access.share(
        case=case, to=shared_cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=shared_cast.practitioner,
    )  # fmt: skip


@pytest.fixture(scope="module")
def report(shared_cast: Cast, case: Case) -> IntelligenceReport:
    """Of handling P, about the child."""
    return make_report(shared_cast, case=case, author=shared_cast.outsider)


@pytest.fixture(scope="module")
def secret(shared_cast: Cast, case: Case) -> IntelligenceReport:
    """Of handling C, about the child."""
    return make_report(shared_cast, handling=Handling.C, case=case)


def readers_of(cast: Cast, report: IntelligenceReport) -> set[str]:
    """Who of the cast reads a report; the list, the page and the gate agree."""
    listed = {
        name for name in cast if IntelligenceReport.objects.visible_to(cast.people[name]).filter(pk=report.pk)
    }
    assert listed == {
        name for name in cast if gate.can(cast.people[name], P.INTELLIGENCE_REPORT_VIEW, report)
    }
    return listed


def test_a_draft_is_its_authors_alone(cast: Cast) -> None:
    draft = drafts.start(by=cast.practitioner)
    assert {name for name in cast if gate.can(cast.people[name], P.SUBMISSION_VIEW, draft)} == {
        "practitioner"
    }


@pytest.mark.parametrize("state", [state for state in SubmissionState if state != SubmissionState.DRAFT])
def test_a_submission_is_its_authors_and_the_units(cast: Cast, state: SubmissionState) -> None:
    submission = make_submission(cast, author=cast.outsider, state=state)
    seen = {name for name in cast if gate.can(cast.people[name], P.SUBMISSION_VIEW, submission)}
    assert seen == {"outsider", "police"}
    assert {name for name in cast if gate.can(cast.people[name], P.SUBMISSION_WORK, submission)} == {"police"}
    assert {name for name in cast if gate.can(cast.people[name], P.SUBMISSION_EDIT, submission)} == {
        "outsider"
    }
    rows = IntelligenceSubmission.objects.filter(pk=submission.pk)
    assert {name for name in cast if rows.visible_to(cast.people[name]).exists()} == seen


def test_a_p_report_is_read_by_whoever_holds_the_intelligence_of_the_case(
    cast: Cast, report: IntelligenceReport
) -> None:
    assert readers_of(cast, report) == {"manager", "practitioner", "police", "leaver"} - left(cast)


def test_a_c_report_is_read_by_named_readers_only(cast: Cast, case: Case, secret: IntelligenceReport) -> None:
    assert readers_of(cast, secret) == {"police"}
    reports.name_reader(report=secret, reader=cast.manager, reason="Chairs the meeting", by=cast.police)
    assert readers_of(cast, secret) == {"police", "manager"}
    assert secret not in reports_about(cast.practitioner, case)
    assert secret in reports_about(cast.manager, case)


def test_an_excluded_person_reads_no_report_about_the_case(
    cast: Cast, case: Case, report: IntelligenceReport
) -> None:
    exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    assert readers_of(cast, report) == {"practitioner", "leaver"} - left(cast)


def test_a_report_says_no_name_of_a_case_its_reader_may_not_see(
    cast: Cast, report: IntelligenceReport
) -> None:
    other = make_case(cast)
    access.share(case=other, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    access.share(
        case=other, to=cast.agency("police"), reason="x", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    show_intelligence(cast, other, cast.health)
    reports.link_case(report=report, reference=other.reference, by=cast.police)
    seen = report_for(cast.health, report.reference).seen_links
    assert [link.case for link in seen] == [other]
    assert len(report_for(cast.police, report.reference).seen_links) == 2


def test_a_p_link_is_told_in_the_chronology_without_content_and_a_c_link_is_not(
    cast: Cast, case: Case, report: IntelligenceReport, secret: IntelligenceReport
) -> None:
    reports.link_case(report=report, reference=case.reference.lower(), by=cast.police)
    entry = ChronologyEntry.objects.get(case=case, kind=EntryKind.INTELLIGENCE)
    assert entry.text == f"Intelligence report {report.reference} linked (handling P)."


def test_a_meeting_reads_p_reports_that_may_be_discussed(
    cast: Cast, case: Case, report: IntelligenceReport, secret: IntelligenceReport
) -> None:
    closed = make_report(cast, case=case)
    IntelligenceReport.objects.filter(pk=closed.pk).update(meeting_may_discuss=False)
    reports.name_reader(report=secret, reader=cast.manager, reason="Chair", by=cast.police)
    assert [line.report for line in lines_for_meeting(cast.manager, case)] == [report]
    assert list(lines_for_meeting(cast.outsider, case)) == []


def test_a_person_of_concern_is_added_once_and_found_again(cast: Cast, report: IntelligenceReport) -> None:
    key = Subject().pk
    for _ in range(2):
        made = add_subject(kind=SubjectKind.PERSON, fields={"name": "Rowan Kestrel"}, by=cast.police, key=key)
        reports.link_subject(report=report, subject=made, by=cast.police)
    assert Subject.objects.count() == Link.objects.filter(subject__isnull=False).count() == 1
    assert list(report_list(cast.police, q="zzzz")) == []


def test_the_audit_holds_no_words_of_intelligence(report: IntelligenceReport) -> None:
    kept = words_on_record()
    for word in ("Kestrel", "KESTREL", "Whisper", "07700"):
        assert word not in kept


def left(cast: Cast) -> set[str]:
    """The leaver counts only while their membership holds."""
    return set() if gate.can(cast.leaver, P.CASE_LIST) else {"leaver"}
