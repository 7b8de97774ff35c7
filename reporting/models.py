"""Models of the reporting floor, gathered for Django. Code imports each from its own flat."""

from reporting.board import models as board
from reporting.prevention import models as prevention
from reporting.profile import models as profile
from reporting.quality import models as quality
from reporting.region import models as region
from reporting.retention import models as retention
from reporting.returns import models as returns
from reporting.subject_access import models as subject_access
from reporting.workforce import models as workforce

__all__ = [
    "board", "prevention", "profile", "quality", "region", "retention", "returns", "subject_access",
    "workforce",
]  # fmt: skip
