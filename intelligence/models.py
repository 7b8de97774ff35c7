"""Models of the intelligence floor, gathered for Django. Code imports each from its own flat."""

from intelligence.desk import models as desk
from intelligence.disruption import models as disruption
from intelligence.links import models as links
from intelligence.outcomes import models as outcomes
from intelligence.profiles import models as profiles
from intelligence.sentences import models as sentences
from intelligence.subjects import models as subjects
from intelligence.submissions import models as submissions

__all__ = [
    "desk", "disruption", "links", "outcomes", "profiles", "sentences", "subjects", "submissions",
]  # fmt: skip
