"""The ground floor's records, gathered for Django. Code imports each from its own flat."""

from cases.assessments import models as assessments
from cases.borders import models as borders
from cases.chronology import models as chronology
from cases.community import models as community
from cases.concerns import models as concerns
from cases.court import models as court
from cases.documents import models as documents
from cases.exports import models as exports
from cases.family import models as family
from cases.handoffs import models as handoffs
from cases.history import models as history
from cases.identity import models as identity
from cases.letters import models as letters
from cases.matching import models as matching
from cases.merging import models as merging
from cases.missing import models as missing
from cases.record.models import access, case, child
from cases.reviews import models as reviews
from cases.sharing import models as sharing
from cases.strategy import models as strategy
from cases.support import models as support
from cases.trigger_plans import models as trigger_plans
from cases.voice import models as voice

__all__ = [
    "access", "assessments", "borders", "case", "child", "chronology", "community", "concerns", "court",
    "documents", "exports", "family", "handoffs", "history", "identity", "letters", "matching", "merging",
    "missing", "reviews", "sharing", "strategy", "support", "trigger_plans", "voice",
]  # fmt: skip
