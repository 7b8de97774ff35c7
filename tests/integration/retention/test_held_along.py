"""What a court asks to be kept does not go along with another record, whose own time has come."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.models import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from intelligence.choices import SUBSTANTIATED, Handling
from intelligence.models import IntelligenceReport, Link, PersonOfConcern
from reporting.choices import DisposalState, HoldScope
from reporting.errors import HeldWithIt, IsKeptLonger
from reporting.models import KeptLonger, LegalHold
from reporting.selectors.retention import record_by_reference
from reporting.services import retention
from reporting.tasks import dispose_due
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.intelligence import make_report
from tests.factories.retention import (
    approved,
    disposed,
    due_case,
    hold,
    lift_every_hold,
    proposed,
)
from tests.integration.retention.test_disposing import exclude, linked, make_nominal, of_concern, state

pytestmark = pytest.mark.django_db
STOPPED = (DisposalState.STOPPED, "what would go with the record is held or kept longer")
PART = (DisposalState.STOPPED, "a record that this is part of is held or kept longer")


@pytest.fixture
def child(cast: Cast) -> Case:
    """Due, as far as her own record goes."""
    lift_every_hold(cast)
    return due_case(cast)


@pytest.fixture
def rowan(cast: Cast, child: Case) -> PersonOfConcern:
    """Whom one report about this child names, and nothing else."""
    person = make_nominal(cast, "Rowan")
    Link.objects.create(report=linked(cast, child), person=person, linked_by=cast.police)
    return person


def keep(cast: Cast, how: str, person: PersonOfConcern) -> LegalHold | None:
    """As the Crown Court asks for him, or as the unit still needs him."""
    record = record_by_reference(cast.privacy, person.reference)
    if how == "kept longer":
        until = timezone.localdate() + dt.timedelta(days=300)
        retention.keep_longer(record=record, reason="The unit needs it.", until=until, by=cast.privacy)
        return None
    return hold(cast, HoldScope.PERSON) if how == "every person" else hold(cast, HoldScope.RECORD, record)


HOW = ["held", "every person", "kept longer"]


@pytest.mark.parametrize("how", HOW)
def test_whoever_is_held_does_not_go_with_the_child_he_is_named_by(
    cast: Cast, child: Case, rowan: PersonOfConcern, how: str
) -> None:
    signed = approved(cast, child.reference)
    held = keep(cast, how, rowan)
    assert dispose_due() == 0
    assert state(signed) == STOPPED
    assert PersonOfConcern.objects.filter(pk=rowan.pk).exists()
    assert Case.objects.filter(pk=child.pk).exists()
    if held is not None:
        retention.lift_hold(hold=held, why="The trial is over.", by=cast.privacy)
        approved(cast, child.reference)
        assert dispose_due() == 1
        assert not PersonOfConcern.objects.exists()


@pytest.mark.parametrize("how", HOW)
def test_nor_is_it_proposed_or_agreed(cast: Cast, child: Case, rowan: PersonOfConcern, how: str) -> None:
    made = proposed(cast, child.reference)
    keep(cast, how, rowan)
    what = "Every person of concern" if how == "every person" else rowan.reference
    with pytest.raises(HeldWithIt) as refusal:
        retention.decide(disposal=made, agree=True, note_of_it="Right.", by=cast.manager)
    assert what in refusal.value.message
    retention.decide(disposal=made, agree=False, note_of_it="He is asked for.", by=cast.manager)
    with pytest.raises(HeldWithIt) as refusal:
        proposed(cast, child.reference)
    assert what in refusal.value.message


def test_what_was_kept_longer_since_is_not_agreed(cast: Cast, child: Case) -> None:
    made = proposed(cast, child.reference)
    record = record_by_reference(cast.privacy, child.reference)
    retention.keep_longer(record=record, reason="A claim.", until=dt.date(2031, 1, 1), by=cast.privacy)
    with pytest.raises(IsKeptLonger):
        retention.decide(disposal=made, agree=True, note_of_it="Right.", by=cast.manager)


def test_the_dry_run_says_what_is_held(cast: Cast, child: Case, rowan: PersonOfConcern) -> None:
    made = proposed(cast, child.reference)
    keep(cast, "held", rowan)
    says = f"This would go with it, and is held or kept longer: {rowan.reference}."
    page = signed_in(cast, "privacy").get(f"/retention/records/{child.reference}/").content.decode()
    assert says in page
    assert "Propose its disposal" not in page
    for person, address in (
        ("privacy", f"/retention/records/{child.reference}/propose/"),
        ("manager", f"/retention/disposals/{made.pk}/"),
    ):
        assert says in signed_in(cast, person).get(address).content.decode()


@pytest.mark.parametrize("is_named_again", [False, True])
def test_a_hold_on_those_not_charged_holds_none_who_was(
    cast: Cast, child: Case, rowan: PersonOfConcern, is_named_again: bool
) -> None:
    if is_named_again:
        Link.objects.create(report=make_report(cast), person=rowan, linked_by=cast.police)
    PersonOfConcern.objects.filter(pk=rowan.pk).update(standing=SUBSTANTIATED[0])
    approved(cast, child.reference)
    for scope in (HoldScope.PERSON, HoldScope.CONCERN, HoldScope.SUBMISSION):
        hold(cast, scope)
    assert dispose_due() == 1


@pytest.mark.parametrize("how", HOW)
def test_what_names_whoever_is_held_stays_also_where_he_would(
    cast: Cast, child: Case, rowan: PersonOfConcern, how: str
) -> None:
    """Another report names Rowan: he stays when Robyn goes, but without the report about her, and her link to him."""
    Link.objects.create(report=make_report(cast), person=rowan, linked_by=cast.police)
    signed = approved(cast, child.reference)
    held = keep(cast, how, rowan)
    assert dispose_due() == 0
    assert state(signed) == PART
    assert rowan.links.count() == 2
    what = "Every person of concern" if how == "every person" else rowan.reference
    with pytest.raises(HeldWithIt, match=f"This record is part of what is held or kept longer: {what}"):
        proposed(cast, child.reference)
    if held is not None:
        retention.lift_hold(hold=held, why="The trial is over.", by=cast.privacy)
        approved(cast, child.reference)
        assert dispose_due() == 1
        assert (PersonOfConcern.objects.count(), rowan.links.count()) == (1, 1)


@pytest.mark.parametrize("how", HOW)
def test_so_does_intelligence_about_no_child_that_names_him(cast: Cast, how: str) -> None:
    """Ten years after it was sent; he is named elsewhere since."""
    lift_every_hold(cast)
    report, person = make_report(cast), make_nominal(cast, "Rowan")
    for each in (report, make_report(cast)):
        Link.objects.create(report=each, person=person, linked_by=cast.police)
    with time_machine.travel(timezone.now() + dt.timedelta(days=3700), tick=True):
        signed = approved(cast, report.submission.reference)
        keep(cast, how, person)
        assert dispose_due() == 0
    assert state(signed) == PART
    assert person.links.count() == 2


@pytest.fixture
def known(cast: Cast) -> PersonOfConcern:
    """Whom a report about a child names and another report too, and nothing was learned of him for over a year."""
    lift_every_hold(cast)
    person = of_concern(cast, days_ago=400)
    person.refresh_from_db()
    about = linked(cast, make_case(cast))
    Link.objects.create(report=about, person=person, linked_by=cast.police)
    Link.objects.filter(person=person).update(linked_at=person.added_at)
    return person


def case_of(person: PersonOfConcern) -> Case:
    """The child whom a report that names this person tells of."""
    return Case.objects.get(pk__in=Link.objects.filter(report__links__person=person).values("case"))


def hold_child(cast: Cast, how: str, person: PersonOfConcern) -> LegalHold | None:
    """Of the child whom that report tells of."""
    return hold_case(cast, how, case_of(person))


def hold_case(cast: Cast, how: str, case: Case) -> LegalHold | None:
    """As the Crown Court asks for her record, or as a claim needs it."""
    record = record_by_reference(cast.privacy, case.reference)
    if how == "kept longer":
        until = timezone.localdate() + dt.timedelta(days=300)
        retention.keep_longer(record=record, reason="A claim.", until=until, by=cast.privacy)
        return None
    return hold(cast, HoldScope.CASE) if how == "every case" else hold(cast, HoldScope.RECORD, record)


HOW_CHILD = ["held", "every case", "kept longer"]


@pytest.mark.parametrize("how", HOW_CHILD)
def test_nor_does_whoever_is_named_in_a_childs_held_record_go_by_himself(
    cast: Cast, known: PersonOfConcern, how: str
) -> None:
    signed = approved(cast, known.reference)
    held = hold_child(cast, how, known)
    assert dispose_due() == 0
    assert state(signed) == PART
    assert known.links.count() == 2
    if held is not None:
        retention.lift_hold(hold=held, why="The trial is over.", by=cast.privacy)
        approved(cast, known.reference)
        assert dispose_due() == 1
        assert not PersonOfConcern.objects.exists()


@pytest.mark.parametrize("how", HOW_CHILD)
def test_nor_is_his_disposal_proposed_or_agreed(cast: Cast, known: PersonOfConcern, how: str) -> None:
    made = proposed(cast, known.reference)
    hold_child(cast, how, known)
    what = "Every child’s case" if how == "every case" else case_of(known).reference
    says = f"This record is part of what is held or kept longer: {what}"
    with pytest.raises(HeldWithIt, match=says):
        retention.decide(disposal=made, agree=True, note_of_it="Right.", by=cast.manager)
    retention.decide(disposal=made, agree=False, note_of_it="She is asked for.", by=cast.manager)
    with pytest.raises(HeldWithIt, match=says):
        proposed(cast, known.reference)


def test_the_dry_run_says_of_whose_record_he_is_part(cast: Cast, known: PersonOfConcern) -> None:
    made, child = proposed(cast, known.reference), case_of(known)
    hold_child(cast, "held", known)
    says = f"This is part of what is held or kept longer: {child.reference}."
    for person, address in (
        ("privacy", f"/retention/records/{known.reference}/"),
        ("privacy", f"/retention/records/{known.reference}/propose/"),
        ("manager", f"/retention/disposals/{made.pk}/"),
    ):
        page = signed_in(cast, person).get(address).content.decode()
        assert says in page
        assert "Propose its disposal" not in page
        told = AuditEvent.objects.filter(action=Action.RETENTION_VIEWED, actor=cast.people[person]).latest(
            "pk"
        )
        assert str(child.pk) in told.detail["about"], "that the child was told of is on record"


def test_whoever_is_shut_out_of_the_child_learns_nothing_of_what_is_part_of_her_record(
    cast: Cast, known: PersonOfConcern
) -> None:
    made = proposed(cast, known.reference)
    hold_child(cast, "held", known)
    exclude(case_of(known), cast.manager, cast)
    assert signed_in(cast, "manager").get(f"/retention/disposals/{made.pk}/").status_code == 404


@pytest.mark.parametrize("how", HOW_CHILD)
def test_nor_whom_a_report_names_whose_submission_tells_of_a_held_child_elsewhere(
    cast: Cast, how: str
) -> None:
    """Of one submission came a report that names Rowan, and one about Robyn: it goes with her, and so would he."""
    lift_every_hold(cast)
    person = of_concern(cast, days_ago=400)
    report = person.links.get().report
    about = IntelligenceReport.objects.create(
        submission=report.submission, reference="IR-second", handling=Handling.C, instructions="For planning only",
        issued_by=cast.police,
    )  # fmt: skip
    robyn = make_case(cast)
    Link.objects.create(report=about, case=robyn, linked_by=cast.police)
    signed = approved(cast, person.reference)
    held = hold_case(cast, how, robyn)
    assert dispose_due() == 0
    assert state(signed) == PART
    assert PersonOfConcern.objects.filter(pk=person.pk).exists()
    if held is not None:
        retention.lift_hold(hold=held, why="The trial is over.", by=cast.privacy)
        approved(cast, person.reference)
        assert dispose_due() == 1


def test_a_held_submission_keeps_whom_its_reports_name(cast: Cast) -> None:
    lift_every_hold(cast)
    person = of_concern(cast, days_ago=400)
    submission = person.links.get().report.submission
    signed = approved(cast, person.reference)
    held = hold(cast, HoldScope.RECORD, record_by_reference(cast.privacy, submission.reference))
    assert dispose_due() == 0
    assert state(signed) == PART
    retention.lift_hold(hold=held, why="The trial is over.", by=cast.privacy)
    signed = approved(cast, person.reference)
    hold(cast, HoldScope.SUBMISSION)
    assert dispose_due() == 0
    assert state(signed) == PART


def test_what_is_held_of_another_child_stops_nothing(cast: Cast, known: PersonOfConcern) -> None:
    approved(cast, known.reference)
    other = linked(cast, make_case(cast))
    Link.objects.create(report=other, person=make_nominal(cast, "Lee"), linked_by=cast.police)
    child = other.links.get(case__isnull=False).case
    assert child is not None
    hold(cast, HoldScope.RECORD, record_by_reference(cast.privacy, child.reference))
    assert dispose_due() == 1


@pytest.mark.parametrize("how", HOW)
def test_the_yearly_list_shows_as_held_what_does_not_go_for_whoever_goes_with_it(
    cast: Cast, child: Case, rowan: PersonOfConcern, how: str
) -> None:
    other = due_case(cast)
    assert states(cast) == {child.reference: "Due", other.reference: "Due"}
    keep(cast, how, rowan)
    assert states(cast) == {child.reference: "Held", other.reference: "Due"}
    page = signed_in(cast, "privacy").get(f"/retention/records/{child.reference}/").content.decode()
    assert f"<title>{child.reference}: Held" in page


@pytest.mark.parametrize("how", HOW_CHILD)
def test_the_yearly_list_shows_as_held_who_is_part_of_a_held_record(
    cast: Cast, known: PersonOfConcern, how: str
) -> None:
    assert states(cast) == {known.reference: "Due"}
    hold_child(cast, how, known)
    assert states(cast) == {known.reference: "Held"}


def test_the_yearly_list_shows_what_is_kept_longer_itself_as_that(cast: Cast, child: Case) -> None:
    until = dt.date(timezone.localdate().year, 12, 31)
    record = record_by_reference(cast.privacy, child.reference)
    retention.keep_longer(record=record, reason="A claim.", until=until, by=cast.privacy)
    assert states(cast) == {child.reference: "Kept longer"}


def states(cast: Cast) -> dict[str, str]:
    """What the privacy officer's list of this year says of each record."""
    rows = signed_in(cast, "privacy").get("/retention/").context["rows"]
    return {row.reference: row.state for row in rows}


def test_what_was_decided_of_him_goes_with_him(cast: Cast, child: Case, rowan: PersonOfConcern) -> None:
    """A hold that was lifted and a decision whose day has come name nobody any more, and say nothing of the child."""
    keep(cast, "kept longer", rowan)
    held = keep(cast, "held", rowan)
    assert held is not None
    retention.lift_hold(hold=held, why="The trial is over.", by=cast.privacy)
    everywhere = hold(cast, HoldScope.CONCERN)
    with time_machine.travel(timezone.now() + dt.timedelta(days=400), tick=True):
        signed = disposed(cast, child.reference)
    assert (signed.state, signed.done_counts) == (DisposalState.DONE, signed.counts)
    assert signed.done_counts["reporting_legalhold"] == signed.done_counts["reporting_keptlonger"] == 1
    assert not KeptLonger.objects.exists()
    assert not LegalHold.objects.filter(pk=held.pk).exists()
    assert LegalHold.objects.filter(pk=everywhere.pk).exists()
    assert AuditEvent.objects.filter(action=Action.HOLD_LIFTED, object_id=held.pk).exists()
