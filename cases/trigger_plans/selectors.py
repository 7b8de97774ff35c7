"""The newest trigger plan of a child, what a first one starts from, and by when it is reviewed."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cases.documents.models import Document, DocumentKind, DocumentState
from cases.family.models import YesNoUnknown
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.trigger_plans.models import TriggerPlan
from cse_portal.accounts.models import User
from cse_portal.reference import selectors as reference
from cse_portal.reference.working_days import add_months, next_working_day

MONTHS = 3  # between reviews; in category 3 each month
SHOWN = 4  # times missing, in the picture of the pattern


def newest_plan(case: Case) -> TriggerPlan | None:
    """The version that holds; anyone who asks was shown the case."""
    return TriggerPlan.objects.filter(case=case).select_related("recorded_by", "agency", "photo").first()


def review_by(case: Case, *, months: int | None = None) -> dt.date:
    """The last day for the next review: a working day, in category 3 within a month."""
    monthly = case.category >= RiskCategory.HIGH
    return next_working_day(add_months(timezone.localdate(), months or (1 if monthly else MONTHS)))


def pictures(user: User, case: Case) -> QuerySet[Document]:
    """The photographs of this case that may be opened."""
    rows = Document.objects.visible_to(user).filter(case=case, kind=DocumentKind.PHOTOGRAPH, removed_at=None)
    return rows.filter(state=DocumentState.CLEAN, content_type__in=("image/jpeg", "image/png"))


def last_times(case: Case) -> list[Any]:
    """The newest times that the child was missing, the oldest of them first."""
    return list(case.missing_episodes.all()[:SHOWN])[::-1]


def first_draft(case: Case) -> dict[str, Any]:
    """What the record says already, for a plan's first version."""
    family = list(case.network_members.filter(ended_on=None))
    relations = {each.pk: reference.label("family-relation", each.relation).lower() for each in family}
    unsafe = [each for each in family if each.contact_safe == YesNoUnknown.NO]
    calls = [
        f"{each.name}, {relations[each.pk]}; {each.phone}"
        for each in family
        if each.phone and each not in unsafe
    ]
    places = [
        f"{each.found_where}; Found there {each.returned_at:%-d %B}; "
        for each in last_times(case)
        if each.found_where
    ]
    return {
        "speaks": case.child.first_language, "calls": "\n".join(calls), "places": "\n".join(dict.fromkeys(places)),
        "people": "\n".join(f"No contact; {each.name}, {relations[each.pk]}" for each in unsafe),
        "kept_by": "Carers, police and the emergency duty team", "review_on": review_by(case),
    }  # fmt: skip
