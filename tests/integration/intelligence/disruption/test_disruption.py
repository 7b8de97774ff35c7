"""Disruption: agreed at a CMOG, put in force by an agency, watched until it ends, and seen by nobody else."""

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from intelligence.disruption import services as disruption
from intelligence.disruption.models import Disruption, DisruptionState, DisruptionUpdate
from intelligence.subjects.models import Subject
from mase.cmog.presenters.cmog import why_words
from mase.cmog.services import cmog
from mase.cmog.services import items as cmog_items
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.cmog import item_of, make_cmog, start_cmog
from tests.integration.mase.cmog.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def person(cast: Cast, case: Case) -> Subject:
    return named_by_a_report(cast, case)[0]


def agreed(cast: Cast, person: Subject, agency: str = "police") -> Disruption:
    tactic = disruption.Tactic("D01", "Serve the notice at his home.", cast.agency(agency))
    return disruption.agree(target=person, tactic=tactic, by=cast.manager, key=new_key())


def step(
    state: DisruptionState, text: str = "Served on him.", expires_in: int | None = None
) -> disruption.Step:
    today = timezone.localdate()
    expires_on = today + dt.timedelta(days=expires_in) if expires_in is not None else None
    return disruption.Step(state, text, today, expires_on)


def test_it_is_agreed_under_the_persons_item_and_the_agency_is_told(cast: Cast, person: Subject) -> None:
    meeting = start_cmog(cast)
    item = item_of(meeting, subject=person)
    tactic = disruption.Tactic("D01", "Serve the notice at his home.", cast.agency("police"))
    key = new_key()
    for _ in range(2):
        made = cmog_items.agree_disruption(item=item, tactic=tactic, by=cast.manager, key=key)
    assert Disruption.objects.get() == made
    assert made.source_id == item.pk
    assert Notification.objects.filter(user=cast.police, url__contains=str(made.pk)).count() == 1
    page = signed_in(cast, "manager").get(item.get_absolute_url()).content.decode()
    assert "Child Abduction Warning Notice" in page


def test_no_agency_is_given_what_nobody_there_may_see(cast: Cast, person: Subject) -> None:
    with (
        pytest.raises(NotAllowedNow, match="Nobody of this agency may see this subject"),
        transaction.atomic(),
    ):
        agreed(cast, person, "education")
    assert not Disruption.objects.exists()


def test_what_is_in_force_is_on_every_agenda_and_says_when_it_is_about_to_end(
    cast: Cast, person: Subject
) -> None:
    made = agreed(cast, person)
    disruption.take_step(
        disruption=made, step=step(DisruptionState.IN_FORCE, expires_in=200), by=cast.police, key=new_key()
    )
    meeting = make_cmog(cast, months=1)
    assert "Child Abduction Warning Notice in force since" in why_words(item_of(meeting, subject=person))[-1]
    ends = timezone.localdate(meeting.scheduled_for) + dt.timedelta(days=28)
    Disruption.objects.update(expires_on=ends)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    words = why_words(item_of(meeting, subject=person))
    assert words[-1] == f"Child Abduction Warning Notice expires on {ends:%-d %B %Y}"


def test_each_step_is_kept_and_what_is_over_stays(cast: Cast, person: Subject) -> None:
    made, key = agreed(cast, person), new_key()
    for _ in range(2):
        disruption.take_step(disruption=made, step=step(DisruptionState.IN_FORCE), by=cast.police, key=key)
    disruption.take_step(
        disruption=made, step=step(DisruptionState.ENDED, "He moved away."), by=cast.police, key=new_key()
    )
    assert [each.state for each in made.updates.all()] == [DisruptionState.IN_FORCE, DisruptionState.ENDED]
    with pytest.raises(NotAllowedNow, match="This disruption is over, so nothing more is repo"):
        disruption.take_step(
            disruption=made, step=step(DisruptionState.IN_FORCE), by=cast.police, key=new_key()
        )
    with pytest.raises(ProgrammingError, match="never changed"), transaction.atomic():
        DisruptionUpdate.objects.update(text="Otherwise")


def test_who_may_see_the_person_reads_it_and_the_agency_and_the_two_teams_report(
    cast: Cast, person: Subject
) -> None:
    made = agreed(cast, person)
    answers = {}
    for name, user in cast.people.items():
        with acting_for(user):
            try:
                disruption.take_step(
                    disruption=made, step=step(DisruptionState.AGREED, "Visited."), by=user, key=new_key()
                )
                answers[name] = "reports"
            except NotPermitted:
                answers[name] = "reads"
            except NotVisible:
                answers[name] = "nothing"
    assert {name for name, said in answers.items() if said == "reports"} == {"manager", "police"}
    assert {name for name, said in answers.items() if said == "reads"} == {"practitioner", "leaver"}


def test_the_list_and_the_database_agree_and_exclusion_shuts_it(
    cast: Cast, case: Case, person: Subject
) -> None:
    agreed(cast, person)
    exclusions.exclude(case=case, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    different = []
    for name, user in cast.people.items():
        listed = set(Disruption.objects.visible_to(user).values_list("pk", flat=True))
        with acting_for(user):
            if listed != set(Disruption.objects.values_list("pk", flat=True)):
                different.append(name)
    assert different == []
    assert not Disruption.objects.visible_to(cast.practitioner).exists()
    assert Disruption.objects.visible_to(cast.manager).exists()
