"""Building a problem profile: starting it, its words and parts, publishing it, and taking up what it recommends."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.services.locking import already_made
from mase.strategy import services as strategy
from mase.strategy.models import StrategicObjective
from reporting.profile.models import PartKind, ProblemProfile, ProfilePart, Section

WORDS = ("summary", "sources", "rocu", "rocu_on")


class ProfileIsPublished(NotAllowedNow):
    """A published profile stays as it was read."""

    message = "This profile is published. Its words no longer change"


@transaction.atomic
def start(*, year: int, by: User) -> ProblemProfile:
    """The profile of a financial year that is over; the one that there is, if somebody has begun it."""
    gate.require(by, Permission.RETURN_PREPARE)
    made, is_new = ProblemProfile.objects.get_or_create(year=year, defaults={"started_by": by})
    if is_new:
        record(Action.PROFILE_CHANGED, by=by, obj=made, detail={"started": made.label})
    return made


@transaction.atomic
def say(*, profile: ProblemProfile, values: Mapping[str, Any], version: int, by: User) -> ProblemProfile:
    """Its summary, its sources and who at the ROCU read it."""
    locked = _locked(profile, by)
    if locked.version != version:
        raise SomeoneElseSaved(locked)
    for name in WORDS:
        setattr(locked, name, values[name])
    locked.version += 1
    locked.save()
    record(Action.PROFILE_CHANGED, by=by, obj=locked, detail={"fields": list(WORDS)})
    return locked


@transaction.atomic
def add(
    *, profile: ProblemProfile, kind: PartKind, values: Mapping[str, Any], key: uuid.UUID, by: User
) -> ProfilePart:
    """A finding, something not known, or a recommendation. The same key again finds the same part."""
    locked = _locked(profile, by)
    if found := already_made(ProfilePart, key, profile_id=locked.pk):
        return found
    made = ProfilePart(pk=key, profile=locked, kind=kind, by=by, **values)
    made.save(force_insert=True)
    record(Action.PROFILE_CHANGED, by=by, obj=locked, detail={"added": kind})
    return made


@transaction.atomic
def change(*, part: ProfilePart, values: Mapping[str, Any], version: int, by: User) -> ProfilePart:
    """Other words for a part."""
    profile = _locked(part.profile, by)
    locked = ProfilePart.objects.select_for_update().get(pk=part.pk)
    if locked.version != version:
        raise SomeoneElseSaved(locked)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    record(Action.PROFILE_CHANGED, by=by, obj=profile, detail={"changed": locked.kind})
    return locked


@transaction.atomic
def remove(*, part: ProfilePart, by: User) -> None:
    """Take a part out of a draft. One that is an objective already stays."""
    profile = _locked(part.profile, by)
    locked = ProfilePart.objects.select_for_update().get(pk=part.pk)
    if locked.objective_id is not None:
        raise NotAllowedNow("This recommendation is an objective of the plan. It stays in the profile.")
    record(Action.PROFILE_CHANGED, by=by, obj=profile, detail={"removed": locked.kind})
    locked.delete()


@transaction.atomic
def publish(*, profile: ProblemProfile, by: User) -> ProblemProfile:
    """A second person publishes it, once the ROCU has read it and each section has a finding."""
    gate.require(by, Permission.RETURN_SIGN)
    locked = ProblemProfile.objects.select_for_update().get(pk=profile.pk)
    if locked.published_at is not None:
        raise ProfileIsPublished
    if left := what_is_left(locked):
        raise NotAllowedNow(f"It is not ready to be published: {'; '.join(left)}.")
    if locked.started_by_id == by.pk:
        raise NotAllowedNow("Somebody else than who started the profile publishes it.")
    locked.published_by, locked.published_at = by, timezone.now()
    locked.version += 1
    locked.save()
    record(Action.PROFILE_PUBLISHED, by=by, obj=locked, detail={"year": locked.label})
    text = f"The problem profile for {locked.label} is published."
    for reader in people_who_may(Permission.BOARD_REPORT_VIEW):
        notify(user=reader, text=text, url=locked.get_absolute_url())
    return locked


def what_is_left(profile: ProblemProfile) -> list[str]:
    """What is missing before it can be published, in words."""
    parts = list(profile.parts.all())
    found = {each.section for each in parts if each.kind == PartKind.FINDING}
    without = [each.label.lower() for each in Section if each not in found]
    return [
        *(["write the summary"] if not profile.summary else []),
        *(["say what it was drawn from, and what that misses"] if not profile.sources else []),
        *(["say who at the ROCU read it, and when"] if not (profile.rocu and profile.rocu_on) else []),
        *([f"add a finding on {', '.join(without)}"] if without else []),
        *(["recommend something"] if all(each.kind != PartKind.RECOMMENDATION for each in parts) else []),
    ]


@transaction.atomic
def take_up(*, part: ProfilePart, values: Mapping[str, Any], key: uuid.UUID, by: User) -> StrategicObjective:
    """Make a recommendation an objective of the strategy's plan; its owner is told and reports each quarter."""
    gate.require(by, Permission.STRATEGIC_CHANGE)
    locked = ProfilePart.objects.select_for_update().get(pk=part.pk)
    if locked.objective is not None:
        return locked.objective
    if locked.kind != PartKind.RECOMMENDATION:
        raise NotAllowedNow("Only a recommendation becomes an objective.")
    locked.objective = strategy.add(key=key, values=values, by=by)
    locked.save(update_fields=["objective"])
    return locked.objective


def record_view(*, by: User, profile: ProblemProfile | None = None, copy: uuid.UUID | None = None) -> None:
    """Somebody read a profile or the list, or took a copy away."""
    detail = {"copy": str(copy)} if copy else {"list": profile is None}
    record(Action.PROFILE_VIEWED, by=by, obj=profile, detail=detail)


def in_six_months() -> dt.date:
    """By when a recommendation is to be done, unless somebody says otherwise."""
    return timezone.localdate() + dt.timedelta(days=183)


def _locked(profile: ProblemProfile, by: User) -> ProblemProfile:
    gate.require(by, Permission.RETURN_PREPARE)
    locked = ProblemProfile.objects.select_for_update().get(pk=profile.pk)
    if locked.published_at is not None:
        raise ProfileIsPublished
    return locked
