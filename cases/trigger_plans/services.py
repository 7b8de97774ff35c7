"""Saving a version of a trigger plan, and printing it."""

import base64
import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.documents import services as documents
from cases.documents.models import Document
from cases.record.models.case import Case
from cases.record.services import agency_of, lock_open
from cases.trigger_plans.models import TriggerPlan
from cases.trigger_plans.selectors import review_by
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.keys import free_key
from cse_portal.reference.working_days import is_working_day
from cse_portal.ui.presenters import display_date, local_date


class ReviewTooLate(NotAllowedNow):
    """A plan that is out of date sends police to the wrong place."""

    field = "review_on"


@dataclass(frozen=True)
class Plan:
    """What one version says; lists have one entry a line."""

    expected_grade: str
    do_first: str
    kept_by: str
    review_on: dt.date
    grade_reason: str = ""
    photo: Document | None = None
    looks: str = ""
    often_wears: str = ""
    speaks: str = ""
    calls: str = ""
    people: str = ""
    places: str = ""
    pattern: str = ""
    medical: str = ""
    calms: str = ""
    makes_worse: str = ""
    when_found: str = ""
    agreed_with: str = ""


@transaction.atomic
def save(*, case: Case, plan: Plan, seen: int, by: User, key: uuid.UUID | None = None) -> TriggerPlan:
    """A new version, over the one that its writer saw. Raises StaleEdit if there is a newer one by now."""
    locked = lock_open(case, Permission.CHRONOLOGY_ADD, by)
    if key and (made := TriggerPlan.objects.filter(pk=key, case=locked).first()):
        return made
    newest = TriggerPlan.objects.filter(case=locked).first()
    number = newest.number if newest else 0
    if number != seen:
        raise StaleEdit
    _check_review(locked, plan.review_on)
    made = TriggerPlan.objects.create(
        pk=free_key(TriggerPlan, key), case=locked, number=number + 1, recorded_by=by,
        agency=agency_of(locked, by), **vars(plan),
    )  # fmt: skip
    text = f"Trigger plan, version {made.number}. To be reviewed by {display_date(made.review_on)}."
    day = local_date(made.recorded_at) or plan.review_on
    add_entry(case=locked, kind=EntryKind.MISSING, happened_on=day, text=text, by=by, source_id=made.pk)
    record(Action.TRIGGER_PLAN_SAVED, by=by, obj=made, case=locked, detail={"version": made.number})
    return made


def record_print(*, plan: TriggerPlan, by: User) -> None:
    """Note who took a sheet out of the portal."""
    record(Action.TRIGGER_PLAN_PRINTED, by=by, obj=plan, case=plan.case, detail={"version": plan.number})


def photo_of(plan: TriggerPlan, *, by: User) -> str:
    """The photo as an address that holds it; nothing where there is none that may be opened. The look is on record."""
    photo = plan.photo
    if photo is None or not photo.can_be_opened:
        return ""
    photo.case = plan.case
    content = documents.download(document=photo, by=by)
    return f"data:{photo.content_type};base64,{base64.b64encode(content).decode()}"


def _check_review(case: Case, day: dt.date) -> None:
    last = review_by(case)
    if day > last:
        raise ReviewTooLate(f"The plan is reviewed by {display_date(last)} at the latest.")
    if not is_working_day(day):
        raise ReviewTooLate("Choose a working day. Nobody reviews a plan on this one.")
