"""Members of a child's family, recorded by the service."""

from cases.family import services as family
from cases.family.models import FamilyMember
from cases.record.models.case import Case
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def make_member(cast: Cast, case: Case, **said: object) -> FamilyMember:
    """A mother, or somebody else as said."""
    member = family.Member(**{"name": "Dana Testley", "relation": "MOTHER", "contact_safe": "yes", **said})
    return family.record_member(case=case, member=member, by=cast.practitioner)
