"""What is known of a subject of concern: changed, confirmed, removed and reviewed, by the police intelligence unit."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.concerns import services as concerns
from cases.concerns.choices import ConcernStep
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers
from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.errors import NotAllowedNow
from cse_portal.files import pictures
from cse_portal.files.store import digest
from cse_portal.keys import free_key, key_from
from intelligence.desk.models import IntelligenceReport
from intelligence.profiles.models import Fact, SubjectMerge, SubjectReview
from intelligence.sentences.models import SharedSentence
from intelligence.sentences.services import end
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.subjects.selectors.matching import called, names_of
from intelligence.subjects.services import dated

LONGEST_NAMES = 200
PHOTOS = "photos"


@dataclass(frozen=True)
class NewFact:
    """What is known, from which report or in whose words, how graded, and since when."""

    text: str
    grade: str
    report: IntelligenceReport | None = None
    source: str = ""
    first_on: dt.date | None = None


@transaction.atomic
def change_subject(*, subject: Subject, fields: dict[str, Any], by: User) -> Subject:
    """Correct what is kept of a subject. An age that is said anew counts from today.

    Of somebody who turns out to be under 18 no agency reads a sentence any more: they are a child first.
    """
    locked = _lock(subject, by)
    details = dated(fields.pop("details", {}), locked.details)
    for name, value in {**fields, "details": details}.items():
        setattr(locked, name, value)
    if locked.kind != SubjectKind.PERSON:
        locked.name = called(SubjectKind(locked.kind), {**fields, "details": details})
    if not locked.name:
        raise NotAllowedNow("Say what it is called, or what is known of it.")
    locked.save()
    record(Action.SUBJECT_CHANGED, by=by, obj=locked, detail={"fields": sorted(fields)})
    if locked.is_child:
        for sentence in SharedSentence.objects.visible_to(by).filter(subject=locked, ended_at=None):
            end(sentence=sentence, by=by)
    return locked


@transaction.atomic
def set_photo(*, subject: Subject, by: User, name: str = "", content: bytes = b"") -> Subject:
    """A photograph, drawn anew and small: it says no longer where and when it was taken. Without content, none.

    The file that it replaces is deleted.
    """
    picture = pictures.portrait(files.inspect(name, content).content) if content else b""
    locked = _lock(subject, by)
    before, locked.photo = locked.photo, files.keep(PHOTOS, picture) if picture else ""
    locked.photo_sha256 = digest(picture) if picture else ""
    locked.save(update_fields=["photo", "photo_sha256"])
    record(Action.SUBJECT_CHANGED, by=by, obj=locked, detail={"fields": ["photo"]})
    transaction.on_commit(lambda: files.forget(before), robust=True)
    return locked


@transaction.atomic
def draft_concern(*, subject: Subject, by: User) -> Concern:
    """A concern about a person under 18: a draft with who they are, and nothing that intelligence says.

    The same officer again finds the same concern.
    """
    locked = _lock(subject, by)
    if not locked.is_child:
        raise NotAllowedNow("This person is not known to be under 18.")
    concern = concerns.start(by=by, key=key_from(locked.pk, of=f"concern:{by.pk}"))
    if not concern.is_draft or ConcernStep.CHILD in concern.steps_done:
        return concern
    given, _, family = locked.name.rpartition(" ")
    known = {
        "given_name": given, "family_name": family if given else "", "date_of_birth": locked.date_of_birth,
        "known_as": locked.other_names[:150] if given else locked.name[:150],
        "approximate_age": None if locked.date_of_birth else locked.age,
        "sex": locked.details.get("sex") or "", "address": locked.address,
    }  # fmt: skip
    return concerns.save_step(concern=concern, step=ConcernStep.CHILD, answers=StepAnswers(known), by=by)


@transaction.atomic
def answer_who(*, subject: Subject, answers: dict[str, dict[str, str]], by: User) -> Subject:
    """Who a person is, line by line: a value, or why it is not known (strategy 12.2)."""
    locked = _lock(subject, by)
    locked.details = {**locked.details, "who": answers}
    locked.save(update_fields=["details"])
    record(Action.SUBJECT_CHANGED, by=by, obj=locked, detail={"fields": sorted(answers)})
    return locked


@transaction.atomic
def review_standing(
    *,
    subject: Subject,
    standing: str,
    standing_since: dt.date,
    reason: str,
    review_on: dt.date,
    by: User,
    key: uuid.UUID,
) -> SubjectReview:
    """How it stands now, the same or another, since when and why, and when this is looked at again.

    A person is reviewed once it is said who they are (strategy 12.2). A child has no standing that a review changes.
    """
    locked = _lock(subject, by)
    if found := SubjectReview.objects.filter(pk=key, subject=locked).first():
        return found
    if review_on <= timezone.localdate():
        raise NotAllowedNow("The next review is on a day after today.")
    if locked.lacks_who:
        raise NotAllowedNow(
            "First say ethnicity and nationality under “Who this is”, or why they are not known."
        )
    if locked.is_child:
        standing, standing_since = locked.standing, locked.standing_since
    locked.standing, locked.standing_since, locked.review_on = standing, standing_since, review_on
    locked.standing_source = reason
    locked.save(update_fields=["standing", "standing_since", "standing_source", "review_on"])
    record(Action.STANDING_CHANGED, by=by, obj=locked, reason=reason)
    return SubjectReview.objects.create(
        pk=free_key(SubjectReview, key), subject=locked, standing=standing, standing_since=standing_since,
        reason=reason, review_on=review_on, reviewed_by=by,
    )  # fmt: skip


@transaction.atomic
def add_fact(*, subject: Subject, fact: NewFact, by: User, key: uuid.UUID) -> Fact:
    """Keep a fact. One from a report has a report that names the subject and that this officer may read."""
    locked = _lock(subject, by)
    if found := Fact.objects.filter(pk=key, subject=locked).first():
        return found
    if fact.report is not None:
        read = IntelligenceReport.objects.visible_to(by).filter(withdrawn_at=None, links__subject=locked)
        get_visible(read.filter(pk=fact.report.pk))
    first = fact.first_on or timezone.localdate()
    made = Fact.objects.create(
        pk=free_key(Fact, key), subject=locked, text=fact.text, grade=fact.grade, report=fact.report,
        source="" if fact.report else fact.source, first_on=first, confirmed_on=first, confirmed_by=by,
    )  # fmt: skip
    record(Action.FACT_ADDED, by=by, obj=made, about=[locked.pk])
    return made


@transaction.atomic
def confirm_fact(*, fact: Fact, by: User) -> Fact:
    """It is still so, as of today."""
    _lock(fact.subject, by)
    fact.confirmed_on, fact.confirmed_by, fact.removed_at, fact.removed_by = (
        timezone.localdate(),
        by,
        None,
        None,
    )
    fact.save(update_fields=["confirmed_on", "confirmed_by", "removed_at", "removed_by"])
    record(Action.FACT_CONFIRMED, by=by, obj=fact, about=[fact.subject_id])
    return fact


@transaction.atomic
def remove_fact(*, fact: Fact, by: User) -> Fact:
    """It was not confirmed, or is wrong: readers no longer see it. The unit can confirm it again."""
    _lock(fact.subject, by)
    fact.removed_at, fact.removed_by = timezone.now(), by
    fact.save(update_fields=["removed_at", "removed_by"])
    record(Action.FACT_REMOVED, by=by, obj=fact, about=[fact.subject_id])
    return fact


@transaction.atomic
def merge(*, kept: Subject, merged: Subject, reason: str, by: User) -> SubjectMerge:
    """Two records are one subject: everything of the second is shown under the first, and its names are kept there."""
    if kept.pk == merged.pk:
        raise NotAllowedNow("This is the same record. Enter the reference of the other one.")
    first, second = (_lock(each, by) for each in sorted((kept, merged), key=lambda each: each.pk))
    kept, merged = (first, second) if first.pk == kept.pk else (second, first)
    if kept.kind != merged.kind:
        raise NotAllowedNow("Only two records of one kind can be merged.")
    names = dict.fromkeys([*names_of(kept)[1:], *names_of(merged)])
    done = SubjectMerge(kept=kept, merged=merged, other_names=kept.other_names, reason=reason, merged_by=by)
    for field in _hanging():
        done.moved[str(field)] = _move(field, {field.name: merged}, to=kept)
    kept.other_names = ", ".join(name for name in names if name != kept.name)[:LONGEST_NAMES]
    merged.merged_into = kept
    kept.save(update_fields=["other_names"])
    merged.save(update_fields=["merged_into"])
    done.save(force_insert=True)
    record(Action.SUBJECTS_MERGED, by=by, obj=kept, reason=reason, about=[merged.pk])
    return done


@transaction.atomic
def unmerge(*, done: SubjectMerge, by: User) -> Subject:
    """They are two after all: what was moved goes back."""
    kept, merged = _lock(done.kept, by), Subject.objects.select_for_update().get(pk=done.merged_id)
    if done.undone_at is not None or merged.merged_into_id != kept.pk:
        raise NotAllowedNow("These records have been taken apart already.")
    for field in _hanging():
        _move(field, {field.name: kept, "pk__in": done.moved.get(str(field), [])}, to=merged)
    merged.merged_into, kept.other_names = None, done.other_names
    merged.save(update_fields=["merged_into"])
    kept.save(update_fields=["other_names"])
    done.undone_at, done.undone_by = timezone.now(), by
    done.save(update_fields=["undone_at", "undone_by"])
    record(Action.SUBJECTS_UNMERGED, by=by, obj=kept, about=[merged.pk])
    return merged


def _hanging() -> list[Any]:
    """Each foreign key of a row about a subject, but for its history: the unit sees all these rows."""
    left = (SubjectReview, SubjectMerge, Subject)
    return [each.field for each in Subject._meta.related_objects if each.related_model not in left]


def _move(field: Any, wanted: dict[str, Any], *, to: Subject) -> list[str]:
    """Those that may go there: a report that names both keeps its link with each."""
    moved = []
    for row in field.model._default_manager.filter(**wanted).select_for_update():
        setattr(row, field.name, to)
        try:
            with transaction.atomic():
                row.save(update_fields=[field.name])
        except IntegrityError:
            continue
        moved.append(str(row.pk))
    return moved


@transaction.atomic
def record_subject_view(*, subject: Subject, cases: Collection[uuid.UUID], by: User) -> None:
    """Note that a subject was looked at, and which children's cases stood on its page."""
    record(Action.SUBJECT_VIEWED, by=by, obj=subject, cases=cases)


@transaction.atomic
def record_subjects(*, shown: Collection[Subject], by: User, searched: str = "", **detail: Any) -> None:
    """Note that a list of subjects was read, and the words that were sought, blinded."""
    words = {"words": blinded_words(searched)} if searched else {}
    said = {**detail, **words, "shown": [str(each.pk) for each in shown]}
    record(Action.SUBJECTS_LISTED, by=by, detail=said, about=[each.pk for each in shown])


def _lock(subject: Subject, by: User) -> Subject:
    gate.require(by, Permission.INTELLIGENCE_GRADE)
    locked = get_visible(Subject.objects.visible_to(by).filter(pk=subject.pk).select_for_update(of=("self",)))
    if locked.merged_into_id is not None:
        raise NotAllowedNow("This record was merged. Work on the one that was kept.")
    return locked
