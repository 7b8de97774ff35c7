"""A bundle goes its way by the steps of cases/services/subject_access, each taken by who may, in their own name.

The row rules let whoever prepares, reads or releases write the rows of a bundle. What a row says, though, is that the
police released a text, that somebody agreed to an item or that a second person read it all: none of it is written in
another's place, or where its step is not due. Each service writes one step at a time, and so does each rule here.
"""

from django.db import migrations

from cse_portal.access.row_security import guard, unguard

QUESTIONS = """
-- As cases/policies.py: who may do this to bundles, where they work on the case.
CREATE FUNCTION gate.answers_for(which_case uuid, wanted text) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT gate.opens(wanted) AND gate.works_on(which_case) $$;
-- While it is being prepared, and where it is on record that they worked on it: services/subject_access/locking.py.
CREATE FUNCTION gate.prepares(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.cases_subjectaccessrequest r
                   WHERE r.id = which AND r.state = 'preparing' AND r.assembled_at IS NOT NULL
                     AND gate.user_id() = ANY (r.worked_on_by)
                     AND gate.answers_for(r.case_id, 'SUBJECT_ACCESS_PREPARE'));
END
$$;
-- The second reader, who worked on none of it.
CREATE FUNCTION gate.is_second_reader(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.cases_subjectaccessrequest r
                   WHERE r.id = which AND r.state = 'reading' AND r.reader_id = gate.user_id()
                     AND r.reader_id <> ALL (r.worked_on_by)
                     AND gate.answers_for(r.case_id, 'SUBJECT_ACCESS_CHECK'));
END
$$;
-- Whether no text of an item is kept apart from them: how many there are is counted as the owner.
CREATE FUNCTION gate.texts_of(which uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER COST 4000 SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT count(*) FROM cases_subjectaccesspassage p WHERE p.item_id = which $$;
CREATE FUNCTION gate.reads_whole_item(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN gate.texts_of(which)
        = (SELECT count(*) FROM public.cases_subjectaccesspassage p WHERE p.item_id = which);
END
$$;
"""
NO_QUESTIONS = """
DROP FUNCTION gate.reads_whole_item;
DROP FUNCTION gate.texts_of;
DROP FUNCTION gate.is_second_reader;
DROP FUNCTION gate.prepares;
DROP FUNCTION gate.answers_for;
"""
GUARDS = """
-- Asked as the owner: also of the items that whoever sends or reads it is not shown.
CREATE FUNCTION gate.guard_bundle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me uuid := gate.user_id();
    prepares boolean := gate.answers_for(NEW.case_id, 'SUBJECT_ACCESS_PREPARE');
    changes text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT prepares OR NEW.recorded_by_id IS DISTINCT FROM me OR NEW.state <> 'preparing'
           OR NEW.worked_on_by <> '{}' OR num_nonnulls(
               NEW.identity_checked_by_id, NEW.extended_by_id, NEW.assembled_at, NEW.prepared_by_id, NEW.sent_at,
               NEW.reader_id, NEW.read_at, NEW.closed_by_id) > 0 THEN
            PERFORM gate.refuse('no person writes a request that begins with steps already taken');
        END IF;
        RETURN NEW;
    END IF;
    changes := gate.changed(to_jsonb(OLD), to_jsonb(NEW));
    IF (CASE
        WHEN changes = '{}' THEN true
        WHEN OLD.state IN ('disclosed', 'closed') THEN false
        WHEN changes <@ '{identity_proof, identity_note, identity_checked_on, identity_checked_by_id}' THEN
            prepares AND NEW.identity_checked_by_id = me
        WHEN changes <@ '{extension_reason, extension_told_on, extended_by_id, due_on}' THEN
            prepares AND OLD.extension_told_on IS NULL AND NEW.extended_by_id = me
        WHEN changes = '{assembled_at}' THEN prepares AND OLD.assembled_at IS NULL
        WHEN changes = '{worked_on_by}' THEN
            prepares AND OLD.state = 'preparing' AND NEW.worked_on_by = OLD.worked_on_by || me
        WHEN changes = '{reader_id}' THEN
            OLD.state = 'reading' AND OLD.reader_id IS NULL AND NEW.reader_id = me AND me <> ALL (OLD.worked_on_by)
            AND gate.answers_for(OLD.case_id, 'SUBJECT_ACCESS_CHECK')
        WHEN (OLD.state, NEW.state) = ('preparing', 'reading') THEN
            changes <@ '{state, prepared_by_id, sent_at}' AND gate.prepares(OLD.id) AND NEW.prepared_by_id = me
            AND NEW.identity_proof <> '' AND NOT EXISTS (
                SELECT FROM cases_subjectaccessitem i WHERE i.request_id = OLD.id AND i.prepared_at IS NULL)
        WHEN (OLD.state, NEW.state) = ('reading', 'ready') THEN
            changes <@ '{state, read_at}' AND gate.is_second_reader(OLD.id) AND NOT EXISTS (
                SELECT FROM cases_subjectaccessitem i WHERE i.request_id = OLD.id
                AND (i.verdict, i.verdict_by_id) IS DISTINCT FROM ('agreed'::varchar, me))
        WHEN OLD.state IN ('reading', 'ready') AND NEW.state = 'preparing' THEN
            changes <@ '{state, read_at, reader_id}' AND NEW.reader_id IS NULL AND NEW.read_at IS NULL
            AND (prepares OR gate.is_second_reader(OLD.id))
        WHEN (OLD.state, NEW.state) = ('ready', 'disclosed') THEN
            changes = '{state}' AND prepares AND OLD.reader_id <> me AND EXISTS (
                SELECT FROM cases_disclosure d WHERE d.request_id = OLD.id AND d.disclosed_by_id = me)
        WHEN NEW.state = 'closed' THEN
            changes <@ '{state, closed_at, closed_by_id, closing_reason}' AND prepares AND NEW.closed_by_id = me
        ELSE false
    END) IS NOT TRUE THEN
        PERFORM gate.refuse('no person writes how a request stands but by its next step, in their own name');
    END IF;
    RETURN NEW;
END
$$;
-- What a bundle is of the portal writes as it is assembled, also what whoever assembles it does not read.
CREATE FUNCTION gate.guard_bundle_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    me uuid := gate.user_id();
    changes text[] := gate.changed(to_jsonb(OLD), to_jsonb(NEW));
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM gate.refuse('no person writes what a bundle is of');
    ELSIF changes <@ '{prepared_by_id, prepared_at, verdict, verdict_by_id, verdict_at}' AND gate.prepares(OLD.request_id)
          AND (NEW.verdict = '' OR NOT changes && '{verdict, verdict_by_id, verdict_at}')
          AND (NEW.prepared_by_id IS NULL OR NOT changes && '{prepared_by_id, prepared_at}'
               OR NEW.prepared_by_id = me AND gate.reads_whole_item(OLD.id)) THEN
        RETURN NEW;
    ELSIF changes <@ '{verdict, verdict_note, verdict_by_id, verdict_at}' AND NEW.verdict_by_id = me
          AND gate.is_second_reader(OLD.request_id) AND gate.reads_whole_item(OLD.id) THEN
        RETURN NEW;
    ELSIF changes <> '{}' THEN
        PERFORM gate.refuse('no person writes that an item is ready, or agreed to, in another''s place');
    END IF;
    RETURN NEW;
END
$$;
-- What needs the police's release was said as it was assembled. They give it once, as long as nobody was answered.
CREATE FUNCTION gate.guard_bundle_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    me uuid := gate.user_id();
    changes text[] := gate.changed(to_jsonb(OLD), to_jsonb(NEW));
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM gate.refuse('no person writes what a bundle is of');
    ELSIF changes <@ '{held, held_note, decided_by_id, decided_at}' AND NEW.decided_by_id = me AND EXISTS (
            SELECT FROM public.cases_subjectaccessitem i WHERE i.id = OLD.item_id AND gate.prepares(i.request_id)) THEN
        RETURN NEW;
    ELSIF changes <@ '{released_by_id, released_at}' AND OLD.needs_release AND OLD.released_at IS NULL
          AND NEW.released_by_id = me AND EXISTS (
            SELECT FROM public.cases_subjectaccessitem i JOIN public.cases_subjectaccessrequest r ON r.id = i.request_id
            WHERE i.id = OLD.item_id AND r.state NOT IN ('disclosed', 'closed')
              AND gate.answers_for(r.case_id, 'SUBJECT_ACCESS_RELEASE')) THEN
        RETURN NEW;
    ELSIF changes <> '{}' THEN
        PERFORM gate.refuse('no person writes what is left out, or released, in another''s place');
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION gate.guard_redaction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of_passage uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.passage_id ELSE NEW.passage_id END;
BEGIN
    IF TG_OP = 'UPDATE' OR TG_OP = 'INSERT' AND NEW.marked_by_id IS DISTINCT FROM gate.user_id() OR NOT EXISTS (
            SELECT FROM public.cases_subjectaccesspassage p JOIN public.cases_subjectaccessitem i ON i.id = p.item_id
            WHERE p.id = of_passage AND gate.prepares(i.request_id)) THEN
        PERFORM gate.refuse('no person writes which words are left out in another''s place');
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION gate.guard_other_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.choice <> '' OR NEW.decided_by_id IS NOT NULL OR NOT EXISTS (
                SELECT FROM public.cases_subjectaccessrequest r
                WHERE r.id = NEW.request_id AND r.state = 'preparing' AND r.assembled_at IS NULL
                  AND gate.answers_for(r.case_id, 'SUBJECT_ACCESS_PREPARE')) THEN
            PERFORM gate.refuse('no person writes a name into a bundle but as it is assembled');
        END IF;
    ELSIF NOT (gate.changed(to_jsonb(OLD), to_jsonb(NEW)) <@ '{choice, reason, decided_by_id, decided_at}'
               AND NEW.choice <> '' AND NEW.decided_by_id IS NOT DISTINCT FROM gate.user_id()
               AND gate.prepares(OLD.request_id)) THEN
        PERFORM gate.refuse('no person writes what becomes of a name in another''s place');
    END IF;
    RETURN NEW;
END
$$;
-- The register repeats what the request says. Where the file is, the portal writes that makes it.
CREATE FUNCTION gate.guard_disclosure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE me uuid := gate.user_id();
BEGIN
    IF TG_OP = 'UPDATE' OR NEW.made_at IS NOT NULL OR NEW.pages <> 0 OR NEW.disclosed_by_id IS DISTINCT FROM me
       OR NOT EXISTS (
            SELECT FROM public.cases_subjectaccessrequest r
            WHERE r.id = NEW.request_id AND r.state = 'ready' AND r.reader_id <> me
              AND (r.case_id, r.reference, r.asked_by, r.received_on, r.due_on, r.prepared_by_id, r.reader_id)
                = (NEW.case_id, NEW.request_reference, NEW.asked_by, NEW.received_on, NEW.due_on, NEW.prepared_by_id,
                   NEW.read_by_id)
              AND gate.answers_for(r.case_id, 'SUBJECT_ACCESS_PREPARE')) THEN
        PERFORM gate.refuse('no person writes the register but whoever discloses what another has read');
    END IF;
    RETURN NEW;
END
$$;
-- As services/subject_access/locking.py: touch. What leaves of an item changed: whoever said that it is ready, or agreed to
-- it, says so again. A name that is offered to some alone was out of the file until somebody decided.
CREATE FUNCTION gate.read_anew() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said jsonb := to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END);
    items uuid[] := CASE TG_TABLE_NAME
        WHEN 'cases_redaction' THEN ARRAY(
            SELECT p.item_id FROM public.cases_subjectaccesspassage p WHERE p.id = (said->>'passage_id')::uuid)
        WHEN 'cases_othername' THEN ARRAY(
            SELECT p.item_id FROM public.cases_subjectaccesspassage p
            JOIN public.cases_subjectaccessitem i ON i.id = p.item_id
            WHERE i.request_id = (said->>'request_id')::uuid
              AND strpos(regexp_replace(lower(p.text), '\\s+', ' ', 'g'), lower(said->>'name')) > 0)
        ELSE ARRAY[(said->>'item_id')::uuid] END;
BEGIN
    UPDATE public.cases_subjectaccessitem i SET prepared_by_id = NULL, prepared_at = NULL,
        verdict = CASE i.verdict WHEN 'agreed' THEN '' ELSE i.verdict END,
        verdict_by_id = CASE i.verdict WHEN 'agreed' THEN NULL ELSE i.verdict_by_id END,
        verdict_at = CASE i.verdict WHEN 'agreed' THEN NULL ELSE i.verdict_at END
    WHERE i.id = ANY (items) AND (i.prepared_at IS NOT NULL OR i.verdict = 'agreed');
    RETURN NULL;
END
$$;
CREATE TRIGGER read_anew AFTER UPDATE OF held ON cases_subjectaccesspassage FOR EACH ROW
    WHEN (OLD.held <> NEW.held AND gate.is_bound()) EXECUTE FUNCTION gate.read_anew();
CREATE TRIGGER read_anew AFTER INSERT OR DELETE ON cases_redaction FOR EACH ROW
    WHEN (gate.is_bound()) EXECUTE FUNCTION gate.read_anew();
CREATE TRIGGER read_anew AFTER UPDATE OF choice ON cases_othername FOR EACH ROW
    WHEN (OLD.choice = '' AND NEW.choice = 'stays' AND NEW.source IN ('cases.Child', 'intelligence.PersonOfConcern')
          AND gate.is_bound()) EXECUTE FUNCTION gate.read_anew();
"""
NO_GUARDS = """
DROP TRIGGER read_anew ON cases_othername;
DROP TRIGGER read_anew ON cases_redaction;
DROP TRIGGER read_anew ON cases_subjectaccesspassage;
DROP FUNCTION gate.read_anew;
DROP FUNCTION gate.guard_disclosure;
DROP FUNCTION gate.guard_other_name;
DROP FUNCTION gate.guard_redaction;
DROP FUNCTION gate.guard_bundle_text;
DROP FUNCTION gate.guard_bundle_item;
DROP FUNCTION gate.guard_bundle;
"""
TABLES = {
    "cases_subjectaccessrequest": "guard_bundle",
    "cases_subjectaccessitem": "guard_bundle_item",
    "cases_subjectaccesspassage": "guard_bundle_text",
    "cases_redaction": "guard_redaction",
    "cases_othername": "guard_other_name",
    "cases_disclosure": "guard_disclosure",
}
# Of these no person removes any, but words left out: reporting/migrations/0004_retention.py.
WRITING = {table: "INSERT OR UPDATE" for table in TABLES if table != "cases_redaction"}


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_guarded")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(guard(TABLES, writing=WRITING), unguard(TABLES)),
    ]
