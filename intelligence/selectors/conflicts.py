"""Whom intelligence names and who may be somebody who works here, or whom somebody who works here declared.

What is compared leaves this module as what to shut, the person to shut out of it and a basis that names nobody.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from cases.choices import ConflictBasis
from cases.models import Case
from cases.selectors.conflicts import Found
from cases.selectors.staff import Staff, in_two
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from intelligence.choices import SubmissionState
from intelligence.models import (
    IntelligenceReport,
    IntelligenceSubmission,
    Link,
    LocationOfConcern,
    PersonOfConcern,
    StaffConflict,
    SubmissionPlace,
    SubmissionSubject,
)

Target = IntelligenceSubmission | PersonOfConcern | LocationOfConcern
# By which name a conflict, and a link, knows what it is about.
NAMES: dict[type[Target], str] = {
    IntelligenceSubmission: "submission", PersonOfConcern: "person", LocationOfConcern: "place",
}  # fmt: skip
# Parts that a person plays in a submission and that shut nobody out: the child, and whoever saw it.
NOT_SUSPECTED = ("CHILD_AT_RISK", "WITNESS")


@dataclass(frozen=True)
class Concerned:
    """Who of the staff may be what this names, or close to it, and when they declared what found them."""

    target: Target
    user: User
    basis: ConflictBasis
    since: dt.datetime | None


def concerned_by_submission(submission_id: uuid.UUID) -> list[Concerned]:
    """Whom of the staff the people and places may be that a submission names."""
    with acting.for_the_system():  # nobody may know what another declared
        return list(_concerned(_subjects().filter(submission=submission_id), _places_told(submission_id)))


def concerned_by_report(report_id: uuid.UUID) -> list[Concerned]:
    """The same, of the people and places of concern to which this report is linked, and of what it was made of."""
    with acting.for_the_system():
        people = PersonOfConcern.objects.filter(links__report=report_id)
        places = LocationOfConcern.objects.filter(links__report=report_id).exclude(postcode="")
        told = IntelligenceReport.objects.values_list("submission", flat=True).get(pk=report_id)
        sent = _concerned(_subjects().filter(submission=told), _places_told(told))
        return [*_concerned(people.distinct(), places.distinct()), *sent]


def everybody_concerned(*, among: User | None = None) -> list[Concerned]:
    """The same, of all that was ever sent or is known; `among` the staff, whom to look for alone."""
    with acting.for_the_system():
        known = PersonOfConcern.objects.all(), LocationOfConcern.objects.exclude(postcode="")
        told = _subjects(), _places_told()
        return [*_concerned(*known, among), *_concerned(*told, among)]


def conflicts_with_cases(concerned: Iterable[Concerned]) -> list[Found]:
    """Every case that a report links to what concerns somebody, and whom it concerns."""
    with acting.for_the_system():
        return [
            Found(case, each.user, each.basis, each.since)
            for each in concerned
            for case in _cases_of(each.target)
        ]


def staff_conflicts(user: User) -> QuerySet[StaffConflict]:
    """What the portal found, what waits first; nothing of what the privacy officer may be named in themselves."""
    gate.require(user, Permission.EXCLUSION_DECIDE)
    rows = StaffConflict.objects.judged_by(user).select_related("user", "decided_by")
    return rows.order_by(F("decided_at").desc(nulls_first=True), "found_at", "pk")


def staff_conflict_for(user: User, pk: uuid.UUID) -> StaffConflict:
    """One of them; NotVisible if there is none."""
    found = staff_conflicts(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def shut_to(user: User) -> set[uuid.UUID]:
    """The keys of the cases this person is excluded from, and of all intelligence that they may not know of for that,
    or because it may be about them: PostgreSQL's own list, for a floor that works by references alone.
    """
    who = standing(user)
    if who is None:
        return set()
    with acting.acting(who.actor), connection.cursor() as cursor:
        cursor.execute("SELECT unnest(gate.shut_keys())")
        return {key for (key,) in cursor.fetchall()}


def _subjects() -> QuerySet[SubmissionSubject]:
    """Whom sent submissions speak of as more than somebody to protect or somebody who saw it."""
    rows = SubmissionSubject.objects.exclude(submission__state=SubmissionState.DRAFT).exclude(
        role__in=NOT_SUSPECTED
    )
    return rows.select_related("submission")


def _places_told(*submissions: uuid.UUID) -> QuerySet[SubmissionPlace]:
    rows = SubmissionPlace.objects.exclude(submission__state=SubmissionState.DRAFT).exclude(postcode="")
    rows = rows.select_related("submission")
    return rows.filter(submission__in=submissions) if submissions else rows


def _concerned(
    people: QuerySet[Any], places: QuerySet[Any], among: User | None = None
) -> Iterator[Concerned]:
    staff = Staff(among)
    for person in people.order_by("pk"):
        for user, since in staff.named(_names_of(person), person.date_of_birth).items():
            yield Concerned(_target(person), user, ConflictBasis.NAMED, since)
    for place in places.order_by("pk"):
        for user, since in staff.living_at(place.postcode, place.address, place.name).items():
            yield Concerned(_target(place), user, ConflictBasis.PLACE, since)


def _target(named: SubmissionSubject | SubmissionPlace | PersonOfConcern | LocationOfConcern) -> Target:
    """What is shut: a submission as a whole, a person or place of concern themselves."""
    return named if isinstance(named, PersonOfConcern | LocationOfConcern) else named.submission


def _cases_of(target: Target) -> QuerySet[Case]:
    """The cases that any report links to this person or place, or that was made of this submission."""
    made = (
        {"report__submission": target}
        if isinstance(target, IntelligenceSubmission)
        else {NAMES[type(target)]: target}
    )
    reports = Link.objects.filter(**made).values("report")
    return Case.objects.filter(
        pk__in=Link.objects.filter(report__in=reports, case__isnull=False).values("case")
    )


def _names_of(person: PersonOfConcern | SubmissionSubject) -> list[tuple[str, str]]:
    """As given and family name, also where both were typed into one field, and each other name that has both."""
    others = [in_two(name) for name in re.split(r"[,;/\n]", person.other_names)]
    if not (person.given_name and person.family_name):
        others.append(in_two(person.family_name or person.given_name))
    return [each for each in [(person.given_name, person.family_name), *others] if each[1]]
