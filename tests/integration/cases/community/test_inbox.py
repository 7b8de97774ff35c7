"""What the CSE team makes of a report: a concern, intelligence, a repeat of another, or nothing, with a reason."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.community import services as community
from cases.community.choices import JoinsNothing, ReportOutcome
from cases.community.models import CommunityReport
from cases.concerns.models import Concern
from cases.sharing.services import exclusions
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.selectors import retention_days
from intelligence.submissions.models import IntelligenceSubmission, SubmissionSource
from tests.acting_for import acting_for
from tests.cast import Cast

pytestmark = pytest.mark.django_db

FACTS = {
    "immediate_danger": False,
    "given_name": "",
    "family_name": "",
    "approximate_age": 14,
    "worry": "Two rooms.",
}


def told(**more: str) -> CommunityReport:
    """A report of a hotel."""
    words = {
        "from_whom": "hotel",
        "worry": "Three girls, no luggage.",
        "place": "Friar Park",
        "contact": "Night desk",
    }
    reference = community.receive(told=community.Told(**{**words, **more}), key=new_key())
    return CommunityReport.objects.get(reference=reference)


def concern_of(report: CommunityReport, by: User) -> Concern:
    """The concern that it becomes."""
    return community.make_concern(report=report, fields=FACTS, by=by, key=new_key())


def fresh(report: CommunityReport) -> CommunityReport:
    """As it is now."""
    return CommunityReport.objects.get(pk=report.pk)


def test_the_team_reads_the_list_and_makes_a_concern_that_a_colleague_decides(
    cast: Cast, client: Client
) -> None:
    report = told(about="A man called Kestrel")
    client.force_login(cast.manager)
    page = client.get("/community/").content.decode()
    assert "1 report to decide" in page
    assert "Friar Park" in page
    assert "report from the community" in client.get("/").content.decode()
    form = client.get(f"/community/{report.reference}/concern/").content.decode()
    assert "Three girls, no luggage." in form
    assert "Night desk" not in form
    said = {
        "immediate_danger": "no",
        "worry": "Three girls, no luggage.",
        "approximate_age": "14",
        "form_token": str(new_key()),
    }
    answers = [client.post(f"/community/{report.reference}/concern/", said) for _ in range(2)]
    concern = Concern.objects.get()
    assert [each.url for each in answers] == [f"/concerns/{concern.reference}/"] * 2
    assert (concern.worry, concern.approximate_age, concern.state) == (
        "Three girls, no luggage.",
        14,
        "submitted",
    )
    assert (fresh(report).concern, fresh(report).outcome) == (concern, ReportOutcome.CONCERN)


@pytest.mark.parametrize("person", ["practitioner", "police", "outsider", "lead", "privacy", "board"])
def test_nobody_else_finds_reports(cast: Cast, client: Client, person: str) -> None:
    report = told()
    client.force_login(getattr(cast, person))
    assert client.get("/community/").status_code == 403
    for address in (f"/community/{report.reference}/", f"/community/{report.reference}/concern/"):
        assert client.get(address).status_code == 404
    assert not CommunityReport.objects.visible_to(getattr(cast, person)).exists()
    with pytest.raises(NotPermitted):
        community.set_aside(report=report, reason="Not ours", by=getattr(cast, person))


def test_who_is_shut_out_of_the_concern_does_not_find_its_report(cast: Cast) -> None:
    report, another = told(), told()
    concern = concern_of(report, cast.manager)
    assert set(CommunityReport.objects.visible_to(cast.manager)) == {fresh(report), another}
    exclusions.declare(about=concern, reason="A neighbour of mine", by=cast.manager)
    assert list(CommunityReport.objects.visible_to(cast.manager)) == [another]
    with acting_for(cast.manager):
        assert list(CommunityReport.objects.all()) == [another]


def test_not_for_us_needs_a_reason_and_can_be_looked_at_again(cast: Cast, client: Client) -> None:
    report = told()
    client.force_login(cast.manager)
    address = f"/community/{report.reference}/"
    assert "Say why it is not for us" in client.post(address, {"outcome": "not_for_us"}).content.decode()
    assert client.post(address, {"outcome": "not_for_us", "reason": "A noisy party"}).status_code == 302
    assert (fresh(report).outcome, fresh(report).reason) == (ReportOutcome.NOT_FOR_US, "A noisy party")
    concern = concern_of(fresh(report), cast.manager)
    assert (fresh(report).concern, fresh(report).reason) == (concern, "")
    with pytest.raises(NotAllowedNow, match="This report is part of a concern already"):
        community.set_aside(report=report, reason="No", by=cast.manager)


def test_a_repeat_goes_where_the_first_went(cast: Cast) -> None:
    first, second, third = told(), told(worry="The same three girls."), told(worry="They are back.")
    community.join(report=second, other=first.reference, by=cast.manager)
    concern = concern_of(fresh(first), cast.manager)
    assert fresh(second).concern == concern
    community.join(report=third, other=first.reference, by=cast.manager)
    assert fresh(third).concern == concern
    assert "They are back." in concern.addenda.get().text
    assert "Night desk" not in concern.addenda.get().text


def test_a_report_joins_no_circle(cast: Cast) -> None:
    first, second = told(), told()
    community.join(report=second, other=first.reference, by=cast.manager)
    for report, other in (
        (first, first.reference),
        (first, second.reference),
        (fresh(first), "EYE-AAAA-AAAA"),
    ):
        with pytest.raises(JoinsNothing):
            community.join(report=report, other=other, by=cast.manager)


def test_it_is_passed_to_intelligence_as_a_draft_with_its_source(cast: Cast, client: Client) -> None:
    report = told()
    client.force_login(cast.manager)
    for _ in range(2):
        assert client.post(f"/intelligence/from/community/{report.pk}/").status_code == 302
    draft = IntelligenceSubmission.objects.get()
    assert draft.lines.get().text == "Three girls, no luggage."
    assert SubmissionSource.objects.get(submission=draft).name == "Night desk"
    assert fresh(report).outcome == ReportOutcome.INTELLIGENCE
    client.force_login(cast.outsider)
    assert client.post(f"/intelligence/from/community/{report.pk}/").status_code == 404


def test_the_team_is_told_once_of_all_that_came(cast: Cast) -> None:
    told(), told()
    with context.job():
        assert community.tell() == 2
        assert community.tell() == 0
    line = Notification.objects.get(user=cast.manager)
    assert (line.text, line.url) == ("2 reports from the community to decide.", "/community/")
    assert not Notification.objects.filter(user=cast.practitioner).exists()


def test_what_became_no_concern_goes_after_its_year(cast: Cast) -> None:
    waits, aside, kept = told(), told(), told()
    community.set_aside(report=aside, reason="A noisy party", by=cast.manager)
    concern_of(kept, cast.manager)
    with context.job():
        assert community.forget() == 0
        with time_machine.travel(timezone.now() + dt.timedelta(days=retention_days("community-report") + 1)):
            community.forget()
    assert set(CommunityReport.objects.all()) == {waits, fresh(kept)}
