"""What is being prepared to be shown keeps its words, and what was shown is frozen: PostgreSQL itself refuses."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION cases_refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.text IS DISTINCT FROM OLD.text OR NEW.sha256 IS DISTINCT FROM OLD.sha256 OR NEW.item_id <> OLD.item_id THEN
        RAISE EXCEPTION 'the words of a bundle cannot be changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_passage_words BEFORE UPDATE ON cases_subjectaccesspassage
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_other_words();

-- Who worked on it is no second reader of it, whatever becomes of their work.
CREATE FUNCTION cases_refuse_to_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT OLD.worked_on_by <@ NEW.worked_on_by THEN
        RAISE EXCEPTION 'who worked on a request cannot be taken off it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_request_worked_on BEFORE UPDATE ON cases_subjectaccessrequest
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_to_forget();

-- Only the system may remove what was disclosed, when the whole record's time has come; nobody changes it.
CREATE FUNCTION cases_refuse_disclosed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb := to_jsonb(CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END);
    wanted uuid := (part->>'request_id')::uuid;
BEGIN
    IF part ? 'item_id' THEN
        SELECT i.request_id INTO wanted FROM cases_subjectaccessitem i WHERE i.id = (part->>'item_id')::uuid;
    ELSIF part ? 'passage_id' THEN
        SELECT i.request_id INTO wanted FROM cases_subjectaccessitem i
        JOIN cases_subjectaccesspassage p ON p.item_id = i.id WHERE p.id = (part->>'passage_id')::uuid;
    ELSIF part ? 'asked_by' AND part ? 'recorded_at' THEN
        wanted := (part->>'id')::uuid;
    END IF;
    PERFORM FROM cases_subjectaccessrequest r WHERE r.id = wanted AND r.state = 'disclosed';
    IF FOUND AND NOT (TG_OP = 'DELETE' AND gate.is_system()) THEN
        RAISE EXCEPTION 'what was disclosed cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_request_disclosed BEFORE UPDATE OR DELETE ON cases_subjectaccessrequest
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_disclosed();
CREATE TRIGGER cases_item_disclosed BEFORE INSERT OR UPDATE OR DELETE ON cases_subjectaccessitem
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_disclosed();
CREATE TRIGGER cases_passage_disclosed BEFORE INSERT OR UPDATE OR DELETE ON cases_subjectaccesspassage
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_disclosed();
CREATE TRIGGER cases_redaction_disclosed BEFORE INSERT OR UPDATE OR DELETE ON cases_redaction
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_disclosed();

-- The register keeps what it says from the moment the file is made.
CREATE FUNCTION cases_refuse_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF gate.is_system() THEN RETURN OLD; END IF;
    ELSIF OLD.made_at IS NULL AND to_jsonb(NEW) - ARRAY['made_at', 'pages', 'sha256', 'stored_as']
                                = to_jsonb(OLD) - ARRAY['made_at', 'pages', 'sha256', 'stored_as'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the register of disclosures cannot be changed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER cases_disclosure_registered BEFORE UPDATE OR DELETE ON cases_disclosure
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_registered();
"""
THAW = """
DROP TRIGGER cases_disclosure_registered ON cases_disclosure;
DROP FUNCTION cases_refuse_registered();
DROP TRIGGER cases_redaction_disclosed ON cases_redaction;
DROP TRIGGER cases_passage_disclosed ON cases_subjectaccesspassage;
DROP TRIGGER cases_item_disclosed ON cases_subjectaccessitem;
DROP TRIGGER cases_request_disclosed ON cases_subjectaccessrequest;
DROP FUNCTION cases_refuse_disclosed();
DROP TRIGGER cases_request_worked_on ON cases_subjectaccessrequest;
DROP FUNCTION cases_refuse_to_forget();
DROP TRIGGER cases_passage_words ON cases_subjectaccesspassage;
DROP FUNCTION cases_refuse_other_words();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_who_looked")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
