"""The minutes of a meeting: a draft when it ends, worded by the chair, sent to whom they are for, agreed, added to."""

from mase.minutes.services.agreeing import add_addendum, agree, agree_by_themselves, draft, save_wording
from mase.minutes.services.circulating import JOB, Drawn, choose_recipients, circulate, keep, queue
from mase.minutes.services.handing_out import Handed, hand_out, hand_out_own, preview
from mase.minutes.services.objecting import acknowledge, answer, note_opened, object_to

__all__ = [
    # draft
    "draft",
    "save_wording",
    # who gets them
    "choose_recipients",
    # sent out
    "JOB",
    "Drawn",
    "circulate",
    "queue",
    "keep",
    # read and objected to
    "Handed",
    "hand_out",
    "hand_out_own",
    "preview",
    "note_opened",
    "acknowledge",
    "object_to",
    "answer",
    # agreed, and after
    "agree",
    "agree_by_themselves",
    "add_addendum",
]
