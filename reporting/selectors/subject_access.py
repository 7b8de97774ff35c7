"""Everything the portal holds about one child, read once from every floor, for whoever prepares to show it to them.

What that person does not see is not here either: a raw submission to the police, a report with named readers, or a
part of the case that is kept apart and was not shown to them. Health agencies answer for their own detail themselves.
What they see and another of the team does not stays kept apart in the bundle: see cases/querysets.py.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from cases.models import (
    BreakGlass,
    Case,
    CategoryDecision,
    Child,
    ChildAlias,
    ChronologyEntry,
    Concern,
    Disclosure,
    Document,
    Episode,
    HealthNote,
    HealthSummary,
    RiskAssessment,
    SubjectAccessItem,
    SubjectAccessRequest,
)
from cases.selectors.access import Access, who_has_access
from cases.selectors.addresses import hides_home
from cases.selectors.documents import documents_of
from cases.selectors.health import health_notes
from cases.selectors.missing import EpisodeRecord, missing_episodes
from cases.selectors.overview import aliases_of
from cases.selectors.subject_access import whole_items, withheld
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Membership, User
from cse_portal.files import FileUnavailable
from cse_portal.files.store import digest
from cse_portal.jobs.models import Job
from intelligence.choices import Handling
from intelligence.models import IntelligenceReport, PersonOfConcern
from mase.choices import MeetingState, UpdateKind
from mase.models import ActionUpdate, CmogItem, Disagreement, MaseMeeting, PlanAction, TransitionEntry
from mase.selectors.minutes import MinutesTexts, texts_of
from mase.selectors.record import MeetingRecord, record_of


@dataclass(frozen=True)
class WholeRecord:
    """One child's record, oldest first."""

    request: SubjectAccessRequest
    case: Case
    aliases: list[ChildAlias]
    episodes: list[Episode]
    decisions: list[CategoryDecision]
    assessments: list[RiskAssessment]
    concerns: list[Concern]
    chronology: list[ChronologyEntry]
    documents: list[Document]
    access: list[Access]
    police_officers: frozenset[uuid.UUID]
    emergencies: list[BreakGlass]
    hides_home: bool
    missing: list[EpisodeRecord]
    health: list[HealthNote]
    health_summaries: list[HealthSummary]
    meetings: list[MeetingRecord]
    minutes: dict[uuid.UUID, MinutesTexts]
    actions: list[PlanAction]
    cmog: list[CmogItem]
    disagreements: list[Disagreement]
    transition: list[TransitionEntry]
    reports: list[IntelligenceReport]
    people_of_concern: list[PersonOfConcern]


def whole_record(user: User, request: SubjectAccessRequest) -> WholeRecord:
    """All of it, as this person sees it today."""
    case = gate.require(user, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    reports = IntelligenceReport.objects.visible_to(user).about(case, user).filter(handling=Handling.P)
    restricted = gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, case)
    meetings, minutes, actions = _said_at_meetings(user, case, restricted=restricted)
    access = who_has_access(case)
    return WholeRecord(
        request=request,
        case=case,
        aliases=aliases_of(case),
        episodes=list(case.episodes.order_by("opened_at")),
        decisions=list(case.category_decisions.order_by("decided_at")),
        assessments=list(
            case.assessments.select_related("author_agency")
            .prefetch_related("answers")
            .order_by("assessed_at")
        ),
        concerns=_concerns(user, case),
        chronology=list(
            ChronologyEntry.objects.visible_to(user)
            .filter(case=case)
            .select_related("agency")
            .order_by("happened_on", "recorded_at", "pk")
        ),
        documents=list(documents_of(user, case).order_by("uploaded_at")),
        access=access,
        police_officers=_police_officers(access),
        emergencies=list(case.emergencies.select_related("agency").order_by("opened_at")),
        hides_home=hides_home(case),
        missing=missing_episodes(case)[::-1],
        health=list(health_notes(user, case).order_by("happened_on", "recorded_at")),
        health_summaries=list(case.health_summaries.select_related("agency").order_by("written_at")),
        meetings=meetings,
        minutes=minutes,
        actions=actions,
        cmog=list(
            CmogItem.objects.visible_to(user)
            .filter(case=case, meeting__state__in=(MeetingState.ENDED, MeetingState.CANCELLED))
            .select_related("meeting", "action__agency", "wording")
            .prefetch_related("sent__version", "objections__agency", "addenda")
            .order_by("meeting__month", "order")
        ),
        disagreements=_disagreements(case),
        transition=list(TransitionEntry.objects.filter(case=case).select_related("agency")),
        reports=list(reports.order_by("issued_at")),
        people_of_concern=list(
            PersonOfConcern.objects.visible_to(user).filter(links__report__in=reports).distinct()
        ),
    )


