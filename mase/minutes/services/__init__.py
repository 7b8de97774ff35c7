"""The minutes of a meeting: a draft when it ends, worded by the chair, sent to whom they are for, agreed, added to."""

from mase.minutes.services.agreeing import add_addendum, agree, agree_by_themselves, draft, save_wording
from mase.minutes.services.circulating import Taken, choose_recipients, circulate, hand_out, hand_out_own
from mase.minutes.services.objecting import answer, note, object_to

__all__ = [
    "Taken", "add_addendum", "agree", "agree_by_themselves", "answer", "choose_recipients", "circulate", "draft",
    "hand_out", "hand_out_own", "note", "object_to", "save_wording",
]  # fmt: skip
