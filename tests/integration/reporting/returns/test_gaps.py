"""What records lack for a return: the leads are asked at once, see their own, and what is mended is gone by itself."""

import pytest

from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from reporting.home.presenters.week import queues
from reporting.home.selectors.today import today
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.gaps import gaps_asked_of, open_gaps
from reporting.returns.services import sending
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.reporting import ENDED, WEEK, check, complete, make_old_case, make_started, sign

pytestmark = pytest.mark.django_db
HERE = f"/returns/{ENDED.slug}/"


@pytest.fixture(scope="module")
def lacking(shared_cast: Cast) -> list[Case]:
    """Three children whose records lack ethnicity and disability, of ten; of one of them nobody is the lead."""
    found = []
    for number in range(10):
        case = make_old_case(shared_cast, ENDED.starts_on - WEEK, sex="2")
        complete(case, lacking=number < 3)
        found += [case] if number < 3 else []
    Case.objects.filter(pk=found[1].pk).update(lead_professional=None)
    return found


@pytest.fixture(scope="module")
def started(shared_cast: Cast, lacking: list[Case]) -> RegionalReturn:
    """The return of their quarter, worked out."""
    return make_started(shared_cast)


def test_one_press_asks_every_lead_and_what_is_mended_is_gone(
    cast: Cast, lacking: list[Case], started: RegionalReturn
) -> None:
    analyst, lead = signed_in(cast, "analyst"), signed_in(cast, "practitioner")
    page = analyst.get(HERE).content.decode()
    assert "6 gaps today: ethnicity 3, disability 3. With 1 lead professional." in page
    assert "2 with the CSE team, for no lead is named." in page
    assert "gaps to mend" not in lead.get("/").content.decode()
    analyst.post(f"{HERE}ask/")
    assert "Asked on" in analyst.get(HERE).content.decode()
    told = {each.user: each.text for each in Notification.objects.filter(url="/gaps/")}
    assert told[cast.practitioner] == f"4 gaps to mend for the return for {ENDED.label}."
    assert told[cast.manager].startswith("2 gaps")
    assert AuditEvent.objects.get(action=Action.RETURN_GAPS_ASKED).detail["gaps"] == 6

    assert [(each.number, each.url) for each in queues(today(cast.practitioner))] == [("4", "/gaps/")]
    listed = lead.get("/gaps/").content.decode()
    assert f"/cases/{lacking[0].reference}/edit/#id_ethnicity" in listed
    assert f"/cases/{lacking[0].reference}/edit/#id_disabilities_0" in listed
    assert lacking[1].reference not in listed
    assert lacking[1].reference in signed_in(cast, "manager").get("/gaps/").content.decode()
    complete(Case.objects.select_related("child").get(pk=lacking[0].pk))
    assert [each.case for each in gaps_asked_of(cast.practitioner)[1]] == [lacking[2]]
    assert open_gaps(RegionalReturn.objects.get()).total == 4
    assert RegionalReturn.objects.get().gaps_asked_by == cast.analyst


def test_nobody_reads_gaps_of_children_they_do_not_see(
    cast: Cast, lacking: list[Case], started: RegionalReturn
) -> None:
    sending.ask_for_gaps(regional_return=started, by=cast.analyst)
    exclusions.exclude(case=lacking[0], user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    assert [each.case for each in gaps_asked_of(cast.practitioner)[1]] == [lacking[2]]
    assert "No gap to mend" in signed_in(cast, "outsider").get("/gaps/").content.decode()
    for who in ("analyst", "board", "privacy", "administrator"):
        assert signed_in(cast, who).get("/gaps/").status_code in (403, 404)
    signed_in(cast, "practitioner").get("/gaps/")
    read = AuditEvent.objects.filter(actor=cast.practitioner, detail__which="gaps of a return")
    assert read.exists()


def test_who_does_not_prepare_asks_nobody_and_a_frozen_return_asks_no_more(
    cast: Cast, started: RegionalReturn
) -> None:
    with pytest.raises(NotPermitted):
        sending.ask_for_gaps(regional_return=started, by=cast.manager)
    signed = sign(cast, check(cast, started))
    with pytest.raises(NotAllowedNow, match="changes the next return"):
        sending.ask_for_gaps(regional_return=signed, by=cast.analyst)
    assert gaps_asked_of(cast.practitioner) == (None, [])


def test_where_nothing_is_missing_nobody_is_asked(
    cast: Cast, lacking: list[Case], started: RegionalReturn
) -> None:
    for case in lacking:
        complete(case)
    with pytest.raises(NotAllowedNow, match="Every gap has been mended"):
        sending.ask_for_gaps(regional_return=started, by=cast.analyst)
    assert not Notification.objects.filter(url="/gaps/").exists()