def other_children(user: User, request: SubjectAccessRequest) -> list[Child]:
    """The other children this person knows of, so that none is named to this one.

    Never a child they may not know of: to offer the name would tell that there is such a record. What is kept of it
    names the child's key, so that whoever reads the bundle after them is offered the name only if they see that case.
    """
    cases = Case.objects.visible_to(user).exclude(pk=request.case_id)
    rows = Child.objects.filter(case__in=cases).exclude(given_name="").exclude(family_name="")
    return list(rows.only("pk", "given_name", "family_name"))


@dataclass(frozen=True)
class DisclosureFacts:
    """What the file of a disclosure is drawn from."""

    disclosure: Disclosure
    request: SubjectAccessRequest
    items: list[SubjectAccessItem]


def disclosure_facts(disclosure_id: uuid.UUID) -> DisclosureFacts:
    """A disclosure with everything that was decided about it, for the job that draws the file."""
    rows = Disclosure.objects.select_related("request__case__child", "request__case__lead_professional")
    found = rows.get(pk=disclosure_id)
    items = whole_items(found.request)
    # Places in a text mean nothing in another text.
    if any(digest(each.text.encode()) != each.sha256 for item in items for each in item.passages.all()):
        raise FileUnavailable("A text of this disclosure is not the one that was decided about.")
    # Another child's record may be gone since, and with it the name: then the file would show what was to be left out.
    if withheld(items) != found.withheld:
        raise FileUnavailable("This disclosure leaves out something else than the register says.")
    return DisclosureFacts(found, found.request, items)


def may_watch(user: User, job: Job) -> bool:
    """Whoever may take the file may watch it being made."""
    found = Disclosure.objects.visible_to(user).filter(pk=job.payload.get("disclosure")).first()
    return found is not None and gate.can(user, Permission.SUBJECT_ACCESS_PREPARE, found.case)


def _said_at_meetings(
    user: User, case: Case, *, restricted: bool
) -> tuple[list[MeetingRecord], dict[uuid.UUID, MinutesTexts], list[PlanAction]]:
    """What is held of every meeting about the child and of what was agreed there, also where whoever prepares this was
    left out of its minutes.

    The child asks for what the portal holds of them (UK GDPR article 15), not for what one member of staff is sent.
    It goes into the bundle by the meeting's key, so that they do not read it there.
    """
    seen = list(MaseMeeting.objects.visible_to(user).filter(case=case).values_list("pk", flat=True))
    with acting.for_the_system():
        rows = MaseMeeting.objects.filter(pk__in=seen).order_by("scheduled_for")
        rows = rows.select_related("voice", "decision", "case")
        held = list(rows.prefetch_related("clock_pauses", "late_reasons", "broken_off", "chairs_passed"))
        records = [record_of(each, restricted=restricted) for each in held]
        texts = {each.pk: texts_of(each, restricted=restricted) for each in held}
        return records, texts, _actions(case, restricted=restricted)


def _police_officers(access: Iterable[Access]) -> frozenset[uuid.UUID]:
    """Of those who gave access, and those who have it by name, who works or ever worked for the police."""
    people = {each.granted_by.pk for each in access} | {each.holder.pk for each in access if each.is_person}
    rows = Membership.objects.filter(user__in=people, agency__kind=AgencyKind.POLICE)
    return frozenset(rows.values_list("user_id", flat=True))


def _concerns(user: User, case: Case) -> list[Concern]:
    rows = Concern.objects.visible_to(user, of=case).filter(submitted_at__isnull=False)
    return list(
        rows.select_related("author_agency", "decision__responsible_agency")
        .prefetch_related("indicators", "mentions", "addenda")
        .order_by("submitted_at")
    )


def _actions(case: Case, *, restricted: bool) -> list[PlanAction]:
    rows = PlanAction.objects.filter(case=case).leaving_out(restricted=restricted)
    rows = rows.select_related("agency", "goal__danger")
    updates = ActionUpdate.objects.select_related("agency")
    told = updates if restricted else updates.exclude(kind=UpdateKind.READERS)
    return list(rows.prefetch_related(Prefetch("updates", told)).order_by("issued_at", "due_on", "pk"))


def _disagreements(case: Case) -> list[Disagreement]:
    rows = Disagreement.objects.filter(case=case).select_related("agency", "against")
    return list(rows.prefetch_related("stages", "answers__agency").order_by("raised_at"))
