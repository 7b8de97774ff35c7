"""People in a child's life, where the child lived and learned, and what the child says, recorded by the services."""

import datetime as dt

from django.utils import timezone

from cases.family import services as family
from cases.family.models import NetworkMember
from cases.history.models import LifePeriod, PeriodKind
from cases.history.services import Period, record_period
from cases.identity import services as identity
from cases.identity.models import ContactPoint, IdentityAnswer
from cases.letters.choices import LetterKind
from cases.letters.models import Letter
from cases.letters.services import write_letter
from cases.record.models.case import Case
from cases.voice import services as voice
from cases.voice.models import VoiceEntry
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def make_member(cast: Cast, case: Case, **said: object) -> NetworkMember:
    """A mother, or somebody else as said."""
    member = family.Member(**{"name": "Dana Testley", "relation": "MOTHER", "contact_safe": "yes", **said})
    return family.record_member(case=case, member=member, by=cast.practitioner)


@in_one_request
def make_contact(cast: Cast, case: Case, **said: object) -> ContactPoint:
    """The child's own phone, or another thing as said."""
    contact = identity.Contact(
        **{"kind": "phone", "value": "07700 900655", "provenance": "TOLD_BY_CHILD", **said}
    )
    return identity.record_contact(case=case, said=contact, by=cast.practitioner)


@in_one_request
def make_identity(cast: Cast, case: Case) -> IdentityAnswer:
    """Told to the lead in confidence."""
    said = identity.Identity("NON_BINARY", "BISEXUAL", "child", "Just me", "Nobody at home knows")
    return identity.record_identity(case=case, said=said, by=cast.practitioner)


@in_one_request
def heard(cast: Cast, case: Case, *, days: int = 0, **said: object) -> VoiceEntry:
    """Somebody listened to the child so many days ago, with Three Houses."""
    words = "I want to sleep at Nan’s. Nobody asks me first."
    given = {"heard_on": timezone.localdate() - dt.timedelta(days=days), "heard_by": "Amina Khan, social worker",
             "seen_alone": True, "tool": "THREE_HOUSES", "own_words": words, **said}  # fmt: skip
    return voice.record_voice(case=case, said=voice.Said(**given), by=cast.practitioner)  # type: ignore[arg-type]


@in_one_request
def make_period(cast: Cast, case: Case, kind: PeriodKind = PeriodKind.HOME, **said: object) -> LifePeriod:
    """With foster carers for a year, or another period as said."""
    began = timezone.localdate() - dt.timedelta(days=365)
    period = Period(**{"code": "U6", "name": "Foster carers in Oldbury", "began_on": began, **said})
    return record_period(case=case, kind=kind, said=period, by=cast.practitioner)


@in_one_request
def make_letter(
    cast: Cast, case: Case, kind: LetterKind = LetterKind.INVITATION, to: NetworkMember | None = None
) -> Letter:
    """A draft to the child, or to somebody of the family."""
    language = to.first_language if to else ""
    return write_letter(case=case, kind=kind, recipient=to, language=language, by=cast.practitioner)
