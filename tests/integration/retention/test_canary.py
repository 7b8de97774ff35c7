"""After a disposal nothing of the child is left in any table, file or queue, and the audit is still whole."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.db import connection, models
from django.db.models import QuerySet
from django.utils import timezone

from cases.choices import (
    AddressKind,
    ConcernOutcome,
    ConfidentialReason,
    EmergencyKind,
    HarmStatus,
    HealthTopic,
    InterviewStep,
    RiskCategory,
)
from cases.models import Case, Concern, ConcernMention, OtherName
from cases.selectors.emergency import Sought
from cases.services import access, addresses, assessments, concerns, emergency, health, missing, triage
from cases.services import subject_access as showing
from cse_portal import acting
from cse_portal.audit import sealing, verification
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import notify, run_job
from cse_portal.keys import new_key
from intelligence.models import IntelligenceLine, Link, PersonOfConcern, SubmissionSource
from intelligence.services import drafts as intelligence_drafts
from mase.models import CmogMinutes, MaseMeeting
from mase.services import cmog_minutes, minutes
from mase.services.cmog_minutes.snapshots import is_unchanged
from mase.services.sections import Edit
from reporting.models import Disposal
from reporting.models.fates import FILES, GOES, MOVING
from reporting.selectors.dry_run import dry_run
from reporting.tasks import dispose_due
from tests.architecture.test_fates import BY_TABLE
from tests.cast import Cast
from tests.database import superuser
from tests.factories import actions, subject_access
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import agreed_minutes as agreed_cmog
from tests.factories.cmog import corrected, end_cmog, item_of, send_out, start_cmog, write
from tests.factories.cmog import objected as cmog_objected
from tests.factories.concerns import make_concern, make_draft, verdict
from tests.factories.documents import make_document
from tests.factories.intelligence import make_report
from tests.factories.minutes import agreed, circulated, objected
from tests.factories.missing import went_missing
from tests.factories.retention import BORN_LONG_AGO, approved, close, due_case, lift_every_hold
from tests.integration.retention.fullness import fill_case, fill_intelligence, fill_meeting, fill_retention
from tests.integration.retention.test_disposing import make_nominal

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "Zebrawood"
NOT_TYPED = ("stored_as", "file", "content_type", "encrypted")
# What was shown to the child has the canary from what it was taken from, and cannot be written to.
FROZEN = {
    "cases_subjectaccessrequest", "cases_subjectaccessitem", "cases_subjectaccesspassage", "cases_disclosure",
}  # fmt: skip
LEAST_WIDTH = 100  # narrower columns hold codes and references


@pytest.fixture
def full_case(cast: Cast, settings: Any, tmp_path: Path) -> Case:
    """One child with something in nearly every table, and the canary's name in every text of it."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")
    settings.STORAGES = {
        **configured.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    lift_every_hold(cast)
    case = make_case(
        cast, child=make_child(given_name=CANARY, date_of_birth=BORN_LONG_AGO), category=RiskCategory.LOW
    )
    access.share(
        case=case, to=cast.agency("health"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=False,
        by=cast.practitioner,
    )  # fmt: skip
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip
    judgement = assessments.Judgement(
        RiskCategory.LOW, HarmStatus.H1, f"{CANARY} is worried.", "Recent signs"
    )
    assessments.record_assessment(
        case=case, answers=assessments.Answers(), judgement=judgement, by=cast.practitioner, key=new_key()
    )
    add = verdict(ConcernOutcome.ADD_TO_CASE, case=case)
    triage.decide(concern=make_concern(cast.practitioner, given_name=CANARY), verdict=add, by=cast.manager)
    make_document(cast, case, title=f"About {CANARY}", content=f"{CANARY} was seen.".encode())
    emergency.break_glass(
        sought=Sought(reference=case.reference),
        kind=EmergencyKind.DANGER,
        reason="At the hospital",
        by=cast.duty,
    )
    meeting = actions.running(cast, case, people=[cast.health])
    fill_meeting(cast, meeting, actions.agreed(cast, meeting), CANARY)
    agreed_minutes(cast, actions.end(cast, meeting))
    health.add_note(
        case=case, topic=HealthTopic.GENERAL, happened_on=timezone.localdate(), text=f"{CANARY} sleeps badly.",
        for_others=f"{CANARY} is seen monthly.", by=cast.health,
    )  # fmt: skip
    episode = went_missing(cast, case, days=5)
    told = missing.Step(
        InterviewStep.HELD, timezone.now(), cast.agency("health"), interviewer="Ola Hart", is_independent=True,
        text=f"{CANARY} was cold.",
    )  # fmt: skip
    missing.interview(episode=episode, step=told, by=cast.practitioner)
    addresses.record_address(
        case=case, kind=AddressKind.PLACEMENT, address=f"1 {CANARY} Lane", reason=ConfidentialReason.RISK,
        by=cast.practitioner,
    )  # fmt: skip
    held = start_cmog(cast)
    item = write(item_of(held, case=case), notes=f"{CANARY} was talked about.", by=cast.manager)
    end_cmog(cast, held)
    cmog_minutes.save_wording(item=item, text=f"{CANARY}, as worded.", edit=Edit(0), by=cast.manager)
    send_out(cast, held)
    said = cmog_objected(held, item, by=cast.police, text=f"{CANARY} was elsewhere.")
    cmog_minutes.answer(objection=said, accepted=False, reason=f"{CANARY} was there.", by=cast.manager)
    agreed_cmog(cast, held)
    corrected(cast, held, item, text=f"{CANARY} was late.")
    report = make_report(cast)
    Link.objects.create(report=report, case=case, linked_by=cast.police)
    fill_intelligence(cast, report, CANARY)
    fill_case(cast, case, CANARY)
    fill_retention(cast, case, CANARY)
    notify(user=cast.practitioner, text="There is something new.", url=f"/cases/{case.reference}/")
    subject_access.disclosed(case, cast.manager, subject_access.second_reader(cast))
    for job in Job.objects.filter(kind=showing.JOB):
        run_job(job_id=job.pk)
    return close(case, cast)


def test_nothing_of_the_child_is_left_anywhere(cast: Cast, full_case: Case) -> None:
    write_canary_into_every_text(full_case)
    sealing.seal_all()
    plan = planned(full_case)
    files = plan[FILES]
    assert (
        len(files) == 6
    )  # a document, two versions of minutes for two audiences, what was shown to the child
    assert all(default_storage.exists(name) for name in files)
    assert [each.table for each in GOES if not plan[each.table]] == [], "who adds a table that goes, fills it"
    assert len(tables_with(CANARY)) >= 50
    signed = approved(cast, full_case.reference)
    beside = dry_run("case", full_case.pk).beside
    assert beside["values"] > 100

    assert dispose_due() == 1

    done = Disposal.objects.get(pk=signed.pk)
    signed_counts = {table: n for table, n in signed.counts.items() if table not in MOVING}
    assert {table: n for table, n in done.done_counts.items() if table not in MOVING} == signed_counts
    assert tables_with(CANARY) == []
    assert tables_with(CANARY.encode().hex()) == []
    assert rows_left(plan) == []
    assert done.files_left == []
    assert not any(default_storage.exists(name) for name in files)
    assert not any(CANARY.encode() in path.read_bytes() for path in stored_files())
    assert not any(CANARY.encode() in said for said in everything_in_redis())
    sealing.seal_all()
    assert tables_with(CANARY) == []
    assert verification.problems() == []
    assert is_unchanged(CmogMinutes.objects.get()), "what the CMOG said of others can still be proved"
    # That it happened stays: who did what, and which row was changed, by key alone.
    assert AuditEvent.objects.filter(case_id=full_case.pk).exists()
    assert Change.objects.filter(case_id=full_case.pk, operation="DELETE").exists()


@pytest.fixture
def sealed_at(settings: Any, tmp_path: Path) -> Path:
    """Where the sealer's sink is."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")
    return tmp_path / "seals"


def test_a_childs_name_goes_from_other_childrens_bundles_too(cast: Cast, sealed_at: Path) -> None:
    """That Tamsin's name stood in Robyn's bundle as another child's, with her key, tells that there was a record."""
    lift_every_hold(cast)
    robyn = make_case(cast)
    concern = make_concern(cast.practitioner, worry="Tamsin Oakley was there.")
    triage.decide(concern=concern, verdict=verdict(ConcernOutcome.ADD_TO_CASE, case=robyn), by=cast.manager)
    tamsin = due_case(cast, given_name="Tamsin", family_name="Oakley")
    signed = approved(cast, tamsin.reference)
    subject_access.assembled(robyn, cast.manager)  # within the month, which stops nothing

    def hers() -> QuerySet[OtherName]:
        return OtherName.objects.filter(source="cases.Child", source_id=tamsin.child_id)

    with acting.for_the_system():
        assert hers().exists()
    sealing.seal_all()
    assert any(str(tamsin.child_id) in words for words in still_opened("cases_othername"))
    assert dispose_due() == 1
    assert Disposal.objects.get(pk=signed.pk).state == "done"
    with acting.for_the_system():
        assert not hers().exists()
    sealing.seal_all()
    assert not any(str(tamsin.child_id) in words for words in still_opened()), "nor what the audit kept of it"
    assert any("Oakley was there" in words for words in still_opened()), "what is Robyn's stays with her"
    assert verification.problems() == []


def test_a_person_of_concerns_name_goes_from_bundles_too(cast: Cast, sealed_at: Path) -> None:
    lift_every_hold(cast)
    robyn = make_case(cast)
    request = subject_access.assembled(robyn, cast.manager)
    person = PersonOfConcern.objects.create(
        reference="POC-Rowan",
        given_name="Rowan",
        family_name="Kestrel",
        standing="SUSPECTED",
        added_by=cast.police,
    )
    then = timezone.now() - dt.timedelta(days=400)
    PersonOfConcern.objects.filter(pk=person.pk).update(added_at=then, standing_since=then.date())
    named = {"source": "intelligence.PersonOfConcern", "source_id": person.pk}
    OtherName.objects.create(
        request=request, name="Rowan Kestrel", known_from="Named in a police report", **named
    )
    sealing.seal_all()
    assert any("Rowan Kestrel" in words for words in still_opened("cases_othername"))
    approved(cast, person.reference)
    assert dispose_due() == 1
    with acting.for_the_system():
        assert not OtherName.objects.filter(**named).exists()
    sealing.seal_all()
    assert not any("Rowan Kestrel" in words for words in still_opened())
    assert verification.problems() == []


def test_what_was_decided_of_a_name_goes_with_whose_bundle_it_stood_in(cast: Cast, sealed_at: Path) -> None:
    """Why Rowan's name stays in Robyn's bundle tells of Robyn: it goes with her, though he is still on record."""
    lift_every_hold(cast)
    robyn = make_case(cast, child=make_child(date_of_birth=BORN_LONG_AGO), category=RiskCategory.LOW)
    request = subject_access.assembled(robyn, cast.manager)
    person = make_nominal(cast, "Rowan")
    name = OtherName.objects.create(
        request=request, name="Rowan Kestrel", known_from="Named in a police report",
        source="intelligence.PersonOfConcern", source_id=person.pk,
    )  # fmt: skip
    OtherName.objects.filter(pk=name.pk).update(choice="STAYS", reason="Robyn lives with him.")
    showing.close(request=request, reason="They no longer want it", by=cast.manager)
    close(robyn, cast)
    sealing.seal_all()
    assert any("Robyn lives with him" in words for words in still_opened())
    approved(cast, robyn.reference)
    assert dispose_due() == 1
    sealing.seal_all()
    assert PersonOfConcern.objects.filter(pk=person.pk).exists()
    assert not any("Robyn lives with him" in words for words in still_opened())


def test_nothing_of_a_discarded_draft_is_left(cast: Cast, settings: Any, tmp_path: Path) -> None:
    """Priya writes of Zebrawood, says who told her, and sends none of it."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")
    concern, submission = make_draft(cast.practitioner), intelligence_drafts.start(by=cast.practitioner)
    kept, told = make_draft(cast.practitioner), {"text": f"{CANARY} was seen."}
    drafts = {str(concern.pk), str(submission.pk)}
    Concern.objects.filter(pk__in=[concern.pk, kept.pk]).update(given_name=CANARY)
    ConcernMention.objects.create(concern=concern, order=1, kind="person", name=f"{CANARY}'s uncle")
    SubmissionSource.objects.update_or_create(submission=submission, defaults={"name": CANARY})
    sealing.seal_all()
    IntelligenceLine.objects.create(submission=submission, order=1, **told)
    Concern.objects.filter(pk=kept.pk).update(given_name="")

    concerns.discard(concern=concern, by=cast.practitioner)
    intelligence_drafts.discard(submission=submission, by=cast.practitioner)

    assert tables_with(CANARY) == ["public.audit_changedvalue"], "of the draft that is still written"
    assert {subject for _, subject, words in kept_values() if CANARY in words} == {str(kept.pk)}
    assert not drafts & {subject for _, subject, _ in kept_values()}
    assert verification.problems() == []
    events = AuditEvent.objects.filter(action=Action.VALUES_ERASED)
    assert {(each.actor, *each.detail["records"]) for each in events} == {(None, pk) for pk in drafts}


def still_opened(of_table: str = "") -> list[str]:
    """What the audit still has of changed rows."""
    return [words for table, _, words in kept_values() if of_table in ("", table)]


def kept_values() -> list[tuple[str, str, str]]:
    """Table, subject and values of every change that has its values."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(
            "SELECT c.of_table, v.subject::text, jsonb_build_array(v.before, v.after)::text"
            " FROM audit_changedvalue v JOIN audit_change c ON c.id = v.change_id"
        )
        return list(cursor.fetchall())


def planned(case: Case) -> dict[str, list[str]]:
    """The keys of what goes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention.plan('case', %s)", [str(case.pk)])
        told = cursor.fetchone()[0]
    return json.loads(told) if isinstance(told, str) else told


def agreed_minutes(cast: Cast, meeting: MaseMeeting) -> None:
    """Objected to, agreed, and added to."""
    circulated(cast, meeting)
    objection = objected(meeting, by=cast.practitioner, text=f"{CANARY} was seen on Tuesday.")
    minutes.answer(objection=objection, accepted=False, reason=f"{CANARY} said Monday.", by=cast.manager)
    agreed(cast, meeting)
    added = f"{CANARY} had meant Tuesday."
    minutes.add_addendum(meeting=meeting, key=new_key(), text=added, by=cast.manager)


def write_canary_into_every_text(case: Case) -> None:
    """Whatever people type lies in some of these columns."""
    plan = planned(case)
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET ROLE cse_owner")  # nobody else changes what is agreed
        for each in GOES:
            columns = list(text_columns(BY_TABLE[each.table])) if each.table not in MOVING else []
            if columns and plan[each.table] and each.table not in FROZEN:
                said = ", ".join(
                    f"{column} = CASE WHEN {column} = '' THEN '' ELSE left('{CANARY} ' || {column}, {width}) END"
                    for column, width in columns
                )
                keys = ", ".join(f"'{key}'" for key in plan[each.table])
                cursor.execute(f"UPDATE {each.table} SET {said} WHERE id IN ({keys})")


def text_columns(model: type[models.Model]) -> Iterator[tuple[str, int]]:
    """The columns that hold words, with the most they hold."""
    for field in model._meta.fields:
        width = field.max_length or 4000
        is_words = (
            isinstance(field, models.TextField)
            or isinstance(field, models.CharField)
            and width >= LEAST_WIDTH
        )
        if is_words and not isinstance(field, models.URLField) and field.name not in NOT_TYPED:
            yield field.column, width


def tables_with(words: str) -> list[str]:
    """Every table, of every schema, a row of which has these words in any column."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table} t WHERE t::text ILIKE %s)", [f"%{words}%"])
            if cursor.fetchone() == (True,):
                found.append(table)
    return sorted(found)


def rows_left(plan: dict[str, list[str]]) -> list[str]:
    """Tables in which a row of the plan still stands."""
    left = []
    with superuser(connection.settings_dict["NAME"]) as cursor:
        for each in GOES:
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {each.table} WHERE id::text = ANY (%s::text[]))",
                [plan[each.table]],
            )
            if cursor.fetchone() == (True,):
                left.append(each.table)
    return left


def stored_files() -> list[Path]:
    """Whatever lies in the portal's files."""
    return [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()]


def everything_in_redis() -> Iterator[bytes]:
    """Every key and what it holds, as Redis would dump it."""
    server = redis.Redis.from_url(configured.CELERY_BROKER_URL)
    for key in server.scan_iter():
        yield key
        yield server.dump(key) or b""
