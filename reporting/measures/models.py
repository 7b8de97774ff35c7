"""Words for returns, their measures and what is checked."""

from enum import Enum, StrEnum

from django.db.models import TextChoices


class MeasureKind(TextChoices):
    """Whether a measure counts what there is, what happened, or how well it is recorded."""

    STOCK = "stock", "At the end of the quarter"
    FLOW = "flow", "During the quarter"
    QUALITY = "quality", "Data quality"


class About(Enum):
    """What a number is about, and so whether a small one might point to a child."""

    CHILD = "child"  # 1 to 5 of them may
    WORK = "work"  # what was done for children: 2 late of 12 point to nobody, 2 late of 3 may
    NO_CHILD = "no child"  # what agencies did, and places and people of concern


class Unit(StrEnum):
    """What a figure counts, in the word that stands beside it, and what that is about."""

    about: About

    def __new__(cls, word: str, about: About = About.CHILD) -> "Unit":
        """A word that says of itself what it is about."""
        unit = str.__new__(cls, word)
        unit._value_, unit.about = word, about
        return unit

    CHILDREN = "children", About.CHILD
    EPISODES = "episodes", About.CHILD
    CONCERNS = "concerns", About.CHILD
    REFERRALS = "referrals", About.CHILD
    INVESTIGATIONS = "investigations", About.CHILD
    CHILDREN_REACHED = "children reached", About.WORK
    CHILDREN_MET = "children met", About.WORK
    DECISIONS = "decisions", About.WORK
    RETURNS = "returns", About.WORK
    SUBMISSIONS = "submissions", About.NO_CHILD
    INITIALS = "initial meetings", About.NO_CHILD
    REVIEWS = "reviews", About.NO_CHILD
    MEETINGS = "meetings", About.NO_CHILD
    INVITATIONS = "invitations", About.NO_CHILD
    ACTIONS = "actions", About.NO_CHILD
    MINUTES = "minutes", About.NO_CHILD
    DISAGREEMENTS = "disagreements", About.NO_CHILD
    PEOPLE_OF_CONCERN = "people of concern", About.NO_CHILD
    PLACES = "places", About.NO_CHILD
    ORDERS = "orders", About.NO_CHILD
    ATTENDANCES = "attendances of courses", About.NO_CHILD
    STAFF = "people of the workforce", About.NO_CHILD
    ACTIVITIES = "activities", About.NO_CHILD
    AUDITS = "case files audited", About.WORK


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
