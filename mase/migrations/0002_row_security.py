"""PostgreSQL repeats the row rules of meetings, plans and CMOGs: see mase/querysets."""

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect

QUESTIONS = """
-- With its case, as OF_CASE below. Asked as the owner, who is asked for no policy on the way: each part of a meeting asks.
CREATE FUNCTION gate.sees_meeting(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN gate.sees_case((SELECT m.case_id FROM mase_masemeeting m WHERE m.id = which));
END
$$;
CREATE FUNCTION gate.sees_restricted_part(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN gate.sees_part((SELECT m.case_id FROM mase_masemeeting m WHERE m.id = which),
                          'view_restricted_minutes', 'MINUTES_RESTRICTED_VIEW');
END
$$;
CREATE FUNCTION gate.sees_invitation(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_invitation i WHERE i.id = which); END $$;
CREATE FUNCTION gate.sees_danger(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_dangerstatement d WHERE d.id = which); END $$;
CREATE FUNCTION gate.sees_action(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_planaction a WHERE a.id = which); END $$;
CREATE FUNCTION gate.sees_disagreement(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_disagreement d WHERE d.id = which); END $$;
"""
QUESTIONS += """
-- Asked as the owner: whoever the chair left out of a meeting's minutes is not shown it. As mase/querysets says it, of
-- one that was broken off as of one that ended, and of one that took over what was brought for it. An agency is left out
-- but for those whom it sent, and who led, when the chair decided.
CREATE FUNCTION gate.left_out_of() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(array_agg(l.meeting_id), '{}')
    FROM gate.me() me
    JOIN mase_leftout l ON l.added_at IS NULL
        AND (l.person_id = me.user_id OR l.person_id IS NULL AND l.agency_id = me.agency_id)
    JOIN mase_masemeeting m ON m.id = l.meeting_id AND (m.state = 'ended' OR m.state <> 'in_progress' AND (
        l.at < m.booked_at OR EXISTS (SELECT FROM mase_brokenoff b WHERE b.meeting_id = m.id)))
    JOIN cases_case c ON c.id = m.case_id
    WHERE NOT COALESCE('MEETING_CHAIR' = ANY (me.opens), false)
      AND (l.person_id IS NOT NULL OR NOT EXISTS (
          SELECT FROM mase_invitation i
          WHERE i.meeting_id = m.id AND i.agency_id = me.agency_id
            AND (i.person_id = me.user_id AND (i.role = 'MIN' OR i.invited_at <= l.at)
                 OR i.deputy_id = me.user_id AND (i.role = 'MIN' OR i.deputy_since <= l.at))))
      AND (l.person_id IS NOT NULL
           OR (c.lead_professional_id, c.lead_agency_id) IS DISTINCT FROM (me.user_id, me.agency_id)
           OR c.led_since > l.at OR NOT l.at <@ gate.posts_here()
           OR NOT EXISTS (
               SELECT FROM cases_caseuserobjectpermission g
               WHERE g.content_object_id = c.id AND g.user_id = me.user_id AND g.source = 'allocation'
                 AND g.permission_id = gate.permission('view_case')))
$$;
-- Asked as the owner: an invitation is seen with its CMOG, and the CMOG's rule cannot look through it.
CREATE FUNCTION gate.asked_to_cmog(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM mase_cmoginvitation i, gate.me() me
                   WHERE i.meeting_id = which AND i.person_id = me.user_id AND i.agency_id = me.agency_id
                     AND i.invited_at >= gate.post_began())
$$;
CREATE FUNCTION gate.sees_cmog(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_cmogmeeting m WHERE m.id = which); END $$;
CREATE FUNCTION gate.sees_cmog_item(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_cmogitem i WHERE i.id = which); END $$;
CREATE FUNCTION gate.writes_on_cmog_item(which uuid) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT gate.opens('CMOG_WRITE') AND gate.sees_cmog_item(which) $$;
-- Who is told that whoever does an action may not open it, and so is shut out of something: who hands on the actions of
-- that case, or of their agency; and of one about no child who writes on its item, and may judge it in the chair's place.
-- Asked as the owner of whoever asks: the words of CMOG_ITEM below, of an item that is about neither a child nor an action.
CREATE FUNCTION gate.is_told_of_owner(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    act record;
BEGIN
    SELECT a.case_id, a.agency_id, a.cmog_item_id, COALESCE(i.person_id, i.place_id) AS subject INTO act
    FROM mase_planaction a LEFT JOIN mase_cmogitem i ON i.id = a.cmog_item_id WHERE a.id = which;
    RETURN COALESCE(me.is_system OR CASE
        WHEN act.case_id IS NOT NULL THEN 'ACTION_HAND_OVER' = ANY (me.opens) AND gate.sees_case(act.case_id)
        ELSE 'ACTION_HAND_OVER' = ANY (me.opens) AND act.agency_id = me.agency_id
             OR ARRAY['CMOG_WRITE', 'CMOG_VIEW', 'CMOG_LIST'] <@ me.opens AND gate.sees_nominal(act.subject) END, false);
END
$$;
-- Whether nobody does an action any more: its agency takes no part, nobody was named by the day on which it had to be, or
-- whoever is named has left, works in none of the roles that open actions, or, where that may be told, is shut out of what
-- it is about. Asked as the owner of somebody else, and not as a part of a question, which would then ask every rule of who
-- was given the case.
CREATE FUNCTION gate.owner_is_lost(which uuid, working_as text[], issued_before timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    act mase_planaction;
    its accounts_agency;
    moment timestamptz := (gate.me()).moment;
    today date := (moment AT TIME ZONE 'Europe/London')::date;
BEGIN
    SELECT * INTO act FROM mase_planaction a WHERE a.id = which;
    SELECT * INTO its FROM accounts_agency a WHERE a.id = act.agency_id;
    IF NOT its.is_active THEN
        RETURN true;
    ELSIF act.owner_id IS NULL THEN
        RETURN COALESCE(act.issued_at <= issued_before, false);
    ELSIF NOT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
        WHERE m.user_id = act.owner_id AND m.agency_id = act.agency_id AND m.role = ANY (working_as)
          AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on > today) AND m.suspended_at IS NULL
    ) THEN
        RETURN true;
    ELSIF NOT gate.is_told_of_owner(which) THEN
        RETURN false;
    ELSIF act.case_id IS NOT NULL THEN
        RETURN NOT gate.is_given(
            ROW(act.owner_id, act.agency_id, its.group_id, NULL, moment, false, NULL, NULL)::gate.person,
            act.case_id, 'view_case');
    END IF;
    RETURN false;
END
$$;
"""
QUESTIONS += """
-- Asked as the owner: whoever was called to settle a disagreement need not see whose case it is about. It must be neither
-- shut to them nor restricted; who sees a restricted one reads the call with the disagreement. No to everybody else.
CREATE FUNCTION gate.hears_of_disagreement(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM mase_disagreement d JOIN cases_case c ON c.id = d.case_id
                   WHERE d.id = which AND NOT c.is_restricted AND c.id <> ALL (gate.shut_keys())
                     AND EXISTS (SELECT FROM mase_stagecall s, gate.me() me
                                 WHERE s.disagreement_id = d.id AND s.person_id = me.user_id))
$$;
-- One's own call, for the agency one takes part for today: as mase/querysets says it.
CREATE FUNCTION gate.is_called(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.mase_stagecall s WHERE s.id = which
        AND s.person_id = (SELECT gate.user_id()) AND s.agency_id = (SELECT gate.agency_id()));
END
$$;
"""
QUESTIONS += """
-- Whether one sees a meeting also without having opened its case in an emergency.
CREATE FUNCTION gate.sees_beyond_emergency(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN gate.sees_case_beyond_emergency((SELECT m.case_id FROM mase_masemeeting m WHERE m.id = which));
END
$$;
"""
# A line is told of what the floors below know, and of a call.
TOLD_OF = """
CREATE OR REPLACE FUNCTION gate.may_be_told_of(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN gate.sees_concern(which) OR gate.sees_submission(which) OR gate.sees_report(which)
        OR gate.sees_disruption(which){0};
END
$$;
"""
NO_QUESTIONS = """
DROP FUNCTION gate.sees_beyond_emergency;
DROP FUNCTION gate.is_called;
DROP FUNCTION gate.hears_of_disagreement;
DROP FUNCTION gate.owner_is_lost;
DROP FUNCTION gate.is_told_of_owner;
DROP FUNCTION gate.writes_on_cmog_item;
DROP FUNCTION gate.sees_cmog_item;
DROP FUNCTION gate.sees_cmog;
DROP FUNCTION gate.asked_to_cmog;
DROP FUNCTION gate.left_out_of;
DROP FUNCTION gate.sees_disagreement;
DROP FUNCTION gate.sees_action;
DROP FUNCTION gate.sees_danger;
DROP FUNCTION gate.sees_invitation;
DROP FUNCTION gate.sees_restricted_part;
DROP FUNCTION gate.sees_meeting;
"""

