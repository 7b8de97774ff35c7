"""Words for returns, their measures and what is checked."""

from django.db.models import TextChoices


class MeasureKind(TextChoices):
    """Whether a measure counts what there is, what happened, or how well it is recorded."""

    STOCK = "stock", "At the end of the quarter"
    FLOW = "flow", "During the quarter"
    QUALITY = "quality", "Data quality"


class Unit(TextChoices):
    """What a figure counts. `WORK` and `ABOUT_AGENCIES` say for which units a small number points to no person."""

    CHILDREN = "children"
    EPISODES = "episodes"
    CONCERNS = "concerns"
    REFERRALS = "referrals"
    SUBMISSIONS = "submissions"
    INITIALS = "initial meetings"
    REVIEWS = "reviews"
    DECISIONS = "decisions"
    RETURNS = "returns"
    CHILDREN_MET = "children met"
    MEETINGS = "meetings"
    INVITATIONS = "invitations"
    ACTIONS = "actions"
    MINUTES = "minutes"
    DISAGREEMENTS = "disagreements"
    PEOPLE_OF_CONCERN = "people of concern"
    PLACES = "places"
    ORDERS = "orders"
    INVESTIGATIONS = "investigations"
    AUDITS = "case files audited"
    ACTIVITIES = "activities"
    ATTENDANCES = "attendances of courses"
    STAFF = "people of the workforce"


class CountedThing(TextChoices):
    """What a number counts one by one; the label is the noun for counting them."""

    CONCERNS = "concerns", "concern"
    DECISIONS = "decisions", "decision"
    SUBMISSIONS = "submissions", "submission"
    CHILDREN = "children", "child,children"
    PERIODS = "periods", "period of work,periods of work"
    EPISODES = "episodes", "missing episode"
    INITIALS = "initials", "initial meeting"
    REVIEWS = "reviews", "review"
    MEETINGS = "meetings", "meeting"
    INVITATIONS = "invitations", "invitation"
    ACTIONS = "actions", "action"
    MINUTES = "minutes", "set of minutes,sets of minutes"
    STAGES = "stages", "stage of a disagreement,stages of disagreements"
    DISAGREEMENTS = "disagreements", "disagreement"
    SUBJECTS = "subjects", "subject of concern,subjects of concern"
    ORDERS = "orders", "order"
    COURT = "court", "record"
    OUTCOMES = "outcomes", "outcome"
    AUDITS = "audits", "audit of a case file,audits of case files"
    TRAINING = "training", "attendance of a course,attendances of courses"
    STAFF = "staff", "person,people"
    SUPPORT = "support", "referral to a service,referrals to services"
    ACTIVITIES = "activities", "activity,activities"


# What the partnership did for children: 2 late of 12 point to no child, 2 late of 3 may.
WORK = frozenset(
    {
        Unit.SUBMISSIONS,
        Unit.INITIALS,
        Unit.REVIEWS,
        Unit.DECISIONS,
        Unit.RETURNS,
        Unit.CHILDREN_MET,
        Unit.AUDITS,
    }
)
# A place or an order points to no child, and what agencies did to none.
ABOUT_AGENCIES = frozenset(
    {
        Unit.MEETINGS, Unit.INVITATIONS, Unit.ACTIONS, Unit.MINUTES, Unit.DISAGREEMENTS, Unit.PLACES, Unit.ORDERS,
        Unit.ACTIVITIES,
        Unit.ATTENDANCES, Unit.STAFF,
    }
)  # fmt: skip


class Dimension(TextChoices):
    """What a table of figures is broken down by; the label is the table's caption."""

    ALL = "all", "Total"
    CATEGORY = "category", "By category"
    SEX = "sex", "By sex"
    AGE = "age", "By age group"
    ETHNICITY = "ethnicity", "By ethnicity"
    AGENCY = "agency", "By agency"
    CATEGORY_SEX = "category_sex", "By category and sex"
    MOVEMENT = "movement", "From category to category"
    SOURCE = "source", "By who told us"
    OUTCOME = "outcome", "By outcome"
    SUPPORT = "support", "By support the child has"
    FIELD = "field", "By field"
    PEOPLE = "people", "By part in the meeting"
    QUORUM = "quorum", "By quorum"
    PLAN = "plan", "By part of the plan"
    FEEDBACK = "feedback", "By feedback"
    REASON = "reason", "By reason"
    DUE = "due", "Due"
    PAUSED = "paused", "Paused"
    STAGE = "stage", "By stage"
    STAGE_OUTCOME = "stage_outcome", "By stage and outcome"
    MISSING_KIND = "missing_kind", "By kind of absence"
    PLACE = "place", "By where they were missing from"
    LINE = "line", "Line by line"
    WARD = "ward", "By ward where the child lives"
    HOURS = "hours", "By weekday and time of day"
    THEME = "theme", "By what it is about"
    GROUP = "group", "By group"
    MINORITY = "minority", "By minority ethnic group"
    DISABILITY = "disability", "By disability"
    LOOKED_AFTER = "looked_after", "Looked after"
    MODEL = "model", "By model of exploitation"
    ANSWER = "answer", "By agency and answer"
    HARM = "harm", "By harm status"
    ASSESSED = "assessed", "By age of the risk assessment"
    PLACED = "placed", "Looked after, by where and by whom"
    SCHOOL = "school", "School and learning"
    TACTIC = "tactic", "By tactic"
    STATUS = "status", "By status"
    TYPE = "type", "By type"
    SITE = "site", "By ward"
    RESULT = "result", "By what came of it in court"
    GRADE = "grade", "By grade"
    STAFF_AGENCY = "staff_agency", "Trained, by agency"
    STAFF_ROLE = "staff_role", "Trained, by role"
    NEED = "need", "By need"
    WAIT = "wait", "The wait, by need"
