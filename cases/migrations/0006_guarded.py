"""Who a case is about, who leads it and whether it is restricted give sight of it: not everybody who sees it says so.

Nor how it stands: that is written by who works on it, its category and whether it is closed by those who decide them.
Nor does anybody take what was written of one case, concern or request to another, whose rules they pass; or make a
concern their own, which its author reads as long as they work there; or write anew what was sent, said of it later or
decided; or agree to a copy of records in the place of the second person.
"""

from django.db import migrations

from cse_portal.access.row_security import guard, move_again, stay, unguard

GUARD = """
CREATE FUNCTION gate.guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF TG_OP = 'INSERT' THEN
        RETURN NEW;
    ELSIF (NEW.id, NEW.child_id, NEW.reference) IS DISTINCT FROM (OLD.id, OLD.child_id, OLD.reference) THEN
        PERFORM gate.refuse('a case stays the case of its child');
    ELSIF (NEW.is_restricted, NEW.restricted_reason) IS DISTINCT FROM (OLD.is_restricted, OLD.restricted_reason)
          AND NOT (gate.opens('CASE_RESTRICT') AND gate.works_on(OLD.id)) THEN
        PERFORM gate.refuse('only those who may restrict a case do, or lift it');
    ELSIF (NEW.lead_agency_id, NEW.lead_professional_id)
          IS DISTINCT FROM (OLD.lead_agency_id, OLD.lead_professional_id)
          AND NOT (gate.opens('CASE_SHARE') AND gate.works_on(OLD.id)
                   AND (OLD.lead_agency_id = gate.agency_id() OR (gate.me()).role = 'team_manager')) THEN
        PERFORM gate.refuse('only those who lead a case give it to another lead');
    -- Whoever led when a chair left their agency out is not left out with it: gate.left_out_of.
    ELSIF (CASE WHEN (NEW.lead_agency_id, NEW.lead_professional_id)
                     IS DISTINCT FROM (OLD.lead_agency_id, OLD.lead_professional_id)
                THEN NEW.led_since < gate.moment() ELSE NEW.led_since IS DISTINCT FROM OLD.led_since END) THEN
        PERFORM gate.refuse('a case is led from when it is given');
    -- That something was done there: also by who was asked to a meeting, and not in an emergency, which is for looking.
    ELSIF NOT COALESCE(CASE WHEN to_jsonb(NEW) - 'last_activity_at' <> to_jsonb(OLD) - 'last_activity_at'
                            THEN gate.works_on(OLD.id)
                            ELSE NEW.last_activity_at = OLD.last_activity_at OR gate.sees_case_beyond_emergency(OLD.id)
                       END, false) THEN
        PERFORM gate.refuse('only those who work on a case write on it');
    ELSIF (NEW.category, NEW.harm_status) IS DISTINCT FROM (OLD.category, OLD.harm_status)
          AND NOT gate.opens('CATEGORY_CONFIRM') THEN
        PERFORM gate.refuse('only those who confirm a category do');
    ELSIF NEW.status IS DISTINCT FROM OLD.status
          AND NOT gate.opens(CASE NEW.status WHEN 'closed' THEN 'CASE_CLOSE' ELSE 'CASE_REOPEN' END) THEN
        PERFORM gate.refuse('only those who close a case, or open it again, do');
    END IF;
    RETURN NEW;
END
$$;
-- What was asked for, and when, is said once: by it the day's allowance is counted. Above that somebody else agrees, in
-- their own name; that it was made, or ended, the portal writes.
CREATE FUNCTION gate.guard_copy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['state', 'decided_by_id', 'decided_at', 'decision_reason'];
    me uuid := gate.user_id();
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.requested_by_id IS DISTINCT FROM me OR NEW.decided_by_id IS NOT NULL
           OR NEW.state NOT IN ('waiting', 'making') THEN
            PERFORM gate.refuse('no person writes a copy that another asked for or agreed to');
        END IF;
        NEW.requested_at := GREATEST(NEW.requested_at, gate.moment());
    ELSIF TG_OP = 'DELETE' OR to_jsonb(NEW) - decision <> to_jsonb(OLD) - decision THEN
        PERFORM gate.refuse('no person writes what copy was asked for, or that it was made');
    ELSIF OLD.state <> 'waiting' OR NEW.state NOT IN ('making', 'refused') OR me IS NULL
          OR OLD.requested_by_id = me OR NEW.decided_by_id IS DISTINCT FROM me THEN
        PERFORM gate.refuse('another person decides on a copy, for themselves');
    END IF;
    RETURN NEW;
END
$$;
-- Once it was sent triage decides on it, and with that it may become part of a case on which they work. What was decided
-- waits for no decision again.
CREATE FUNCTION gate.guard_concern() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM gate.begins_as_draft(to_jsonb(NEW));
        IF NEW.case_id IS NOT NULL THEN
            PERFORM gate.refuse('no person writes a draft about a case');
        END IF;
        RETURN NEW;
    END IF;
    PERFORM gate.keep_as_sent(to_jsonb(OLD), to_jsonb(NEW), '{state, case_id}');
    IF OLD.state = 'decided' AND NEW.state <> 'decided' THEN
        PERFORM gate.refuse('what was decided stays where it was written, and waits for no decision again');
    ELSIF (NEW.state = 'decided' AND OLD.state <> 'decided' OR NEW.case_id IS DISTINCT FROM OLD.case_id)
          AND NOT (OLD.state = 'submitted' AND NEW.state = 'decided' AND gate.opens('CONCERN_TRIAGE')
                   AND (NEW.case_id IS NULL OR gate.works_on(NEW.case_id))) THEN
        PERFORM gate.refuse('no person writes what becomes of a concern but who decides on it');
    END IF;
    RETURN NEW;
END
$$;
-- What it says besides its own columns: written with the draft.
CREATE FUNCTION gate.guard_part_of_concern() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.cases_concern c WHERE c.id = NEW.concern_id AND c.state = 'draft') THEN
        PERFORM gate.refuse('what was sent stays as it was sent');
    END IF;
    RETURN NEW;
END
$$;
-- What was added to it, and what was decided: said once, in one's own name, of what was sent. That its author read the
-- decision is theirs to say.
CREATE FUNCTION gate.guard_addendum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR NEW.added_by_id IS DISTINCT FROM gate.user_id() OR NOT EXISTS (
            SELECT FROM public.cases_concern c WHERE c.id = NEW.concern_id AND c.state <> 'draft') THEN
        PERFORM gate.refuse('no person writes what another added to a concern');
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION gate.guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT gate.changed(to_jsonb(OLD), to_jsonb(NEW)) <@ '{read_by_author_at}' OR NOT EXISTS (
                SELECT FROM public.cases_concern c WHERE c.id = OLD.concern_id AND c.author_id = gate.user_id()) THEN
            PERFORM gate.refuse('no person writes anew what was decided');
        END IF;
    ELSIF NEW.decided_by_id IS DISTINCT FROM gate.user_id() OR NOT gate.opens('CONCERN_TRIAGE') OR NOT EXISTS (
            SELECT FROM public.cases_concern c WHERE c.id = NEW.concern_id AND c.state = 'decided') THEN
        PERFORM gate.refuse('no person writes a decision in another''s place');
    END IF;
    RETURN NEW;
END
$$;
"""
NO_GUARD = """
DROP FUNCTION gate.guard_decision;
DROP FUNCTION gate.guard_addendum;
DROP FUNCTION gate.guard_part_of_concern;
DROP FUNCTION gate.guard_concern;
DROP FUNCTION gate.guard_copy;
DROP FUNCTION gate.guard_case;
"""
TABLES = {
    "cases_case": "guard_case",
    "cases_concern": "guard_concern",
    "cases_concernaddendum": "guard_addendum",
    "cases_concerndecision": "guard_decision",
    "cases_concernindicator": "guard_part_of_concern",
    "cases_concernmention": "guard_part_of_concern",
    "cases_peopleexport": "guard_copy",
}
# Which rows go, policies say: reporting/migrations/0004_retention.py.
WRITING = {table: "INSERT OR UPDATE" for table in TABLES if table.startswith("cases_concern")}
PARENTS = {
    **dict.fromkeys(
        (
            "cases_categorydecision", "cases_chronologyentry", "cases_concern", "cases_confidentialaddress",
            "cases_disclosure", "cases_document", "cases_episode", "cases_healthnote", "cases_healthsummary",
            "cases_missingepisode", "cases_riskassessment", "cases_subjectaccessrequest",
        ),
        "case_id",
    ),
    **dict.fromkeys(
        (
            "cases_concernaddendum", "cases_concerndecision", "cases_concernindicator", "cases_concernmention",
        ),
        "concern_id",
    ),
    **dict.fromkeys(("cases_case", "cases_childalias"), "child_id"),
    **dict.fromkeys(("cases_othername", "cases_subjectaccessitem"), "request_id"),
    "cases_assessmentanswer": "assessment_id",
    # Whom it is about is read from the row, too: who is shut out, who opened it, who was given it.
    "cases_breakglass": "case_id, user_id, agency_id",
    "cases_casegroupobjectpermission": "content_object_id, group_id",
    "cases_caseuserobjectpermission": "content_object_id, user_id",
    "cases_exclusion": "child_id, concern_id, user_id, agency_id",
    "cases_redaction": "passage_id",
    "cases_sealedaddress": "address_id",
    "cases_subjectaccesspassage": "item_id",
}  # fmt: skip
# A concern becomes part of a case, or of none.
ONCE = ("cases_concern",)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_disclosed"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(GUARD, NO_GUARD),
        migrations.RunSQL(guard(TABLES, writing=WRITING), unguard(TABLES)),
        migrations.RunSQL(stay(PARENTS, once=ONCE), move_again(PARENTS)),
    ]
