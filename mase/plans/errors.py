"""What the state of an action forbids, in words that their reader can act on."""

DANGER_STAYS = (
    "This danger was carried from the last meeting, or has numbers or actions. It cannot be removed: end it with"
    " a reason instead."
)
ACTION_FINISHED = "This action is already finished, so it cannot be changed."
ACTION_REPLACED = "This action is in a later plan now. Open it again to find the new one, and report on that."
ACTION_NOT_ISSUED = "This action is issued when its meeting ends. Until then, change it in the meeting."
NEW_DAY_MISSING = "The day of this action is past. Enter a new date, or nobody is reminded of it again."
OWN_REPORT_WAITS = (
    "You reported this yourself, so somebody else who may chair confirms it. They have been told."
)
AGENCY_HAS_LEFT = "This agency does not take part any more. Choose another agency."
OWNER_CANNOT_TAKE_IT = (
    "This person cannot be given this action. Share the child’s case with them first, or choose another."
)
NOBODY_CAN_TAKE_IT = (
    "Nobody in this agency can be given this action. Share the case there first, or choose another agency."
)
