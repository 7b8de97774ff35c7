"""Subjects of concern, for the person who asks."""

import datetime as dt

from django.db.models import Q, Value
from django.db.models.functions import Concat

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from intelligence.subjects.models import Subject, SubjectKind, SubjectQuerySet
from intelligence.subjects.selectors.matching import is_identified, same_phone


def subjects_named(user: User, words: str) -> SubjectQuerySet:
    """Those that this person may see by a name, a nickname, a part of a registration, a number or an address."""
    rows, said = Subject.objects.visible_to(user).kept(), words.strip()
    if not said:
        return rows
    known = rows.exclude(identifier="").values_list("pk", "kind", "identifier")
    found = Q(reference__iexact=said) | Q(
        pk__in=[key for key, kind, one in known if is_identified(kind, one, said)]
    )
    for name in ("name", "other_names", "identifier", "address"):
        found |= Q((f"{name}__icontains", said))
    return rows.filter(found)


def phone_known(user: User, number: str) -> Subject | None:
    """The phone with this number, in whatever notation it was kept."""
    phones = Subject.objects.visible_to(user).kept().of_kind(SubjectKind.PHONE)
    return next((each for each in phones if same_phone(each.identifier, number)), None)


def same_as_child(user: User, name: str, born: dt.date | None) -> Case | None:
    """The case of a child with this name and birth date, as far as it is known, of those this person may see."""
    named = Concat("child__given_name", Value(" "), "child__family_name")
    cases = Case.objects.visible_to(user).annotate(named=named).filter(named__iexact=name.strip())
    return cases.filter(child__date_of_birth=born).first() if born else cases.first()
