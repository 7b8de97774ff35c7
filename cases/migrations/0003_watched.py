"""Every change of a child's record, of a concern, and of who may see a case, is noted by PostgreSQL itself."""

from django.db import migrations

from cse_portal.audit.constraints import unwatch, watch

OF_CASE = dict(case="case_id")
GRANT = dict(case="content_object_id")
OF_CONCERN = dict(case="concern_id:cases_concern.case_id", subject="concern_id")
OF_REQUEST = ":cases_subjectaccessrequest.case_id"
OF_ITEM = f":cases_subjectaccessitem.request_id{OF_REQUEST}"
OF_CHILD = ":cases_case(child_id).id"
TABLES = {
    "cases_case": dict(case="id"),
    "cases_child": dict(case=f"id{OF_CHILD}", subject="id"),
    "cases_childalias": dict(case=f"child_id{OF_CHILD}", subject="child_id"),
    "cases_caseuserobjectpermission": GRANT,
    "cases_casegroupobjectpermission": GRANT,
    "cases_exclusion": OF_CASE,
    "cases_breakglass": OF_CASE,
    "cases_document": OF_CASE,
    "cases_confidentialaddress": OF_CASE,
    "cases_sealedaddress": dict(case="address_id:cases_confidentialaddress.case_id"),
    "cases_healthnote": OF_CASE,
    "cases_healthsummary": OF_CASE,
    "cases_missingepisode": OF_CASE,
    "cases_returnhomeinterview": dict(case="episode_id:cases_missingepisode.case_id"),
    "cases_peopleexport": dict(subject="requested_by_id"),
    "cases_subjectaccessrequest": OF_CASE,
    "cases_subjectaccessitem": dict(case=f"request_id{OF_REQUEST}"),
    "cases_subjectaccesspassage": dict(case=f"item_id{OF_ITEM}"),
    "cases_redaction": dict(case=f"passage_id:cases_subjectaccesspassage.item_id{OF_ITEM}"),
    # Under a key of its own: it goes with the record whose bundle it stands in, and with whose name it is.
    "cases_othername": dict(case=f"request_id{OF_REQUEST}", subject="id"),
    "cases_disclosure": OF_CASE,
    "cases_conflictfinding": OF_CASE,
    "cases_declaration": dict(subject="user_id"),
    "cases_episode": OF_CASE,
    "cases_riskassessment": OF_CASE,
    "cases_assessmentanswer": dict(case="assessment_id:cases_riskassessment.case_id"),
    "cases_categorydecision": OF_CASE,
    "cases_chronologyentry": OF_CASE,
    "cases_concern": dict(case="case_id", subject="id"),
    "cases_concernconflict": OF_CONCERN,
    "cases_concernindicator": OF_CONCERN,
    "cases_concernmention": OF_CONCERN,
    "cases_concernaddendum": OF_CONCERN,
    "cases_concerndecision": OF_CONCERN,
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_row_security"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
