"""The story of young people near 18: the reminders of one morning, and what one of them and her worker have done."""

from django.utils import timezone

from cse_portal.demo.board.clockwork import Story
from cse_portal.demo.board.scene import Scene
from mase.transition import services as transition
from mase.transition.models import TransitionPart
from mase.transition.selectors import near_18


def stories(scene: Scene) -> list[Story]:
    """One story for all of them."""
    return [towards_18(scene)]


def towards_18(scene: Scene) -> Story:
    """The lead professionals are reminded; one has talked with the young person since, and asked what they agree to."""
    yield scene.ago(21, hour=7)
    transition.prompt_leads()
    yield scene.ago(18, hour=15)
    by = scene.cast("manager")
    case = next((each for each in near_18() if not each.is_restricted), None)
    if case is None:
        return
    transition.record_part(
        case=case, part=TransitionPart.DISCUSSION, happened_on=timezone.localdate(), by=by,
        text="They want to keep the youth worker they chose, and nobody new in the room.",
    )  # fmt: skip
    transition.record_part(
        case=case, part=TransitionPart.CONSENT, code="IN_PART", by=by,
        text="To a referral, without what was said about the family.",
    )  # fmt: skip
