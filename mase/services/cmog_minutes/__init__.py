"""The minutes of a CMOG: a draft when it ends, worded, sent out, objected to, agreed, added to.

The same steps as the minutes of a MASE take. What differs: no two readers have the same, for the item is the unit of
sight, so there is no stored document (docs/adr/0018-cmog.md).
"""

from mase.services.cmog_minutes.adding import Correction, add_addendum
from mase.services.cmog_minutes.agreeing import agree
from mase.services.cmog_minutes.circulating import circulate
from mase.services.cmog_minutes.drafting import draft, save_wording
from mase.services.cmog_minutes.objecting import CmogObjection, answer, object_to
from mase.services.cmog_minutes.reading import acknowledge, note_copy, note_opened

__all__ = [
    # draft
    "draft",
    "save_wording",
    # sent out
    "circulate",
    # read and objected to
    "note_opened",
    "note_copy",
    "acknowledge",
    "CmogObjection",
    "object_to",
    "answer",
    # agreed, and after
    "agree",
    "Correction",
    "add_addendum",
]
