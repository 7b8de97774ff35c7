"""The lead of an agency says who answers for it at the stages of a disagreement."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.people.selectors import own_agency
from mase.choices import NamedStage
from mase.models import StageCall, StagePerson
from mase.selectors.disagreements import people_of_agency


@transaction.atomic
def name_people(*, agency: Agency, people: Mapping[NamedStage, User | None], by: User) -> int:
    """For each of these stages somebody who takes part for the agency, or nobody: then its lead answers.

    Returns how many stages have somebody else now. Who was named before stays on record.
    """
    gate.require(by, Permission.PEOPLE_MANAGE)
    if own_agency(by) != agency:
        raise NotPermitted
    there = set(people_of_agency(agency).values_list("user", flat=True))
    if any(each is not None and each.pk not in there for each in people.values()):
        raise NotPermitted
    rows = StagePerson.objects.now().select_for_update().filter(agency=agency)
    before = {row.stage: row for row in rows}
    changed = [
        stage for stage, person in people.items() if _person_of(before.get(stage)) != (person and person.pk)
    ]
    for stage in changed:
        StagePerson.objects.now().filter(agency=agency, stage=stage).update(
            ended_at=timezone.now(), ended_by=by
        )
        if (person := people[stage]) is not None:
            StagePerson.objects.create(agency=agency, stage=stage, person=person, named_by=by)
        detail = {"stage": stage.value, "person": str(person.pk) if person else None}
        record(Action.STAGE_PERSON_NAMED, by=by, obj=agency, detail=detail)
    return len(changed)


@transaction.atomic(savepoint=False)
def record_call_view(*, call: StageCall, by: User) -> None:
    """Somebody who was called read who disagrees with whom."""
    record(Action.STAGE_CALL_VIEWED, by=by, obj=call, detail={"stage": call.stage})


def _person_of(row: StagePerson | None) -> object:
    return row.person_id if row else None
