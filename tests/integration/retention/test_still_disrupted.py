"""What is still done against somebody, or a place: they go neither along with another record nor the day it ends."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cases.models import Case
from cse_portal.keys import new_key
from intelligence.choices import DisruptionState
from intelligence.models import Disruption, Link, LocationOfConcern, PersonOfConcern
from intelligence.services.disruption import Step, Tactic, agree, take_step
from reporting.choices import DisposalState
from reporting.errors import NotDueYet, StillDisrupted
from reporting.selectors.retention import record_by_reference
from reporting.services import retention
from reporting.tasks import dispose_due
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.intelligence import make_report
from tests.factories.retention import (
    approved,
    disposed,
    due_case,
    due_submission,
    lift_every_hold,
    proposed,
)
from tests.integration.retention.test_disposing import linked, listed_as_due, make_nominal, of_concern, state
from tests.integration.retention.test_held_along import states

pytestmark = pytest.mark.django_db
WHOM = ["a person", "a place"]
STOPPED = (
    DisposalState.STOPPED,
    "something is done against what would go with the record, or ended within the year",
)
SAYS = (
    "Disruption of a person or place that would go with it is agreed or in force, or that of a person ended within "
    "the year."
)


@pytest.fixture
def child(cast: Cast) -> Case:
    """Robyn, whose record is due."""
    lift_every_hold(cast)
    return due_case(cast)


def disrupted(cast: Cast, child: Case, whom: str) -> Disruption:
    """Rowan, or the arcade, whom one report about this child names and nothing else; the police act against them."""
    target: Any = make_nominal(cast, "Rowan")
    if whom == "a place":
        target = LocationOfConcern.objects.create(
            reference="LOC-1", name="Acorn Arcade", added_by=cast.police
        )
    named = {"person" if whom == "a person" else "place": target}
    Link.objects.create(report=linked(cast, child), linked_by=cast.police, **named)
    return done_against(cast, target)


def done_against(cast: Cast, target: PersonOfConcern | LocationOfConcern) -> Disruption:
    tactic = Tactic("D01", "Serve the notice.", cast.agency("police"))
    return agree(target=target, tactic=tactic, by=cast.police, key=new_key())


def end(cast: Cast, disruption: Disruption, *, days_ago: int = 0) -> None:
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    step = Step(DisruptionState.ENDED, "The order has run out.", day)
    take_step(disruption=disruption, step=step, by=cast.police, key=new_key())


@pytest.mark.parametrize("whom", WHOM)
def test_whom_something_is_done_against_does_not_go_with_the_child(
    cast: Cast, child: Case, whom: str
) -> None:
    done = disrupted(cast, child, whom)
    assert states(cast)[child.reference] == "Still worked on"
    for address in (
        f"/retention/records/{child.reference}/",
        f"/retention/records/{child.reference}/propose/",
    ):
        page = signed_in(cast, "privacy").get(address).content.decode()
        assert SAYS in page
        assert "Propose its disposal" not in page
    with pytest.raises(StillDisrupted):
        proposed(cast, child.reference)
    end(cast, done, days_ago=400 if whom == "a person" else 0)
    assert states(cast)[child.reference] == "Due"
    signed = disposed(cast, child.reference)
    assert signed.state == DisposalState.DONE
    assert not Disruption.objects.exists()


@pytest.mark.parametrize("whom", WHOM)
def test_nor_is_it_agreed_or_done_where_it_was_signed_meanwhile(cast: Cast, child: Case, whom: str) -> None:
    """As a release before this one took it: the notice was in force all the time."""
    done = disrupted(cast, child, whom)
    end(cast, done, days_ago=400)
    made = proposed(cast, child.reference)
    again = Disruption.objects.filter(pk=done.pk)
    again.update(state=DisruptionState.AGREED, ended_on=None)
    with pytest.raises(StillDisrupted):
        retention.decide(disposal=made, agree=True, note_of_it="Right.", by=cast.manager)
    assert SAYS in signed_in(cast, "manager").get(f"/retention/disposals/{made.pk}/").content.decode()
    retention.withdraw(disposal=made, why="The order stands.", by=cast.manager)
    again.update(state=DisruptionState.ENDED, ended_on=timezone.localdate() - dt.timedelta(days=400))
    signed = approved(cast, child.reference)
    again.update(state=DisruptionState.AGREED, ended_on=None)
    assert dispose_due() == 0
    assert state(signed) == STOPPED
    assert Case.objects.filter(pk=child.pk).exists()


def test_whose_disruption_ended_goes_with_the_child_no_earlier_than_by_themselves(
    cast: Cast, child: Case
) -> None:
    """Rowan's order ended: by himself he would go a year later, and so Robyn's record waits for that day."""
    done = disrupted(cast, child, "a person")
    end(cast, done)
    page = signed_in(cast, "privacy").get(f"/retention/records/{child.reference}/").content.decode()
    assert SAYS in page
    assert "Propose its disposal" not in page
    with pytest.raises(StillDisrupted):
        proposed(cast, child.reference)
    ended, today = Disruption.objects.filter(pk=done.pk), timezone.localdate()
    for days, where in ((363, "Still worked on"), (367, "Due")):
        ended.update(ended_on=today - dt.timedelta(days))
        assert states(cast)[child.reference] == where
    ended.update(ended_on=today - dt.timedelta(days=400))
    signed = approved(cast, child.reference)
    ended.update(ended_on=today - dt.timedelta(days=300))
    assert dispose_due() == 0
    assert state(signed) == STOPPED
    assert PersonOfConcern.objects.filter(pk=done.person_id).exists()


def test_nor_along_with_intelligence_about_no_child(cast: Cast) -> None:
    """While it is done, and in the year from its end."""
    lift_every_hold(cast)
    report, rowan = make_report(cast), make_nominal(cast, "Rowan")
    Link.objects.create(report=report, person=rowan, linked_by=cast.police)
    done = Disruption.objects.filter(pk=done_against(cast, rowan).pk)
    with time_machine.travel(timezone.now() + dt.timedelta(days=3700), tick=True):
        with pytest.raises(StillDisrupted):
            proposed(cast, report.submission.reference)
        done.update(state=DisruptionState.ENDED, ended_on=timezone.localdate() - dt.timedelta(days=300))
        with pytest.raises(StillDisrupted):
            proposed(cast, report.submission.reference)
        done.update(ended_on=timezone.localdate() - dt.timedelta(days=400))
        assert proposed(cast, report.submission.reference).state == DisposalState.PROPOSED


def test_what_is_done_against_somebody_who_stays_stops_nothing(cast: Cast, child: Case) -> None:
    rowan = disrupted(cast, child, "a person").person
    Link.objects.create(report=make_report(cast), person=rowan, linked_by=cast.police)
    assert disposed(cast, child.reference).state == DisposalState.DONE
    assert PersonOfConcern.objects.get() == rowan


def test_whoever_was_disrupted_is_due_a_year_after_that_ended(cast: Cast) -> None:
    """The last link is of long ago, and the order ended three weeks ago."""
    lift_every_hold(cast)
    rowan = of_concern(cast, days_ago=900)
    end(cast, done_against(cast, rowan), days_ago=20)
    assert listed_as_due(cast) == []
    record = record_by_reference(cast.privacy, rowan.reference)
    assert record.facts.ended_on == timezone.localdate() - dt.timedelta(days=20)
    with pytest.raises(NotDueYet):
        proposed(cast, rowan.reference)
    page = signed_in(cast, "privacy").get(f"/retention/records/{rowan.reference}/").content.decode()
    assert "Not due yet" in page
    assert "Still worked on" not in page
    with time_machine.travel(timezone.now() + dt.timedelta(days=350), tick=True):
        assert listed_as_due(cast) == [rowan.reference]


@pytest.mark.parametrize("since", ["an order ended", "another link"])
def test_what_was_counted_from_too_early_is_not_done(cast: Cast, since: str) -> None:
    """Due still, and by less than was signed: PostgreSQL asks it by itself."""
    lift_every_hold(cast)
    rowan = of_concern(cast, days_ago=900)
    done = done_against(cast, rowan)
    end(cast, done, days_ago=800)
    signed = approved(cast, rowan.reference)
    if since == "an order ended":
        Disruption.objects.filter(pk=done.pk).update(ended_on=signed.ended_on + dt.timedelta(days=1))
    else:
        Link.objects.filter(person=rowan).update(linked_at=timezone.now() - dt.timedelta(days=700))
    assert dispose_due() == 0
    assert state(signed) == (DisposalState.STOPPED, "more is known of the person since it was signed")


def test_intelligence_about_no_child_ends_with_the_last_link_of_it(cast: Cast) -> None:
    """Sent decades ago; Rowan is linked to it today, or was years ago."""
    lift_every_hold(cast)
    submission = due_submission(cast)
    assert listed_as_due(cast) == [submission.reference]
    report = make_report(cast)
    report.submission = submission
    report.save()
    link = Link.objects.create(report=report, person=make_nominal(cast, "Rowan"), linked_by=cast.police)
    assert listed_as_due(cast) == []
    assert record_by_reference(cast.privacy, submission.reference).facts.ended_on == timezone.localdate()
    long_ago = timezone.now() - dt.timedelta(days=5000)
    Link.objects.filter(pk=link.pk).update(linked_at=long_ago)
    signed = approved(cast, submission.reference)
    assert signed.ended_on == timezone.localdate(long_ago)
    Link.objects.filter(pk=link.pk).update(linked_at=long_ago + dt.timedelta(days=700))
    assert dispose_due() == 0
    assert state(signed) == (
        DisposalState.STOPPED,
        "more is known of whom the intelligence names since it was signed",
    )
