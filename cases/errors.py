"""What the state of a concern or case forbids, in words its reader can act on."""

from cse_portal.errors import NotAllowedNow


class ConcernAlreadySubmitted(NotAllowedNow):
    """A submitted concern is a record; it is added to, never edited."""

    message = "This concern has been submitted and cannot be changed. You can add to it."


class ChildHasCase(NotAllowedNow):
    """One case per child: a number that a known child carries opens no second case."""

    message = "A child with this NHS number or unique pupil number already has a case. Add the concern to that case."


class CaseClosed(NotAllowedNow):
    """A closed case is read-only."""

    message = "This case is closed, so it cannot be changed. Re-open it with a reason first."


class CategoryRule(NotAllowedNow):
    """A category moves down only in a meeting, one step at a time (IICSA 2022, F.4)."""

    message = "A category goes down only by a meeting's decision, one step at a time."


class NotToYourself(NotAllowedNow):
    """What one holds of a case somebody else gave, or a rule."""

    message = "You cannot give access to yourself. Ask somebody else who works on this case."


class OwnEmergency(NotAllowedNow):
    """Nobody judges themselves."""

    message = "You opened this case yourself. Another privacy officer gives the verdict."


class NeedsNamedPeople(NotAllowedNow):
    """A restricted case is shared with people by name only."""

    message = "This case is restricted. Share it with a named person, not a whole agency."


class NumberRefused(NotAllowedNow):
    """An NHS number or pupil number of another child whose case this person may see. A hidden case refuses none."""

    message = "Another child whose case you can see has this number. Check it, and tell the CSE team if both are right."
    field = "nhs_number"


class CannotLead(NotAllowedNow):
    """A lead professional works on cases for the lead agency and is not shut out: which of these fails is not told."""

    message = "This person cannot lead this case. Choose somebody else, or ask the CSE team."


class AddressIsConfidential(NotAllowedNow):
    """Where a confidential address holds, the open record has none, whoever writes it."""

    message = (
        "Where this child or young person lives is confidential, so no address or postcode is written here. "
        "Record it on the page for confidential addresses, or ask the lead professional to."
    )
    field = "address"


class DocumentsFull(NotAllowedNow):
    """A case holds so many bytes and no more."""

    message = "This case holds as many files as it may. Tell the CSE team, who can ask for more room"
    field = "file"


class ScannerConfigured(NotAllowedNow):
    """What waits for a scanner that is there waits for its answer."""

    message = "A virus scanner is configured: it answers for what waits."


class DocumentNotOpen(NotAllowedNow):
    """Nothing is handed out before it is clean, or after it was removed."""

    message = "This document is still being checked for viruses. Try again in a few minutes."


class DocumentRemoved(NotAllowedNow):
    """It is off the case."""

    message = "This document has been removed from the case."


class ExportEmpty(NotAllowedNow):
    """A copy of nothing."""

    message = "No cases match, so there is nothing to export. Change the filters of the list."


class ExportTooLarge(NotAllowedNow):
    """More than any one copy holds."""

    message = "A copy holds fewer cases than this. Filter the list, and export that."


class ClosingNeedsLowerCategory(NotAllowedNow):
    """Closing is no way round the rule that a category goes down one step at a time, in a meeting."""

    message = (
        "A case closes because risk is reduced, or none was found, only from category 1 or none. "
        "A meeting must lower the category first, one step at a time."
    )


class RiskNotOver(NotAllowedNow):
    """No meeting has seen the category as it is and left it, or a floor stands against saying that the risk is over."""

    message = "A meeting must confirm the category first, without lowering it."


class MissingTwice(NotAllowedNow):
    """Two agencies write down the same time."""

    message = "This time is recorded already, or part of it. Look at the list before you add another."


class StillMissing(NotAllowedNow):
    """An interview follows a return; work does not end while nobody knows where a child is."""

    message = "The child or young person is recorded as missing. First record when they are back."


class InterviewBeforeReturn(NotAllowedNow):
    """Times in their order."""

    message = "An interview is offered, held or declined after the child or young person is back."
