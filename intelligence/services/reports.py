"""What the unit does with a graded report: say what it is about, and who reads it where its handling has conditions."""

import datetime as dt
import uuid
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.keys import free_reference
from intelligence.choices import Handling, LinkKind
from intelligence.models import (
    IntelligenceReport,
    IntelligenceReportReader,
    Link,
    LocationOfConcern,
    PersonOfConcern,
    VehicleOfConcern,
)
from intelligence.selectors.reports import person_in, possible_readers

NOMINALS: dict[LinkKind, tuple[type[models.Model], str]] = {
    LinkKind.PERSON: (PersonOfConcern, "POC"),
    LinkKind.PLACE: (LocationOfConcern, "LOC"),
    LinkKind.VEHICLE: (VehicleOfConcern, "VOC"),
}


@transaction.atomic
def link_case(*, report: IntelligenceReport, reference: str, by: User) -> Link:
    """Link a report to a child's case that the officer may see. Linking again finds the same link.

    With handling P the case's chronology says that a report came, without what it says; with C nothing tells.
    """
    locked = _lock_report(report, by)
    case = Case.objects.visible_to(by).filter(reference__iexact=reference.strip()).first()
    if case is None:
        raise NotAllowedNow("No case has this reference.")
    link, made = Link.objects.get_or_create(report=locked, case=case, defaults={"linked_by": by})
    if not made:
        return link
    record(Action.NOMINAL_LINKED, by=by, obj=locked, case=case, detail={"kind": LinkKind.CHILD.value})
    if locked.handling == Handling.P:
        text = f"Intelligence report {locked.reference} linked (handling P)."
        today = timezone.localdate()
        chronology.add_entry(
            case=case, kind=EntryKind.INTELLIGENCE, happened_on=today, text=text, by=by, source_id=locked.pk
        )
        _tell_lead_professional(case, locked)
    return link


@transaction.atomic
def link_nominal(
    *, report: IntelligenceReport, kind: LinkKind, nominal_id: uuid.UUID, by: User
) -> Link | None:
    """Link a report to a person, place or vehicle this officer may see. None: there is no such row."""
    locked = _lock_report(report, by)
    model, _ = NOMINALS[kind]
    nominal = model._default_manager.visible_to(by).filter(pk=nominal_id).first()  # type: ignore[attr-defined]
    return _link(locked, kind, nominal, by) if nominal else None


@transaction.atomic
def add_nominal(
    *, report: IntelligenceReport, kind: LinkKind, fields: dict[str, Any], by: User, key: uuid.UUID
) -> Link:
    """Add a person, place or vehicle of concern and link the report to it. The same key again finds the same row."""
    locked = _lock_report(report, by)
    model, prefix = NOMINALS[kind]
    nominal, made = model._default_manager.get_or_create(
        pk=key, defaults={**fields, "reference": free_reference(model, prefix), "added_by": by}
    )
    if made:
        record(Action.NOMINAL_ADDED, by=by, obj=nominal, detail={"kind": kind.value})
    return _link(locked, kind, nominal, by)


@transaction.atomic
def change_standing(
    *,
    report: IntelligenceReport,
    person: PersonOfConcern,
    standing: str,
    standing_since: dt.date,
    reason: str,
    by: User,
) -> PersonOfConcern:
    """What is known of a person whom the report names has moved on: since when, and what that rests on.

    Raises NotVisible where the report does not name them, or whoever acts may not see them.
    """
    named = person_in(by, _lock_report(report, by), person.pk)
    locked = PersonOfConcern.objects.select_for_update().get(pk=named.pk)
    locked.standing, locked.standing_since = standing, standing_since
    locked.save(update_fields=["standing", "standing_since"])
    record(Action.STANDING_CHANGED, by=by, obj=locked, reason=reason)
    return locked


@transaction.atomic
def name_reader(
    *, report: IntelligenceReport, reader: User, reason: str, by: User
) -> IntelligenceReportReader:
    """Let one more person read a report with handling C, and tell them."""
    locked = _lock_report(report, by)
    if locked.handling != Handling.C:
        raise NotAllowedNow(
            "A report with handling code P is read by everyone who may see a linked case. It has no "
            "named readers."
        )
    if not possible_readers().filter(pk=reader.pk).exists():
        raise NotAllowedNow("Choose a person who works with children's cases.")
    named, made = IntelligenceReportReader.objects.get_or_create(
        report=locked, user=reader, defaults={"reason": reason, "named_by": by}
    )
    if not made and not gate.can(reader, Permission.INTELLIGENCE_REPORT_VIEW, locked):
        # Named in an earlier post: named anew.
        named.reason, named.named_by, named.named_at, made = reason, by, timezone.now(), True
        named.save(update_fields=["reason", "named_by", "named_at"])
    if made:
        detail = {"reader": str(reader.pk)}
        record(Action.REPORT_READER_NAMED, by=by, obj=locked, reason=reason, detail=detail)
        text = f"You may read intelligence report {locked.reference}. Its handling has conditions."
        if gate.can(reader, Permission.INTELLIGENCE_REPORT_VIEW, locked):
            page = reverse("intelligence:report", args=[locked.reference])
            notify(user=reader, text=text, url=page, about_id=locked.pk)
    return named


def _link(report: IntelligenceReport, kind: LinkKind, nominal: models.Model, by: User) -> Link:
    link, made = Link.objects.get_or_create(
        report=report, defaults={"linked_by": by}, **{kind.value: nominal}
    )
    if made:
        detail = {"kind": kind.value, "id": str(nominal.pk)}
        record(Action.NOMINAL_LINKED, by=by, obj=report, detail=detail)
    return link


def _lock_report(report: IntelligenceReport, by: User) -> IntelligenceReport:
    gate.require(by, Permission.INTELLIGENCE_REPORT_VIEW, report)
    gate.require(by, Permission.INTELLIGENCE_GRADE)
    return IntelligenceReport.objects.select_for_update().get(pk=report.pk)


def _tell_lead_professional(case: Case, report: IntelligenceReport) -> None:
    lead = case.lead_professional
    if lead is not None and gate.can(lead, Permission.INTELLIGENCE_REPORT_VIEW, report):
        text = f"Intelligence report {report.reference} is about a case you lead."
        url = reverse("intelligence:report", args=[report.reference])
        notify(user=lead, text=text, url=url, case_id=case.pk, about_id=report.pk)
