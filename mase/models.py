"""Models of the meetings floor, gathered for Django. Code imports each from its own flat."""

from mase.clocks import models as clocks
from mase.disagreements import models as disagreements
from mase.meetings.models import agenda, meeting, sections
from mase.minutes import models as minutes
from mase.plans.models import plan, safety_map
from mase.strategy import models as strategy
from mase.transition import models as transition

__all__ = [
    "agenda", "clocks", "disagreements", "meeting", "minutes", "plan", "safety_map", "sections", "strategy",
    "transition",
]  # fmt: skip
