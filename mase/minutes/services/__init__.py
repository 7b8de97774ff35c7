"""The minutes of a meeting: a draft when it ends, worded by the chair, sent to whom they are for, agreed, added to."""

from mase.minutes.services.agreeing import add_addendum as add_addendum
from mase.minutes.services.agreeing import agree as agree
from mase.minutes.services.agreeing import agree_by_themselves as agree_by_themselves
from mase.minutes.services.agreeing import draft as draft
from mase.minutes.services.agreeing import save_wording as save_wording
from mase.minutes.services.circulating import Taken as Taken
from mase.minutes.services.circulating import choose_recipients as choose_recipients
from mase.minutes.services.circulating import circulate as circulate
from mase.minutes.services.circulating import hand_out as hand_out
from mase.minutes.services.circulating import hand_out_own as hand_out_own
from mase.minutes.services.objecting import answer as answer
from mase.minutes.services.objecting import note as note
from mase.minutes.services.objecting import object_to as object_to
