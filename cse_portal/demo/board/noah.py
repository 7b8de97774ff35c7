"""Leah's younger brother: a category 1 case of his own, linked to hers and reviewed by the same lead."""

import datetime as dt
from dataclasses import replace

from cases.family import services as family
from cases.record.choices import HarmStatus
from cse_portal.demo.board import living, reviews, told
from cse_portal.demo.board.children import NHS_NUMBERS
from cse_portal.demo.board.clockwork import Story, later, together
from cse_portal.demo.board.lives import LOW, Assessed, Opened, ToldCourse, Worry

FIRST = Worry(
    105, "education", "Noah has a new telephone and asks at school when his sister comes home. A man gave him money "
    "for taking her a message.", ("RSK03", "VUL19"), "I only gave her the note.",
)  # fmt: skip
AT_FIRST = Assessed(
    LOW, ("RSK03", "VUL19"), "He took a message once. He told his teacher, and has told his sister."
)
WHO = {
    "given_name": "Noah", "family_name": "Cotterill", "sex": "1", "ethnicity": "MWBC", "disabilities": [],
    "nhs_number": NHS_NUMBERS[-4], "address": "31 Canal Street, Tipton", "postcode": "DY4 4AA",
    "school": "Holly Bank School", "lives_with": "Mother", "legal_status": "CIN_PLAN",
}  # fmt: skip


def story(course: ToldCourse) -> Story:
    """From a message that he carried to the second review of his case."""
    scene, lead = course.scene, course.lead
    life = replace(course.life, who=WHO, age=13 * 365 + 40, is_boy=True, named=(), agencies=())
    how = Opened(LOW, HarmStatus.H0, ("M9",), "He carried a message for an adult.")
    his = yield from told.opened(scene, life, FIRST, how)
    yield later(3, hour=14)
    sister = family.Member(
        course.case.child.name, "SIBLING", sex="2", contact_safe="yes", sibling_case=course.case.reference
    )
    family.record_member(case=his.case, member=sister, by=lead)
    mother = family.Member("Tracey Cotterill", "MOTHER", lives_with_child=True, contact_safe="yes")
    family.record_member(case=his.case, member=mother, by=lead)
    yield from told.assessed(his, AT_FIRST)
    said = (
        "Priya Raman, at school",
        "I told my teacher. Was that right?",
        "To see Leah",
        "They meet weekly.",
        7,
    )
    yield from together(reviews.until(his, scene.now + dt.timedelta(days=100)), living.heard(his, 30, *said))
