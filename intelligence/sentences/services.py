"""A sentence shared with an agency and ended; and what the agency's visits found."""

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.keys import free_key
from intelligence.desk.selectors.leaks import quoted
from intelligence.sentences.models import SharedSentence, Visit
from intelligence.sentences.selectors import leaks_of_sentence, sentence_for
from intelligence.subjects.models import Subject


@transaction.atomic
def share(
    *, subject: Subject, agency: Agency, text: str, until: dt.date, by: User, key: uuid.UUID
) -> SharedSentence:
    """Tell an agency one sentence until a day. It names no child and no source, and says nothing of a C line."""
    gate.require(by, Permission.INTELLIGENCE_GRADE)
    seen = get_visible(Subject.objects.visible_to(by).filter(pk=subject.pk))
    if found := SharedSentence.objects.filter(pk=key, subject=seen).first():
        return found
    if seen.is_child:
        raise NotAllowedNow("This is a child. Share what is known through the child’s case.")
    if until < timezone.localdate():
        raise NotAllowedNow("Choose a day that has not passed.")
    if leaks := leaks_of_sentence(seen, text):
        raise NotAllowedNow(
            f"Take out {quoted(leaks)}: it could name a child or a source, or only a C line says it."
        )
    made = SharedSentence.objects.create(
        pk=free_key(SharedSentence, key), subject=seen, kind=seen.kind, agency=agency, text=text, until=until,
        shared_by=by,
    )  # fmt: skip
    detail = {"agency": str(agency.pk), "until": until.isoformat()}
    record(Action.SENTENCE_SHARED, by=by, obj=made, detail=detail, about=[seen.pk])
    people = Membership.objects.current().filter(agency=agency, user__is_active=True, role__in=_told())
    url = reverse("intelligence:shared-sentence", args=[made.pk])
    words = "The police have shared something with your agency, and ask what you find."
    readers = [each.user for each in people.select_related("user")]
    notify_all(Notification(user=each, text=words, url=url) for each in readers)
    return made


@transaction.atomic
def end(*, sentence: SharedSentence, by: User) -> None:
    """The agency no longer reads it."""
    gate.require(by, Permission.INTELLIGENCE_GRADE)
    sentence.ended_at, sentence.ended_by = timezone.now(), by
    sentence.save(update_fields=["ended_at", "ended_by"])
    record(Action.SENTENCE_ENDED, by=by, obj=sentence, about=[sentence.subject_id])


@transaction.atomic
def add_visit(*, sentence: SharedSentence, on: dt.date, found: str, by: User, key: uuid.UUID) -> Visit:
    """What the agency found on a day. The unit is told; what was found may become a fact."""
    who = gate.require_standing(by, Permission.SENTENCE_ANSWER)
    told = sentence_for(by, sentence.pk)
    if made := Visit.objects.filter(pk=key, sentence=told).first():
        return made
    visit = Visit.objects.create(
        pk=free_key(Visit, key), sentence=told, on=on, found=found, agency=who.agency, recorded_by=by
    )
    record(Action.VISIT_RECORDED, by=by, obj=visit, about=[told.subject_id])
    words = f"{who.agency.short_name} have answered a sentence that the unit shared."
    url = reverse("intelligence:subjects")
    unit = people_who_may(Permission.INTELLIGENCE_GRADE)
    notify_all(Notification(user=each, text=words, url=url) for each in unit)
    return visit


@transaction.atomic
def record_sentences(*, shown: list[SharedSentence], by: User) -> None:
    """Note that a person read what their agency was told."""
    detail = {"shown": [str(each.pk) for each in shown]}
    record(Action.SENTENCES_READ, by=by, detail=detail, about=[each.subject_id for each in shown])


def _told() -> list[str]:
    return [role for role, each in ROLES.items() if Permission.SENTENCE_ANSWER in each.permissions]
