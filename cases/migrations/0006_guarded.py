"""Who a case is about, who leads it and whether it is restricted give sight of it: not everybody who sees it says so.

Nor does anybody take what was written of one case, concern or request to another, whose rules they pass; or make a
concern their own, which its author reads as long as they work there.
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
    END IF;
    RETURN NEW;
END
$$;
"""
TABLES = {"cases_case": "guard_case", "cases_concern": "guard_author"}
WRITING = {"cases_concern": "UPDATE OF author_id, author_agency_id, state"}
PARENTS = {
    **dict.fromkeys(
        (
            "cases_breakglass", "cases_categorydecision", "cases_chronologyentry", "cases_concern",
            "cases_confidentialaddress", "cases_conflictfinding", "cases_disclosure", "cases_document", "cases_episode",
            "cases_exclusion", "cases_healthnote", "cases_healthsummary", "cases_missingepisode",
            "cases_riskassessment", "cases_subjectaccessrequest",
        ),
        "case_id",
    ),
    **dict.fromkeys(
        (
            "cases_concernaddendum", "cases_concernconflict", "cases_concerndecision", "cases_concernindicator",
            "cases_concernmention",
        ),
        "concern_id",
    ),
    **dict.fromkeys(("cases_case", "cases_childalias"), "child_id"),
    **dict.fromkeys(("cases_casegroupobjectpermission", "cases_caseuserobjectpermission"), "content_object_id"),
    **dict.fromkeys(("cases_othername", "cases_subjectaccessitem"), "request_id"),
    "cases_assessmentanswer": "assessment_id",
    "cases_redaction": "passage_id",
    "cases_sealedaddress": "address_id",
    "cases_subjectaccesspassage": "item_id",
}  # fmt: skip
# A concern becomes part of a case, or of none.
ONCE = ("cases_concern",)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_disclosed"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION gate.guard_case"),
        migrations.RunSQL(guard(TABLES, writing=WRITING), unguard(TABLES)),
        migrations.RunSQL(stay(PARENTS, once=ONCE), move_again(PARENTS)),
    ]
