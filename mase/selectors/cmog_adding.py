"""What somebody may put on the agenda of a CMOG by hand: by its reference or name, and only what they may see."""

from dataclasses import dataclass

from django.db.models import Q

from cases.models import Case
from cse_portal.accounts.models import User
from intelligence.models import LocationOfConcern, PersonOfConcern
from mase.choices import CmogKind

Subject = Case | PersonOfConcern | LocationOfConcern
Nominal = PersonOfConcern | LocationOfConcern
SUBJECT_MODELS: dict[CmogKind, type[Case] | type[PersonOfConcern] | type[LocationOfConcern]] = {
    CmogKind.CHILD: Case,
    CmogKind.PERSON: PersonOfConcern,
    CmogKind.PLACE: LocationOfConcern,
}
# What of each is searched. A child is added by reference alone: the caseload is where children are searched for.
NOMINALS: dict[CmogKind, tuple[type[PersonOfConcern] | type[LocationOfConcern], tuple[str, ...]]] = {
    CmogKind.PERSON: (PersonOfConcern, ("given_name", "family_name", "other_names")),
    CmogKind.PLACE: (LocationOfConcern, ("name", "address", "postcode")),
}
FOUND = 10
WORDS_SEARCHED = 6
ENOUGH = 2  # letters, of the longest word


@dataclass(frozen=True)
class Matches:
    """Whom or what some words may mean, at most ten of them, in the order of their names; whether there are more.

    `vague` where the words are too short to search for; then nothing was looked up.
    """

    rows: tuple[Nominal, ...] = ()
    more: bool = False
    vague: bool = False


def subject_by_reference(user: User, kind: CmogKind, reference: str) -> Subject | None:
    """The child's case, person or place with this reference, if this person may see it."""
    model = SUBJECT_MODELS[kind]
    found: Subject | None = model.objects.visible_to(user).filter(reference=reference.strip().upper()).first()
    return found


def is_words(user: User, kind: CmogKind, typed: str) -> bool:
    """Whether this has to be looked for: no reference of a person or place that this person may see."""
    return kind in NOMINALS and subject_by_reference(user, kind, typed) is None


def named_like(user: User, kind: CmogKind, words: str) -> Matches:
    """The people or places this person may see in whose names, nicknames or address every one of these words stands.

    Nothing tells one that is hidden from one that was never there.
    """
    model, columns = NOMINALS[kind]
    sought = words.split()[:WORDS_SEARCHED]
    if max((len(word) for word in sought), default=0) < ENOUGH:
        return Matches(vague=True)
    rows = model.objects.visible_to(user)
    for word in sought:
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(anywhere)
    by_name = ("family_name", "given_name") if kind == CmogKind.PERSON else ("name",)
    found: list[Nominal] = list(rows.order_by(*by_name, "reference")[: FOUND + 1])
    return Matches(tuple(found[:FOUND]), more=len(found) > FOUND)
