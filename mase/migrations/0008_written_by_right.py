"""What a meeting, its plan and its disagreements say is written by whom their services let.

As mase/policies says it: who runs a meeting, who works on the case, who takes the minutes, whose agency it is. Nobody who
sees the case in an emergency alone, which is for looking. Asked of each row that is written: a page that only reads asks
none of it.
"""

from django.db import migrations

from cse_portal.access.row_security import by_anybody, by_right

RIGHTS = """
-- The case that a part of a meeting hangs on. Asked as the owner, of a trigger that is: as gate.case_behind.
CREATE FUNCTION gate.case_behind_part(row_ jsonb) RETURNS uuid
LANGUAGE plpgsql STABLE COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    meeting uuid := (row_ ->> 'meeting_id')::uuid;
BEGIN
    IF row_ ? 'case_id' THEN
        RETURN (row_ ->> 'case_id')::uuid;
    ELSIF row_ ? 'action_id' THEN
        RETURN (SELECT a.case_id FROM mase_planaction a WHERE a.id = (row_ ->> 'action_id')::uuid);
    ELSIF row_ ? 'minutes_id' THEN
        SELECT m.meeting_id INTO meeting FROM mase_minutes m WHERE m.id = (row_ ->> 'minutes_id')::uuid;
    ELSIF row_ ? 'version_id' THEN
        SELECT m.meeting_id INTO meeting FROM mase_minutesversion v JOIN mase_minutes m ON m.id = v.minutes_id
        WHERE v.id = (row_ ->> 'version_id')::uuid;
    ELSIF row_ ? 'danger_id' THEN
        SELECT d.meeting_id INTO meeting FROM mase_dangerstatement d WHERE d.id = (row_ ->> 'danger_id')::uuid;
    ELSIF row_ ? 'invitation_id' THEN
        SELECT i.meeting_id INTO meeting FROM mase_invitation i WHERE i.id = (row_ ->> 'invitation_id')::uuid;
    END IF;
    RETURN (SELECT m.case_id FROM mase_masemeeting m WHERE m.id = meeting);
END
$$;
REVOKE ALL ON FUNCTION gate.case_behind_part FROM PUBLIC;
CREATE FUNCTION gate.guard_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, gate.case_behind_part(COALESCE(is_now, was)), was, is_now,
                                        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]);
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
-- Who runs a meeting, and the minute taker who was asked by name or comes in their place.
CREATE FUNCTION gate.takes_notes(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    of_case uuid := (SELECT m.case_id FROM mase_masemeeting m WHERE m.id = which);
BEGIN
    RETURN gate.opens('MEETING_CHAIR') AND gate.works_on(of_case)
        OR gate.sees_case_beyond_emergency(of_case) AND EXISTS (
            SELECT FROM mase_invitation i
            WHERE i.meeting_id = which AND i.role = 'MIN' AND i.agency_id = me.agency_id
              AND (i.person_id = me.user_id AND i.deputy_id IS NULL OR i.deputy_id = me.user_id));
END
$$;
-- An agenda is set out by who books the meeting and gone through by who runs it; what was said is also noted by who takes
-- the minutes.
CREATE FUNCTION gate.guard_agenda() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
    said text[] := ARRAY['notes', 'version', 'saved_at', 'saved_by_id'];
BEGIN
    IF to_jsonb(NEW) - said = was - said AND gate.takes_notes(OLD.meeting_id) THEN
        RETURN NEW;
    END IF;
    PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, gate.case_behind_part(to_jsonb(NEW)), was, to_jsonb(NEW),
                                        '', 'MEETING_CHAIR', '*');
    RETURN NEW;
END
$$;
-- What an agency brings it writes itself, as its policy says; else who takes notes, of what is for everybody at the table.
CREATE FUNCTION gate.guard_information() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT COALESCE(TG_OP = 'UPDATE' AND (
            NEW.agency_id = gate.agency_id()
            OR TG_TABLE_NAME = 'mase_agencyinformation' AND gate.takes_notes(NEW.meeting_id)), false) THEN
        PERFORM gate.refuse_unless_by_right(
            TG_TABLE_NAME, gate.case_behind_part(to_jsonb(NEW)), CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END,
            to_jsonb(NEW), 'MEETING_CHAIR', 'MEETING_CHAIR', '*');
    END IF;
    RETURN NEW;
END
$$;
-- One answers for oneself, in whose place one comes, or for one's agency, as its policy says; for others who works on the
-- case.
CREATE FUNCTION gate.guard_answer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    IF TG_OP <> 'INSERT' OR NOT EXISTS (
            SELECT FROM mase_invitation i WHERE i.id = NEW.invitation_id AND i.agency_id = me.agency_id
            AND (i.person_id IS NULL OR me.user_id IN (i.person_id, i.deputy_id))) THEN
        PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, gate.case_behind_part(COALESCE(is_now, was)), was, is_now,
                                            '', '', '');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
-- Points for professionals only are also answered by who else at the table has that part: as their policy says.
CREATE FUNCTION gate.guard_step_down() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    which uuid := gate.case_behind_part(COALESCE(is_now, was));
BEGIN
    IF NOT COALESCE((is_now ->> 'restricted')::boolean, true) OR NOT COALESCE((was ->> 'restricted')::boolean, true)
       OR NOT COALESCE(gate.sees_case_beyond_emergency(which), false) THEN
        PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, which, was, is_now, 'MEETING_CHAIR', 'MEETING_CHAIR', '*');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
"""
MINUTES = """
-- When they are due moves with a clock that stood still; all else of them is the chair's.
CREATE FUNCTION gate.guard_minutes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
    is_now jsonb := to_jsonb(NEW);
    by_whom text := CASE WHEN is_now - 'due_on' = was - 'due_on' THEN '' ELSE 'MEETING_CHAIR' END;
BEGIN
    PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, gate.case_behind_part(is_now), was, is_now,
                                        'MEETING_CHAIR', by_whom, '*');
    RETURN NEW;
END
$$;
-- Sent out by the chair. Whoever reads them asks once more for copies that could not be made; that they are made the
-- portal says.
CREATE FUNCTION gate.guard_minutes_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, gate.case_behind_part(to_jsonb(NEW)), NULL, to_jsonb(NEW),
                                            'MEETING_CHAIR', '', '');
    ELSIF to_jsonb(NEW) - 'job_id' <> to_jsonb(OLD) - 'job_id' THEN
        PERFORM gate.refuse('no person writes that a copy of minutes was made');
    END IF;
    RETURN NEW;
END
$$;
-- That one read them one says oneself, also in an emergency; who was told of them, and until when they may object, the
-- chair.
CREATE FUNCTION gate.guard_minutes_reader() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
    is_now jsonb := to_jsonb(NEW);
BEGIN
    IF NEW.person_id IS DISTINCT FROM gate.user_id()
       OR (is_now ->> 'told_at', is_now ->> 'objections_until')
          IS DISTINCT FROM (was ->> 'told_at', was ->> 'objections_until') THEN
        PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, gate.case_behind_part(is_now), was, is_now,
                                            'MEETING_CHAIR', 'MEETING_CHAIR', '*');
    END IF;
    RETURN NEW;
END
$$;
-- Who takes part objects, for the family who works on the case; and that is who answers.
CREATE FUNCTION gate.guard_objection() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
    which uuid := gate.case_behind_part(to_jsonb(NEW));
BEGIN
    IF NOT COALESCE(was IS NULL AND NEW.seat_id IS NULL AND gate.sees_case_beyond_emergency(which), false) THEN
        PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, which, was, to_jsonb(NEW), '',
            '', 'accepted answer answered_by_id answered_at');
    END IF;
    RETURN NEW;
END
$$;
"""
PLAN = """
-- Who runs the plan in which an action about a child was agreed; of one about no child, who writes on its item.
CREATE FUNCTION gate.runs_plan(of_case uuid, of_item uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN CASE
        WHEN of_case IS NULL THEN gate.writes_on_cmog_item(of_item)
        ELSE gate.opens('MEETING_CHAIR') AND gate.works_on(of_case)
             OR of_item IS NOT NULL AND gate.opens('CMOG_RUN') AND gate.sees_case_beyond_emergency(of_case) END;
END
$$;
-- Agreed by who runs the meeting, or under an item of a CMOG by who writes on that.
CREATE FUNCTION gate.agrees_action(of_case uuid, of_item uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN gate.runs_plan(of_case, of_item)
        OR of_item IS NOT NULL AND gate.opens('CMOG_WRITE') AND gate.sees_case_beyond_emergency(of_case);
END
$$;
-- What became of it is written by its agency, too; its words, its day and what the chair says of it are not. Who reads it
-- is said of all that it continues at once, whoever chaired what those were agreed at.
CREATE FUNCTION gate.guard_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    done text[] := ARRAY['state', 'measure_of_success', 'outcome', 'effect_on_child', 'done_on', 'completed_at',
                         'completed_by_id', 'owner_id', 'version'];
    readers text[] := ARRAY['restricted', 'version'];
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    of_case uuid := COALESCE(is_now, was) ->> 'case_id';
    of_item uuid := COALESCE(is_now, was) ->> 'cmog_item_id';
BEGIN
    IF NOT COALESCE(CASE
        WHEN TG_OP <> 'UPDATE' THEN gate.agrees_action(of_case, of_item)
        WHEN is_now = was OR gate.runs_plan(of_case, of_item) THEN true
        WHEN of_case IS NOT NULL AND is_now - readers = was - readers AND gate.opens('CMOG_RUN') THEN
            gate.sees_case_beyond_emergency(of_case)
        ELSE is_now - done = was - done AND OLD.agency_id = gate.agency_id()
             AND (of_case IS NULL OR gate.sees_case_beyond_emergency(of_case)) END, false) THEN
        PERFORM gate.refuse('only those who do an action, or run its plan, write of it what is theirs');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
-- What is said of an action is added by the same, and stays.
CREATE FUNCTION gate.guard_action_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM gate.refuse('what stands in the history of an action is not written again');
    ELSIF NOT EXISTS (
            SELECT FROM public.mase_planaction a WHERE a.id = NEW.action_id AND (
                gate.runs_plan(a.case_id, a.cmog_item_id)
                OR a.agency_id = gate.agency_id() AND a.case_id IS NULL
                OR (a.agency_id = gate.agency_id() OR gate.opens('CMOG_RUN'))
                   AND gate.sees_case_beyond_emergency(a.case_id))) THEN
        PERFORM gate.refuse('only those who do an action, or run its plan, report on it');
    END IF;
    RETURN NEW;
END
$$;
-- What a CMOG says of a child is written by nobody who sees the case in an emergency alone. They may set out its agenda.
CREATE FUNCTION gate.guard_cmog_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.case_id IS NOT NULL AND (TG_OP = 'UPDATE' OR OLD.notes <> '' OR OLD.decision <> '' OR OLD.deferred_reason <> '')
       AND NOT COALESCE(gate.sees_case_beyond_emergency(OLD.case_id), false) THEN
        PERFORM gate.refuse('only those who see a case beyond an emergency write what a CMOG says of it');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
"""
DISAGREEMENTS = """
-- Either agency, and who runs the child's meetings.
CREATE FUNCTION gate.speaks_in_disagreement(of_case uuid, VARIADIC of_agencies uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN gate.agency_id() = ANY (of_agencies) AND gate.sees_case_beyond_emergency(of_case)
        OR gate.opens('MEETING_CHAIR') AND gate.works_on(of_case);
END
$$;
-- Raised for one's own agency; what is disagreed about stays. Whom it was raised with does not say that it is over.
CREATE FUNCTION gate.guard_disagreement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    goes_on text[] := ARRAY['stage', 'due_on', 'immediate_safety', 'last_told_at', 'state', 'outcome_code', 'outcome',
                            'learning', 'ended_at', 'ended_by_id'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT COALESCE(NEW.agency_id = gate.agency_id() AND gate.sees_case_beyond_emergency(NEW.case_id), false) THEN
            PERFORM gate.refuse('only those who see a case beyond an emergency disagree, for their own agency');
        END IF;
    ELSIF to_jsonb(NEW) - goes_on <> to_jsonb(OLD) - goes_on THEN
        PERFORM gate.refuse('what was disagreed about is not written again');
    ELSIF to_jsonb(NEW) <> to_jsonb(OLD)
          AND NOT COALESCE(gate.speaks_in_disagreement(OLD.case_id, OLD.agency_id, OLD.against_id)
                           AND (OLD.against_id <> gate.agency_id()
                                OR (NEW.state, NEW.outcome_code, NEW.outcome, NEW.learning)
                                   = (OLD.state, OLD.outcome_code, OLD.outcome, OLD.learning)), false) THEN
        PERFORM gate.refuse('only those who disagree, or run meetings, take a disagreement further');
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION gate.guard_disagreement_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.mase_disagreement d WHERE d.id = NEW.disagreement_id
                   AND gate.speaks_in_disagreement(d.case_id, d.agency_id, d.against_id)) THEN
        PERFORM gate.refuse('only those who disagree, or run meetings, take a disagreement further');
    END IF;
    RETURN NEW;
END
$$;
"""
NO_RIGHTS = """
DROP FUNCTION gate.guard_disagreement_part;
DROP FUNCTION gate.guard_disagreement;
DROP FUNCTION gate.speaks_in_disagreement;
DROP FUNCTION gate.guard_cmog_words;
DROP FUNCTION gate.guard_action_history;
DROP FUNCTION gate.guard_plan;
DROP FUNCTION gate.agrees_action;
DROP FUNCTION gate.runs_plan;
DROP FUNCTION gate.guard_objection;
DROP FUNCTION gate.guard_minutes_reader;
DROP FUNCTION gate.guard_minutes_version;
DROP FUNCTION gate.guard_minutes;
DROP FUNCTION gate.guard_step_down;
DROP FUNCTION gate.guard_answer;
DROP FUNCTION gate.guard_information;
DROP FUNCTION gate.guard_agenda;
DROP FUNCTION gate.takes_notes;
DROP FUNCTION gate.guard_part;
DROP FUNCTION gate.case_behind_part;
"""
# By which permissions a row is added or taken away, by which it is written again, and what of it.
CHAIR = "guard_part('MEETING_CHAIR', 'MEETING_CHAIR', '*')"
CHAIR_ONCE = "guard_part('MEETING_CHAIR', '', '')"
WORKS = "guard_part('', '', '*')"
PORTAL = "guard_for_the_system()"
CALLS = {
    **dict.fromkeys(
        (
            "mase_assent", "mase_attendance", "mase_dangerstatement", "mase_decision", "mase_dissent",
            "mase_mapentry", "mase_minuteswording", "mase_safetygoal", "mase_scalescore",
        ),
        CHAIR,
    ),
    **dict.fromkeys(
        ("mase_actionnotice", "mase_brokenoff", "mase_chairpassed", "mase_minutesaddendum"), CHAIR_ONCE
    ),
    **dict.fromkeys(
        (
            "mase_calendarentry", "mase_childvoice", "mase_clockpause", "mase_invitation", "mase_latereason",
            "mase_masemeeting",
        ),
        WORKS,
    ),
    **dict.fromkeys(("mase_reportreminder", "mase_transitionentry"), "guard_part('', '', '')"),
    **dict.fromkeys(
        (
            "mase_agreedrecord", "mase_clocknotice", "mase_minutesaction", "mase_minutescopy", "mase_transitionprompt",
        ),
        PORTAL,
    ),
    "mase_actionupdate": "guard_action_history()",
    "mase_agencyinformation": "guard_information()",
    "mase_agendaitem": "guard_agenda()",
    "mase_cmogitem": "guard_cmog_words()",
    "mase_disagreement": "guard_disagreement()",
    **dict.fromkeys(
        ("mase_disagreementanswer", "mase_disagreementstage", "mase_stagecall"), "guard_disagreement_part()"
    ),
    "mase_invitationanswer": "guard_answer()",
    "mase_minutes": "guard_minutes()",
    "mase_minutesobjection": "guard_objection()",
    "mase_minutesreader": "guard_minutes_reader()",
    "mase_minutesversion": "guard_minutes_version()",
    "mase_planaction": "guard_plan()",
    "mase_restrictedinformation": "guard_information()",
    "mase_stepdownpoint": "guard_step_down()",
}  # fmt: skip
# Where rows neither go nor are written again no right is left to ask for.
WRITING = {
    **dict.fromkeys(
        (
            "mase_agencyinformation", "mase_agendaitem", "mase_disagreement", "mase_minutes", "mase_minutesobjection",
            "mase_minutesreader", "mase_minutesversion", "mase_restrictedinformation",
        ),
        "INSERT OR UPDATE",
    ),
    **dict.fromkeys(("mase_disagreementanswer", "mase_disagreementstage", "mase_stagecall"), "INSERT"),
    "mase_cmogitem": "DELETE OR UPDATE OF notes, decision, deferred_at, deferred_by_id, deferred_reason",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("mase", "0007_guarded"), ("cases", "0008_written_by_right")]
    operations = [
        migrations.RunSQL(RIGHTS + MINUTES + PLAN + DISAGREEMENTS, NO_RIGHTS),
        migrations.RunSQL(by_right(CALLS, writing=WRITING), by_anybody(CALLS)),
    ]
