"""PostgreSQL by itself: nobody makes another's restricted words or action their own, to read on when a part ends.

The statements are those somebody would inject, in their own name, while they still see the row.
"""

import pytest
from django.utils import timezone

from cases.choices import RiskCategory, Section
from cases.models import Case
from cases.services import access, sections
from cse_portal.accounts.models import User
from mase.choices import PlanP
from mase.models import MaseMeeting, MinutesObjection, PlanAction, RestrictedInformation
from mase.services import ending, minutes
from mase.services.breaking_off import break_off
from mase.services.minutes.objecting import Objection
from tests.access.test_second_layer import sent
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.cmog import agree, end_cmog, item_of, start_cmog
from tests.factories.meetings import make_meeting
from tests.factories.minutes import circulated
from tests.integration.mase.test_left_out import everybody, files, going_on, leave

__all__ = ["everybody", "files", "going_on"]
pytestmark = pytest.mark.django_db
UNISSUED = "UPDATE mase_planaction SET issued_at = NULL WHERE id = %s"
ISSUED = "UPDATE mase_planaction SET issued_at = now() WHERE id = %s"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def given_for_now(cast: Cast, case: Case, person: User) -> None:
    """The restricted part of this child's meetings, for as long as they help."""
    basis = {"reason": "Helps the chair", "lawful_basis": LAWFUL_BASIS, "by": cast.manager}
    access.share(case=case, to=person, **basis)
    sections.show(case=case, section=Section.MINUTES, to=person, **basis)


def reads(person: User, row: PlanAction | RestrictedInformation | MinutesObjection) -> bool:
    with acting_for(person):
        return type(row)._default_manager.filter(pk=row.pk).exists()


# ------------------------------------------------------------------------------------------ actions


def test_an_action_that_was_issued_is_never_taken_for_one_that_was_not(cast: Cast, case: Case) -> None:
    """Else it could be taken off, or another written in its place, or given to the agency of whoever reads it now."""
    meeting = factory.running(cast, case)
    action = factory.agreed(
        cast, meeting, p=PlanP.PURSUE, agency=cast.agency("csc"), owner=cast.practitioner, restricted=True
    )
    factory.end(cast, meeting)
    given_for_now(cast, case, cast.health)
    assert reads(cast.health, action)
    for person in (cast.health, cast.practitioner, cast.manager):
        assert sent(person, UNISSUED, action.pk) == 0
        assert sent(person, ISSUED, action.pk) == 0, "nor is it issued again"
        assert sent(person, "DELETE FROM mase_planaction WHERE id = %s", action.pk) == 0
    gives = "UPDATE mase_planaction SET issued_at = NULL, agency_id = gate.agency_id() WHERE id = %s"
    assert sent(cast.health, gives, action.pk) == 0
    sections.stop_showing(case=case, frm=cast.health, reason="Done", by=cast.practitioner)
    assert not reads(cast.health, action)


def test_an_action_goes_to_another_agency_by_the_chair_also_before_it_is_issued(
    cast: Cast, case: Case
) -> None:
    meeting = factory.running(cast, case)
    action = factory.agreed(
        cast, meeting, p=PlanP.PURSUE, agency=cast.agency("csc"), owner=cast.practitioner, restricted=True
    )
    given_for_now(cast, case, cast.health)
    gives = "UPDATE mase_planaction SET agency_id = %s, owner_id = NULL WHERE id = %s"
    assert sent(cast.health, gives, cast.agency("health").pk, action.pk) == 0
    assert sent(cast.manager, gives, cast.agency("police").pk, action.pk) == 1


def test_whoever_is_left_out_of_a_meeting_issues_nothing_that_was_agreed_there(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    """Owen is left out of it while it runs: what is issued he would go on reading once it is broken off."""
    cast, [action] = everybody, list(PlanAction.objects.filter(meeting=going_on))
    leave(cast, going_on, cast.agency("police"))
    copied = """
        INSERT INTO mase_planaction SELECT (jsonb_populate_record(a, jsonb_build_object(
            'id', gen_random_uuid(), 'issued_at', now()))).* FROM mase_planaction a WHERE id = %s
    """
    assert reads(cast.police, action), "while it runs it is everybody's who is there"
    for statement in (ISSUED, copied):
        assert sent(cast.police, statement, action.pk) == 0
    break_off(meeting=going_on, reason="The fire alarm", to=None, by=cast.manager)
    assert not reads(cast.police, action)


def test_whoever_runs_a_meeting_or_a_cmog_issues_what_it_agreed(cast: Cast) -> None:
    """Each ends in its chair's own name."""
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = factory.running(cast, case, people=[cast.health])
    of_child = factory.agreed(cast, meeting)
    factory.end_later(cast, meeting, category=RiskCategory.HIGH)
    cmog = start_cmog(cast, people=[cast.health])
    at_cmog = agree(cast, item_of(cmog, case=case), owner=cast.practitioner)
    for person in (cast.police, cast.practitioner):
        assert sent(person, ISSUED, at_cmog.pk) == 0
    with acting_for(cast.manager):
        end_cmog(cast, cmog)
        fresh = MaseMeeting.objects.get(pk=meeting.pk)
        ending.end(meeting=fresh, by=cast.manager, no_quorum_reason="The others sent reports.")
    for each in (of_child, at_cmog):
        each.refresh_from_db()
        assert each.issued_at is not None


# ------------------------------------------------------------------------------------------ words of an agency


def test_what_an_agency_keeps_for_professionals_stays_its_own(cast: Cast, case: Case) -> None:
    """Its agency reads it, whatever part of the case they have: Hannah reads it for now, and takes it for health."""
    meeting = make_meeting(cast, case, agencies=[cast.agency("police")])
    words = meeting.restricted_information.get(agency=cast.agency("police"))
    given_for_now(cast, case, cast.health)
    assert reads(cast.health, words)
    takes = "UPDATE mase_restrictedinformation SET agency_id = gate.agency_id() WHERE id = %s"
    assert sent(cast.health, takes, words.pk) == 0
    assert sent(cast.health, "UPDATE mase_restrictedinformation SET text = text WHERE id = %s", words.pk) == 1
    sections.stop_showing(case=case, frm=cast.health, reason="Done", by=cast.practitioner)
    assert not reads(cast.health, words)


def test_an_objection_stays_with_whoever_made_it(cast: Cast, case: Case) -> None:
    """Who made it reads it again, also where it is about the restricted part: Hannah reads Owen's for now."""
    meeting = factory.running(cast, case, people=[cast.health, cast.police])
    factory.end(cast, meeting)
    circulated(cast, meeting)
    said = Objection(meeting.agenda.get(code="people-places"), "It was the car park behind it.")
    objection = minutes.object_to(meeting=meeting, said=said, by=cast.police)
    given_for_now(cast, case, cast.health)
    assert reads(cast.health, objection)
    for what in ("by_id = gate.user_id()", "agency_id = gate.agency_id()", "item_id = NULL"):
        assert sent(cast.health, f"UPDATE mase_minutesobjection SET {what} WHERE id = %s", objection.pk) == 0
    with acting_for(cast.manager):
        minutes.answer(objection=objection, accepted=False, reason="It stands.", by=cast.manager)
    sections.stop_showing(case=case, frm=cast.health, reason="Done", by=cast.practitioner)
    assert not reads(cast.health, objection)
    assert timezone.now() > objection.at
