"""A partnership of 214 agencies with 200,000 cases and a million grants, written by SQL past triggers and foreign keys.

Each case has a period of work and two decisions of its category.
The CSE team sees 98 in 100 cases. Each other agency leads its share and sees another. BENCH_CASES makes it smaller.
"""

import os

from django.db import connection
from faker.providers.person.en_GB import Provider

from cases.record.choices import RiskCategory
from tests.cast import Cast
from tests.database import superuser
from tests.factories.cases import make_case

CASES = int(os.environ.get("BENCH_CASES", "200000"))
AGENCIES = 214
STATEMENTS = """
SET session_replication_role = replica;
SET work_mem = '256MB';
INSERT INTO auth_group (name) SELECT 'agency:large-' || i FROM generate_series(1, %(agencies)s) i;
INSERT INTO accounts_agency (id, code, name, short_name, kind, group_id, is_active)
    SELECT gen_random_uuid(), 'large-' || g.id, 'Agency ' || g.id, 'Agency ' || g.id, 'voluntary', g.id, true
    FROM auth_group g WHERE g.name LIKE 'agency:large-%%';
CREATE TEMPORARY TABLE agency AS
    SELECT a.id, a.group_id, row_number() OVER (ORDER BY a.name) - 1 AS place, count(*) OVER () AS of
    FROM accounts_agency a WHERE a.id <> %(team)s AND a.id <> ALL (%(without)s::uuid[]);
CREATE TEMPORARY TABLE numbered AS
    SELECT gen_random_uuid() AS id, gen_random_uuid() AS child_id, a.id AS leads, a.group_id AS leading, i AS number
    FROM generate_series(1, %(cases)s) i JOIN agency a ON a.place = i %% a.of;
CREATE TEMPORARY TABLE shared AS
    SELECT n.id, n.leading AS group_id, true AS works FROM numbered n
    UNION ALL SELECT n.id, t.group_id, true
        FROM numbered n, accounts_agency t WHERE t.id = %(team)s AND n.number %% 50 > 0
    UNION ALL SELECT n.id, a.group_id, false FROM numbered n
        JOIN agency a ON a.place = n.number * 7 %% a.of AND a.id <> n.leads;
INSERT INTO cases_child
    SELECT made.* FROM numbered n JOIN cases_child kept ON kept.id = %(child)s
    CROSS JOIN LATERAL jsonb_populate_record(kept, jsonb_build_object(
        'id', n.child_id, 'given_name', (%(given)s)[1 + n.number %% cardinality(%(given)s)],
        'family_name', (%(family)s)[1 + n.number * 31 %% cardinality(%(family)s)],
        'date_of_birth', date '2009-01-01' + n.number %% 3600)) made;
INSERT INTO cases_case
    SELECT made.* FROM numbered n JOIN cases_case kept ON kept.id = %(case)s
    CROSS JOIN LATERAL jsonb_populate_record(kept, jsonb_build_object(
        'id', n.id, 'child_id', n.child_id, 'reference', 'CSE-L-' || n.number, 'lead_agency_id', n.leads,
        'lead_professional_id', NULL, 'status', CASE WHEN n.number %% 7 = 0 THEN 'closed' ELSE 'open' END,
        'category', n.number %% 4, 'next_review_on', current_date + n.number %% 90 - 10,
        'last_activity_at', now() - n.number * interval '5 minutes')) made;
INSERT INTO cases_casegroupobjectpermission
    (group_id, permission_id, content_object_id, source, reason, lawful_basis, granted_at, granted_by_id)
    SELECT s.group_id, p.id, s.id, 'rule', 'Works on the case', '6_1_E', now() - interval '1 day', %(by)s::uuid
    FROM shared s JOIN auth_permission p ON p.codename = 'view_case' OR p.codename = 'change_case' AND s.works;
INSERT INTO cases_caseuserobjectpermission
    (user_id, permission_id, content_object_id, source, reason, lawful_basis, granted_at, granted_by_id)
    SELECT %(named)s::uuid, p.id, n.id, 'share', 'Works with the child', '6_1_E', now() - interval '1 day', %(by)s::uuid
    FROM numbered n JOIN auth_permission p ON p.codename = 'view_case' WHERE n.number <= 3;
INSERT INTO cases_casesight (principal, case_id, granted_at, status, category, last_activity_at, next_review_on,
                             lead_agency_id, family_name, given_name)
    SELECT g.principal, c.id, now(), c.status, c.category, c.last_activity_at, c.next_review_on, c.lead_agency_id,
           n.family_name, n.given_name
    FROM cases_case c JOIN cases_child n ON n.id = c.child_id JOIN (
        SELECT s.id, a.id AS principal FROM shared s JOIN accounts_agency a ON a.group_id = s.group_id
        UNION ALL SELECT n.id, %(named)s::uuid FROM numbered n WHERE n.number <= 3) g ON g.id = c.id;
INSERT INTO cases_episode
    SELECT made.* FROM numbered n JOIN cases_episode kept ON kept.case_id = %(case)s
    CROSS JOIN LATERAL jsonb_populate_record(kept, jsonb_build_object(
        'id', gen_random_uuid(), 'case_id', n.id, 'opened_at', now() - n.number %% 900 * interval '1 day')) made;
INSERT INTO cases_categorydecision
    SELECT made.* FROM numbered n JOIN cases_categorydecision kept ON kept.case_id = %(case)s
    CROSS JOIN generate_series(1, 2) time CROSS JOIN LATERAL jsonb_populate_record(kept, jsonb_build_object(
        'id', gen_random_uuid(), 'case_id', n.id, 'category', (n.number + time) %% 4,
        'decided_at', now() - n.number * time %% 900 * interval '1 day')) made;
VACUUM ANALYZE
"""


def load(cast: Cast) -> None:
    """Beside one case that the services made, and which the others are modelled on."""
    case = make_case(cast, category=RiskCategory.MEDIUM)
    values = {
        "agencies": AGENCIES - len(cast.agencies), "cases": CASES, "team": str(cast.agency("cse-team").pk),
        "without": [str(cast.agency("health").pk), str(cast.outsider.memberships.get().agency_id)],
        "child": str(case.child_id), "case": str(case.pk), "by": str(cast.manager.pk), "named": str(cast.health.pk),
        "given": [*dict.fromkeys(Provider.first_names)], "family": [*dict.fromkeys(Provider.last_names)],
    }  # fmt: skip
    with superuser(connection.settings_dict["NAME"]) as cursor:
        for statement in STATEMENTS.split(";\n"):
            cursor.execute(statement, values)
