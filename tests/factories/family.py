"""Members of a child's family, and what the child says, recorded by the services."""

import datetime as dt

from django.utils import timezone

from cases.family import services as family
from cases.family.models import FamilyMember
from cases.record.models.case import Case
from cases.voice import services as voice
from cases.voice.models import VoiceEntry
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def make_member(cast: Cast, case: Case, **said: object) -> FamilyMember:
    """A mother, or somebody else as said."""
    member = family.Member(**{"name": "Dana Testley", "relation": "MOTHER", "contact_safe": "yes", **said})
    return family.record_member(case=case, member=member, by=cast.practitioner)


@in_one_request
def heard(cast: Cast, case: Case, *, days: int = 0, **said: object) -> VoiceEntry:
    """Somebody listened to the child so many days ago, with Three Houses."""
    words = "I want to sleep at Nan’s. Nobody asks me first."
    given = {"heard_on": timezone.localdate() - dt.timedelta(days=days), "heard_by": "Amina Khan, social worker",
             "seen_alone": True, "tool": "THREE_HOUSES", "own_words": words, **said}  # fmt: skip
    return voice.record_voice(case=case, said=voice.Said(**given), by=cast.practitioner)  # type: ignore[arg-type]
