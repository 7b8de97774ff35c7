"""Who may do what with returns, packs and prevention. The role says it all; the state narrows it in services."""

from cse_portal.access.permissions import Permission
from cse_portal.access.rules import by_role

by_role(
    Permission.PREVENTION_RECORD,
    Permission.PREVENTION_VIEW,
    Permission.AUDIT_VIEW,
    Permission.AUDIT_REVIEW,
    Permission.RETURN_PREPARE,
    Permission.RETURN_SIGN,
    Permission.RETURN_VIEW,
    Permission.BOARD_REPORT_PUBLISH,
    Permission.BOARD_REPORT_VIEW,
    Permission.BOARD_PACK_CHECK,
    Permission.BOARD_PACK_ANSWER,
    Permission.RETENTION_MANAGE,
    Permission.CASE_AUDIT,
    Permission.CASE_AUDIT_DRAW,
    Permission.TRAINING_KEEP,
    Permission.TRAINING_ALL,
    Permission.RETENTION_APPROVE,
)