OF_CASE = "EXISTS (SELECT FROM cases_case c WHERE c.id = case_id)"
OF_MEETING = "gate.sees_meeting(meeting_id)"
# What was written at a meeting goes, once it has ended or was broken off, with its minutes: not to whoever was left out.
TOLD = "meeting_id <> ALL ((SELECT gate.left_out_of())::uuid[])"
OF_RECORD = f"{OF_MEETING} AND {TOLD}"
OWN_AGENCY = "agency_id = (SELECT gate.agency_id())"
# What is for professionals only, to those alone who have the restricted part of this child's meetings.
OR_GIVEN = "(NOT restricted OR gate.sees_restricted_part(meeting_id))"
OF_DANGER = "gate.sees_danger(danger_id)"
OF_MINUTES = "EXISTS (SELECT FROM mase_minutes m WHERE m.id = minutes_id)"
OF_VERSION = "EXISTS (SELECT FROM mase_minutesversion v WHERE v.id = version_id)"
# Within minutes, what is for those alone to whom the restricted part was given.
APART = "EXISTS (SELECT FROM mase_minutes m WHERE m.id = minutes_id"
GIVEN = "gate.sees_restricted_part(m.meeting_id)"
OF_NOMINAL = "EXISTS (SELECT FROM intelligence_{0}ofconcern n WHERE n.id = {1}_id)"
OF_CMOG_ITEM = "gate.sees_cmog_item(item_id)"
OF_CMOG_MINUTES = "EXISTS (SELECT FROM mase_cmogminutes m WHERE m.id = minutes_id)"
# About one item, or about the whole.
OF_CMOG_PART = f"{OF_CMOG_MINUTES} AND (item_id IS NULL OR {OF_CMOG_ITEM})"
# A CMOG is about many: of each item, whoever sees the CMOG and what the item is about.
CMOG_ITEM = f"""
    (SELECT gate.opens('CMOG_VIEW')) AND gate.sees_cmog(meeting_id)
    AND (case_id IS NULL OR gate.sees_case(case_id)) AND (action_id IS NULL OR gate.sees_action(action_id))
    AND (person_id IS NULL OR {OF_NOMINAL.format("person", "person")})
    AND (place_id IS NULL OR {OF_NOMINAL.format("location", "place")})
"""
# Whoever has the restricted part of a child's meetings reads what is restricted of that child's actions.
GIVEN_OF_CASE = "gate.sees_part({0}case_id, 'view_restricted_minutes', 'MINUTES_RESTRICTED_VIEW')"
# Whoever was named for it and has moved to another agency does it no more.
DOES_IT = "agency_id = (SELECT gate.agency_id())"
# Of an action that is about no child: who sees the item, a restricted one who writes on it; and who does it.
OF_NO_CHILD = f"""
    (SELECT gate.opens('ACTION_VIEW')) AND (
        {DOES_IT}
        OR CASE WHEN restricted THEN gate.writes_on_cmog_item(cmog_item_id) ELSE gate.sees_cmog_item(cmog_item_id) END)
"""
STRATEGIC = "(SELECT gate.opens('STRATEGIC_VIEW'))"
STRATEGIC_WRITING = "(SELECT gate.opens('STRATEGIC_CHANGE'))"
OF_DISAGREEMENT = "gate.sees_disagreement(disagreement_id)"
RULES = {
    "mase_masemeeting": OF_CASE,
    # A restricted one is also read by who does it, and by their agency. Until it is issued it is of its meeting's record.
    "mase_planaction": (
        f"CASE WHEN case_id IS NULL THEN {OF_NO_CHILD}"
        f" ELSE {OF_CASE} AND (issued_at IS NOT NULL OR meeting_id IS NULL OR {TOLD})"
        f" AND (NOT restricted OR {DOES_IT} OR {GIVEN_OF_CASE.format('')}) END"
    ),
    # Why the chair changed who reads an action stays with those who have the restricted part.
    "mase_actionupdate": (
        "gate.sees_action(action_id) AND (kind <> 'READERS' OR EXISTS (SELECT FROM mase_planaction a WHERE a.id = action_id"
        f" AND CASE WHEN a.case_id IS NULL THEN gate.writes_on_cmog_item(a.cmog_item_id) ELSE {GIVEN_OF_CASE.format('a.')} END))"
    ),
    "mase_actionnotice": "gate.sees_action(action_id)",
    "mase_invitation": OF_MEETING,
    "mase_attendance": "gate.sees_invitation(invitation_id)",
    "mase_agendaitem": f"{OF_RECORD} AND {OR_GIVEN}",
    "mase_reveal": OF_RECORD,
    "mase_chairpassed": OF_RECORD,
    "mase_brokenoff": OF_RECORD,
    "mase_assent": OF_RECORD,
    "mase_stepdownpoint": f"{OF_RECORD} AND {OR_GIVEN}",
    "mase_minutes": OF_RECORD,
    # What it decided is the child's category once it has ended, and stands with the case in the same words.
    "mase_decision": (
        f"{OF_MEETING} AND ({TOLD} OR EXISTS"
        " (SELECT FROM mase_masemeeting m WHERE m.id = meeting_id AND m.state = 'ended'))"
    ),
    "mase_dissent": OF_RECORD,
    "mase_dangerstatement": OF_RECORD,
    "mase_safetygoal": OF_DANGER,
    "mase_scalescore": OF_DANGER,
    "mase_mapentry": f"{OF_RECORD} AND {OR_GIVEN}",
    # A draft is its agency's; that nothing is written yet is no secret.
    "mase_agencyinformation": (
        f"{OF_MEETING} AND ({OWN_AGENCY} OR {TOLD} AND (submitted_at IS NOT NULL OR saved_at IS NULL))"
    ),
    "mase_childvoice": OF_RECORD,
    # What somebody typed is theirs, whatever part it was meant for.
    "mase_textsetaside": f"{OF_MEETING} AND by_id = (SELECT gate.user_id())",
    "mase_clockpause": OF_CASE,
    "mase_latereason": OF_CASE,
    "mase_invitationanswer": "gate.sees_invitation(invitation_id)",
    "mase_calendarentry": OF_MEETING,
    "mase_reportreminder": OF_MEETING,
    "mase_restrictedinformation": (
        f"{OF_MEETING} AND ({OWN_AGENCY} OR {TOLD} AND gate.sees_restricted_part(meeting_id))"
    ),
    # Who was left out and why is told to those who run meetings.
    "mase_leftout": f"(SELECT gate.opens('MEETING_CHAIR')) AND {OF_MEETING}",
    # What minutes say of an action is read by whoever reads both.
    "mase_minutesaction": f"{OF_MINUTES} AND gate.sees_action(action_id)",
    "mase_minutesversion": OF_MINUTES,
    "mase_minutesreader": OF_VERSION,
    "mase_minuteswording": "EXISTS (SELECT FROM mase_agendaitem i WHERE i.id = item_id)",
    # What somebody objected to is theirs to read again.
    "mase_minutesobjection": f"{APART} AND (NOT restricted OR by_id = (SELECT gate.user_id()) OR {GIVEN}))",
    "mase_minutesaddendum": f"{APART} AND (NOT restricted OR {GIVEN}))",
    "mase_agreedrecord": f"{APART} AND {GIVEN})",
    "mase_minutescopy": (
        "EXISTS (SELECT FROM mase_minutesversion v JOIN mase_minutes m ON m.id = v.minutes_id WHERE v.id = version_id"
        f" AND (audience = 'open' OR {GIVEN}))"
    ),
    "mase_cmogmeeting": (
        "(SELECT gate.opens('CMOG_VIEW')) AND ((SELECT gate.opens('CMOG_LIST')) OR gate.asked_to_cmog(id))"
    ),
    "mase_cmoginvitation": "gate.sees_cmog(meeting_id)",
    "mase_cmogitem": CMOG_ITEM,
    "mase_cmogtextaside": f"{OF_CMOG_ITEM} AND by_id = (SELECT gate.user_id())",
    "mase_cmogminutes": "gate.sees_cmog(meeting_id)",
    # A draft's words are for those who run it. After an objection to what they may not see, those word it who do.
    "mase_cmogwording": (
        f"{OF_CMOG_ITEM} AND ((SELECT gate.opens('CMOG_RUN')) OR (SELECT gate.opens('CMOG_WRITE'))"
        " AND EXISTS (SELECT FROM mase_cmogminutes m WHERE m.id = minutes_id AND m.circulated_at IS NOT NULL))"
    ),
    "mase_cmogminutesversion": OF_CMOG_MINUTES,
    "mase_cmogsentwords": OF_CMOG_ITEM,
    "mase_cmogminutesreader": (
        "EXISTS (SELECT FROM mase_cmogminutesversion v WHERE v.id = version_id)"
        " AND (person_id = (SELECT gate.user_id()) OR (SELECT gate.opens('CMOG_RUN')))"
    ),
    "mase_cmogminutesobjection": OF_CMOG_PART,
    "mase_cmogminutesaddendum": OF_CMOG_PART,
    "mase_cmogprint": "false",  # how many there are counts what somebody may not see
    "mase_cmogcalendarentry": "gate.sees_cmog(meeting_id)",
    "mase_strategicobjective": STRATEGIC,
    "mase_strategicupdate": STRATEGIC,
    "mase_disagreement": OF_CASE,
    "mase_disagreementstage": OF_DISAGREEMENT,
    "mase_disagreementanswer": OF_DISAGREEMENT,
    "mase_transitionentry": OF_CASE,
    "mase_transitionprompt": OF_CASE,
    "mase_clocknotice": OF_CASE,
    "mase_cmognotice": "(SELECT gate.opens('CMOG_RUN'))",
    # Whom an agency names is its own.
    "mase_stageperson": OWN_AGENCY,
    # Whoever was called need not see the case; it must be neither shut to them nor restricted.
    "mase_stagecall": (
        f"{OF_DISAGREEMENT} OR person_id = (SELECT gate.user_id()) AND {OWN_AGENCY}"
        " AND gate.hears_of_disagreement(disagreement_id)"
    ),
}
# What an agency knows, and who comes for it, is written by nobody who sees the case in an emergency alone.
BEYOND = "gate.sees_beyond_emergency({0}meeting_id)"
# An agenda is set out, and another's text put aside, by people who may not read it.
WRITING = {
    "mase_agencyinformation": f"{RULES['mase_agencyinformation']} AND {BEYOND.format('')}",
    "mase_restrictedinformation": f"{RULES['mase_restrictedinformation']} AND {BEYOND.format('')}",
    "mase_invitationanswer": (
        f"EXISTS (SELECT FROM mase_invitation i WHERE i.id = invitation_id AND {BEYOND.format('i.')})"
    ),
    "mase_agendaitem": OF_MEETING,
    "mase_textsetaside": OF_MEETING,
    "mase_cmogtextaside": OF_CMOG_ITEM,
    # Whoever was asked to one reads; what it says is written by who writes it down, and agreed by who runs it.
    "mase_cmogitem": f"({CMOG_ITEM}) AND (SELECT gate.opens('CMOG_WRITE'))",
    "mase_cmogmeeting": (
        "((SELECT gate.opens('CMOG_RUN')) OR (SELECT gate.opens('CMOG_WRITE'))) AND (SELECT gate.opens('CMOG_LIST'))"
    ),
    # Whom a CMOG is shown to is said by who runs it.
    "mase_cmoginvitation": "(SELECT gate.opens('CMOG_RUN')) AND gate.sees_cmog(meeting_id)",
    "mase_strategicobjective": STRATEGIC_WRITING,
    "mase_strategicupdate": STRATEGIC_WRITING,
    "mase_stageperson": f"(SELECT gate.opens('PEOPLE_MANAGE')) AND {OWN_AGENCY}",
    "mase_stagecall": OF_DISAGREEMENT,
}
# A bundle holds what was said at every meeting about the child, whoever assembled it. What of it names such a meeting is for
# who reads that meeting's record: PostgreSQL asks this besides the rule of cases, which knows no meetings.
TOLD_BELOW = "".join(
    f"""
CREATE POLICY not_of_a_record_kept_from_them ON {table} AS RESTRICTIVE TO cse_app USING (
    source_id IS NULL OR source_id <> ALL ((SELECT gate.left_out_of())::uuid[]));
SELECT gate.note_policies('{table}');
"""
    for table in ("cases_subjectaccessitem", "cases_subjectaccesspassage")
)
NOT_TOLD_BELOW = "".join(
    f"""
DROP POLICY not_of_a_record_kept_from_them ON {table};
SELECT gate.note_policies('{table}');
"""
    for table in ("cases_subjectaccesspassage", "cases_subjectaccessitem")
)
# How an objective stood and why, what was said at a stage and when it began: history from the moment it is said.
WRITTEN_ONCE = (
    "mase_strategicupdate, mase_disagreementstage, mase_disagreementanswer, mase_transitionentry,"
    " mase_transitionprompt, mase_clocknotice, mase_cmognotice, mase_stagecall, mase_chairpassed, mase_brokenoff"
)


class Migration(migrations.Migration):
    dependencies = [
        ("mase", "0001_initial"),
        ("cases", "0002_row_security"),
        ("intelligence", "0002_row_security"),
    ]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(TOLD_OF.format(" OR gate.is_called(which)"), TOLD_OF.format("")),
        migrations.RunSQL(protect(RULES, writing=WRITING), unprotect(RULES)),
        migrations.RunSQL(TOLD_BELOW, NOT_TOLD_BELOW),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON {WRITTEN_ONCE} FROM cse_app",
            f"GRANT UPDATE, DELETE ON {WRITTEN_ONCE} TO cse_app",
        ),
        # Who was left out, and why, stays; that the minutes were sent to them after all is added.
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON mase_leftout FROM cse_app;"
            "GRANT UPDATE (added_at, added_by_id) ON mase_leftout TO cse_app",
            "GRANT UPDATE, DELETE ON mase_leftout TO cse_app",
        ),
    ]
