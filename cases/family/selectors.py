"""The family, confidential addresses, as far as they may be known, and the health detail of a case."""

import uuid
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from cases.chronology.selectors import LATEST
from cases.family.models import (
    AddressKind,
    ConfidentialAddress,
    HealthNote,
    HealthSummary,
    NetworkMember,
    SealedAddress,
)
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User

# Where one of these holds, the open record says nothing of where the child lives.
OF_THE_CHILD = (AddressKind.HOME, AddressKind.PLACEMENT)


def current_addresses(case: Case) -> list[ConfidentialAddress]:
    """Those that hold today; anyone who asks was shown the case."""
    return list(case.confidential_addresses.filter(ended_at__isnull=True).order_by("kind"))


def hides_home(case: Case) -> bool:
    """Whether it is confidential where the child lives."""
    return case.confidential_addresses.filter(ended_at__isnull=True, kind__in=OF_THE_CHILD).exists()


def hiding_home(cases: Collection[Case]) -> list[Case]:
    """Of these cases, those of which `hides_home` holds, in one question."""
    rows = ConfidentialAddress.objects.filter(case__in=cases, ended_at__isnull=True, kind__in=OF_THE_CHILD)
    hidden = set(rows.values_list("case", flat=True)) if cases else set()
    return [case for case in cases if case.pk in hidden]


def sealed_addresses(user: User, case: Case) -> list[SealedAddress]:
    """Every one, current first, with who marked it and why; the address stays sealed."""
    rows = SealedAddress.objects.visible_to(user).filter(address__case=case)
    people = rows.select_related("address__marked_by", "address__agency", "address__ended_by")
    return list(people.order_by("address__ended_at", "-address__marked_at").defer("encrypted"))


def address_for(user: User, reference: str, pk: uuid.UUID) -> ConfidentialAddress:
    """One that this person may be shown, of this very case; NotVisible for any other."""
    rows = SealedAddress.objects.visible_to(user).filter(address=pk, address__case__reference=reference)
    found = rows.select_related(
        "address__case__child", "address__case__lead_agency", "address__case__lead_professional"
    ).defer("encrypted")
    sealed = get_visible(found)
    return sealed.address


def health_notes(user: User, case: Case) -> QuerySet[HealthNote]:
    """Everything health agencies wrote, the newest first."""
    rows = HealthNote.objects.visible_to(user).filter(case=case)
    return rows.select_related("recorded_by", "agency")


def camhs_of(user: User, case: Case) -> HealthNote | None:
    """The newest note about CAMHS: how things are with them."""
    return health_notes(user, case).exclude(camhs="").first()


def health_summaries(case: Case) -> list[HealthSummary]:
    """The newest sentences written for the others; anyone who asks was shown the case."""
    return list(case.health_summaries.select_related("agency")[:LATEST])


def family_of(user: User, case: Case) -> list[NetworkMember]:
    """Everybody recorded in the family, current ones first."""
    rows = NetworkMember.objects.visible_to(user).filter(case=case).select_related("recorded_by", "agency")
    return sorted(rows, key=lambda each: (each.ended_on is not None, each.recorded_at))


def member_for(user: User, reference: str, pk: uuid.UUID) -> NetworkMember:
    """One member of this very case's family; NotVisible for any other."""
    rows = NetworkMember.objects.visible_to(user).filter(pk=pk, case__reference=reference)
    return get_visible(rows.select_related("case__child", "case__lead_agency", "case__lead_professional"))


def siblings_cases(user: User, members: Iterable[NetworkMember]) -> set[str]:
    """The references of siblings' cases that this person may open."""
    wanted = [each.sibling_case for each in members if each.sibling_case]
    seen = Case.objects.visible_to(user).filter(reference__in=wanted)
    return set(seen.values_list("reference", flat=True)) if wanted else set()
