"""How the people of the demo board assess a child's risk."""

from cases.choices import HarmStatus, IndicatorTiming, RiskCategory
from cases.models import Case, RiskAssessment
from cases.services import assessments
from cse_portal.accounts.models import User
from cse_portal.demo.board import concerns, words
from cse_portal.demo.board.children import Child
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key


def assess(scene: Scene, case: Case, child: Child, lead: User, category: RiskCategory) -> RiskAssessment:
    """As many signs as fit the category; where the practitioner sees it otherwise than the arithmetic, they say why."""
    number = {RiskCategory.LOW: (1, 3, 2), RiskCategory.MEDIUM: (2, 6, 4), RiskCategory.HIGH: (3, 9, 6)}[
        category
    ]
    ticked: dict[str, assessments.Answer] = {}
    for prefix, of, wanted in zip(("SIG", "RSK", "VUL"), (8, 20, 22), number, strict=True):
        for row in concerns.ticks(scene.random, prefix, of, wanted):
            ticked[row["code"]] = assessments.Answer(IndicatorTiming(row["timing"]), row["evidence"])
    judgement = assessments.Judgement(
        category=category,
        harm_status=HarmStatus(case.harm_status),
        narrative=words.about(scene.random, words.NARRATIVES, is_boy=child.is_boy),
        difference_reason="What is known of the last month outweighs the number of indicators.",
    )
    return assessments.record_assessment(
        case=case, answers=assessments.Answers(ticked), judgement=judgement, by=lead, key=new_key()
    )
