"""What was written of one submission or report, or linked with it, is not taken to another, whose rules somebody passes.

Nor does anybody make a submission their own, which its author reads as long as they work there; or write anew what was
sent, asked or answered.
"""

from django.db import migrations

from cse_portal.access.row_security import guard, move_again, stay, unguard

GUARDS = """
-- From its author to the unit, back for more, graded and answered: each step by who takes it, in their own name. See
-- intelligence/services/sending.py and working.py.
CREATE FUNCTION gate.guard_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    me uuid := gate.user_id();
    changes text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM gate.begins_as_draft(to_jsonb(NEW));
        RETURN NEW;
    END IF;
    PERFORM gate.keep_as_sent(to_jsonb(OLD), to_jsonb(NEW),
        '{state, version, received_at, received_by_id, answer_by, graded_at, graded_by_id}');
    changes := gate.changed(to_jsonb(OLD), to_jsonb(NEW));
    IF changes && '{received_at, received_by_id, answer_by}'
       AND (NEW.state <> 'received' OR OLD.state <> 'submitted' OR NEW.received_by_id IS DISTINCT FROM me)
       OR changes && '{graded_at, graded_by_id}'
       AND (NEW.state <> 'graded' OR OLD.state <> 'received' OR NEW.graded_by_id IS DISTINCT FROM me)
       OR 'state' = ANY (changes) AND OLD.state <> 'draft' AND NOT (CASE
            WHEN (OLD.state, NEW.state) = ('returned', 'received') THEN COALESCE(OLD.author_id = me, false)
            ELSE gate.opens('INTELLIGENCE_GRADE') AND (OLD.state, NEW.state) IN (
                ('submitted', 'received'), ('received', 'returned'), ('received', 'graded'), ('graded', 'answered'))
          END) THEN
        PERFORM gate.refuse('no person writes what becomes of a submission but by its next step');
    END IF;
    RETURN NEW;
END
$$;
-- What it says besides its own columns: written with the draft.
CREATE FUNCTION gate.guard_part_of_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.intelligence_intelligencesubmission s
                   WHERE s.id = NEW.submission_id AND s.state = 'draft') THEN
        PERFORM gate.refuse('what was sent stays as it was sent');
    END IF;
    RETURN NEW;
END
$$;
-- Lines also when its author is asked for more; and each is graded by the unit, which changes none of the author's words.
CREATE FUNCTION gate.guard_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    grades text[] := '{source_evaluation, assessment, handling, conditions, sanitised}';
    changes text[] := gate.changed(to_jsonb(OLD), to_jsonb(NEW));
    told record;
BEGIN
    SELECT s.state, s.author_id = gate.user_id() AS mine INTO told
    FROM public.intelligence_intelligencesubmission s WHERE s.id = NEW.submission_id;
    IF TG_OP = 'INSERT' THEN
        IF (told.mine AND told.state IN ('draft', 'returned') AND NEW.handling = '') IS NOT TRUE THEN
            PERFORM gate.refuse('what was sent stays as it was sent');
        END IF;
    ELSIF (changes = '{}' OR told.state = 'draft'
           OR changes <@ grades AND told.state = 'received' AND gate.opens('INTELLIGENCE_GRADE')) IS NOT TRUE THEN
        PERFORM gate.refuse('what was sent stays as it was sent');
    END IF;
    RETURN NEW;
END
$$;
-- The unit asks, its author replies once.
CREATE FUNCTION gate.guard_detail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND gate.opens('INTELLIGENCE_GRADE') AND NEW.asked_by_id = gate.user_id()
       AND NEW.replied_at IS NULL AND NEW.reply = '' THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND gate.changed(to_jsonb(OLD), to_jsonb(NEW)) <@ '{reply, replied_at}'
          AND OLD.replied_at IS NULL AND EXISTS (
            SELECT FROM public.intelligence_intelligencesubmission s
            WHERE s.id = OLD.submission_id AND s.author_id = gate.user_id()) THEN
        RETURN NEW;
    END IF;
    PERFORM gate.refuse('no person writes what another asked or replied');
END
$$;
-- And tells the author what they may know; that they read it is theirs to say.
CREATE FUNCTION gate.guard_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND gate.opens('INTELLIGENCE_GRADE') AND NEW.given_by_id = gate.user_id() THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND gate.changed(to_jsonb(OLD), to_jsonb(NEW)) <@ '{read_by_author_at}' AND EXISTS (
            SELECT FROM public.intelligence_intelligencesubmission s
            WHERE s.id = OLD.submission_id AND s.author_id = gate.user_id()) THEN
        RETURN NEW;
    END IF;
    PERFORM gate.refuse('no person writes what another answered');
END
$$;
"""
NO_GUARDS = """
DROP FUNCTION gate.guard_feedback;
DROP FUNCTION gate.guard_detail;
DROP FUNCTION gate.guard_line;
DROP FUNCTION gate.guard_part_of_submission;
DROP FUNCTION gate.guard_submission;
"""
TABLES = {
    "intelligence_intelligencesubmission": "guard_submission",
    "intelligence_intelligenceline": "guard_line",
    "intelligence_detailrequest": "guard_detail",
    "intelligence_intelligencefeedback": "guard_feedback",
    **dict.fromkeys(
        (
            "intelligence_submissioncontact", "intelligence_submissionplace", "intelligence_submissionsource",
            "intelligence_submissionsubject", "intelligence_submissionvehicle",
        ),
        "guard_part_of_submission",
    ),
}  # fmt: skip
# Which rows go, policies say: reporting/migrations/0004_retention.py.
WRITING = dict.fromkeys(TABLES, "INSERT OR UPDATE")
PARENTS = {
    **dict.fromkeys(
        (
            "intelligence_detailrequest", "intelligence_intelligencefeedback", "intelligence_intelligenceline",
            "intelligence_submissioncontact", "intelligence_submissionplace", "intelligence_submissionsource",
            "intelligence_submissionsubject", "intelligence_submissionvehicle",
            # From what it was made of follows to whom a report is shut: gate.shut_reports.
            "intelligence_intelligencereport",
        ),
        "submission_id",
    ),
    **dict.fromkeys(("intelligence_intelligencereportreader", "intelligence_reportline"), "report_id"),
    "intelligence_disruption": "person_id, place_id",
    "intelligence_link": "report_id, case_id, person_id, place_id, vehicle_id",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0003_watched"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(guard(TABLES, writing=WRITING), unguard(TABLES)),
        migrations.RunSQL(stay(PARENTS), move_again(PARENTS)),
    ]
