"""Every change of a child's record, of a concern, and of who may see a case, is noted by PostgreSQL itself."""

from django.db import migrations

from cse_portal.audit.changes import Watched, unwatch, watch

OF_CASE = Watched(case="r.case_id")
GRANT = Watched(case="r.content_object_id")
OF_CONCERN = Watched(
    case="(SELECT c.case_id FROM cases_concern c WHERE c.id = r.concern_id)", subject="r.concern_id"
)
OF_REQUEST = "(SELECT q.case_id FROM cases_subjectaccessrequest q WHERE q.id = {0})"
OF_ITEM = OF_REQUEST.format("(SELECT i.request_id FROM cases_subjectaccessitem i WHERE i.id = {0})")
OF_PASSAGE = OF_ITEM.format("(SELECT p.item_id FROM cases_subjectaccesspassage p WHERE p.id = r.passage_id)")
OF_CHILD = "(SELECT c.id FROM cases_case c WHERE c.child_id = {0})"
TABLES = {
    "cases_case": Watched(case="r.id"),
    "cases_child": Watched(case=OF_CHILD.format("r.id"), subject="r.id"),
    "cases_childalias": Watched(case=OF_CHILD.format("r.child_id"), subject="r.child_id"),
    "cases_caseuserobjectpermission": GRANT,
    "cases_casegroupobjectpermission": GRANT,
    "cases_exclusion": OF_CASE,
    "cases_breakglass": OF_CASE,
    "cases_document": OF_CASE,
    "cases_confidentialaddress": OF_CASE,
    "cases_sealedaddress": Watched(
        case="(SELECT a.case_id FROM cases_confidentialaddress a WHERE a.id = r.address_id)"
    ),
    "cases_healthnote": OF_CASE,
    "cases_healthsummary": OF_CASE,
    "cases_missingepisode": OF_CASE,
    "cases_returnhomeinterview": Watched(
        case="(SELECT e.case_id FROM cases_missingepisode e WHERE e.id = r.episode_id)"
    ),
    "cases_peopleexport": Watched(subject="r.requested_by_id"),
    "cases_subjectaccessrequest": OF_CASE,
    "cases_subjectaccessitem": Watched(case=OF_REQUEST.format("r.request_id")),
    "cases_subjectaccesspassage": Watched(case=OF_ITEM.format("r.item_id")),
    "cases_redaction": Watched(case=OF_PASSAGE),
    "cases_othername": Watched(case=OF_REQUEST.format("r.request_id")),
    "cases_disclosure": OF_CASE,
    "cases_conflictfinding": OF_CASE,
    "cases_declaration": Watched(subject="r.user_id"),
    "cases_episode": OF_CASE,
    "cases_riskassessment": OF_CASE,
    "cases_assessmentanswer": Watched(
        case="(SELECT a.case_id FROM cases_riskassessment a WHERE a.id = r.assessment_id)"
    ),
    "cases_categorydecision": OF_CASE,
    "cases_chronologyentry": OF_CASE,
    "cases_concern": Watched(case="r.case_id", subject="r.id"),
    "cases_concernconflict": OF_CONCERN,
    "cases_concernindicator": OF_CONCERN,
    "cases_concernmention": OF_CONCERN,
    "cases_concernaddendum": OF_CONCERN,
    "cases_concerndecision": OF_CONCERN,
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_row_security"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
