"""Showing a record to whom it is about: asked for, assembled, others' parts left out, read by another, disclosed."""

from cases.services.subject_access.assembling import ItemDraft, NameDraft, PassageDraft, freeze
from cases.services.subject_access.disclosing import (
    JOB,
    disclose,
    download,
    keep,
    make_again,
    trace_disclosure,
)
from cases.services.subject_access.holding import finish_item, hold, hold_item, include, include_item, release
from cases.services.subject_access.marking import decide_names, mark, mark_words, unmark
from cases.services.subject_access.reading import finish_reading, give_verdict, send, take_back
from cases.services.subject_access.receiving import Asked, check_identity, close, extend, receive

__all__ = [
    # asking
    "Asked",
    "receive",
    "check_identity",
    "extend",
    "close",
    # what it is about
    "ItemDraft",
    "NameDraft",
    "PassageDraft",
    "freeze",
    # what is left out
    "hold",
    "hold_item",
    "include",
    "include_item",
    "release",
    "mark",
    "mark_words",
    "unmark",
    "decide_names",
    "finish_item",
    # the second reader
    "send",
    "take_back",
    "give_verdict",
    "finish_reading",
    # what leaves
    "JOB",
    "disclose",
    "make_again",
    "keep",
    "download",
    "trace_disclosure",
]
