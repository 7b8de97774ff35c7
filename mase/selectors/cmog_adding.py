"""What somebody may put on the agenda of a CMOG by hand: by its reference, and only what they may see."""

from cases.models import Case
from cse_portal.accounts.models import User
from intelligence.models import LocationOfConcern, PersonOfConcern
from mase.choices import CmogKind

Subject = Case | PersonOfConcern | LocationOfConcern
SUBJECT_MODELS: dict[CmogKind, type[Case] | type[PersonOfConcern] | type[LocationOfConcern]] = {
    CmogKind.CHILD: Case,
    CmogKind.PERSON: PersonOfConcern,
    CmogKind.PLACE: LocationOfConcern,
}


def subject_by_reference(user: User, kind: CmogKind, reference: str) -> Subject | None:
    """The child's case, person or place with this reference, if this person may see it."""
    model = SUBJECT_MODELS[kind]
    found: Subject | None = model.objects.visible_to(user).filter(reference=reference.strip().upper()).first()
    return found
