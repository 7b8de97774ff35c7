"""What the state of a concern or case forbids, in words its reader can act on."""

from cse_portal.errors import NotAllowedNow


class ConcernAlreadySubmitted(NotAllowedNow):
    """A submitted concern is a record; it is added to, never edited."""

    message = "This concern has been submitted and cannot be changed. You can add to it."


class ConcernIncomplete(NotAllowedNow):
    """The steps that must be answered before a concern can be sent."""

    message = "Some questions still need an answer before this concern can be submitted."


class ChildHasCase(NotAllowedNow):
    """One case per child: a number that a known child carries opens no second case."""

    message = "A child with this NHS number or unique pupil number already has a case. Add the concern to that case."


class ConcernAlreadyDecided(NotAllowedNow):
    """Somebody decided it first."""

    message = "This concern has already been decided. The decision is shown below."


class CaseClosed(NotAllowedNow):
    """A closed case is read-only."""

    message = "This case is closed, so it cannot be changed. Re-open it with a reason first."


class CaseOpen(NotAllowedNow):
    """Only a closed case can be re-opened."""

    message = "This case is already open."


class ClosureNotReady(NotAllowedNow):
    """The closure checklist is not answered."""

    message = "Answer every line of the closure checklist, with a reason where the answer is no."


class CategoryRule(NotAllowedNow):
    """A category moves down only in a meeting, one step at a time (IICSA 2022, F.4)."""

    message = "A category goes down only by a meeting's decision, one step at a time."


class LeadAgencyKeepsAccess(NotAllowedNow):
    """The lead agency cannot be cut off from its own case."""

    message = "The lead agency always has access. Change the lead agency first."


class NotToYourself(NotAllowedNow):
    """What one holds of a case somebody else gave, or a rule."""

    message = "You cannot give access to yourself. Ask somebody else who works on this case."


class CaseAlreadySeen(NotAllowedNow):
    """Emergency access is for a case one does not see."""

    message = "You can see this case already."


class ExclusionDecided(NotAllowedNow):
    """One decision for each proposal."""

    message = "This has been decided already."


class OwnEmergency(NotAllowedNow):
    """Nobody judges themselves."""

    message = "You opened this case yourself. Another privacy officer gives the verdict."


class AlreadyReviewed(NotAllowedNow):
    """One verdict for each emergency."""

    message = "Somebody has already judged this. Their verdict is shown below."


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


class AlreadyConfirmed(NotAllowedNow):
    """One assessment leads to one confirmed category."""

    message = "A category has already been confirmed on this assessment. It is shown below."


class DifferenceNeedsReason(NotAllowedNow):
    """The professional judgement may differ from the arithmetic, and says why."""

    message = "Say why your category differs from the indicative one."


class KeepsAccess(NotAllowedNow):
    """Those who answer for a case by rule cannot be cut off from it while they do."""

    message = (
        "The CSE team and the lead professional keep their access for as long as they answer for this case."
    )


class NotOnTheCase(NotAllowedNow):
    """A part of a case is shown to those who see the case."""

    message = "They cannot see this case. Share the case with them first; of a restricted case, with a person by name."


class AddressIsConfidential(NotAllowedNow):
    """Where a confidential address holds, the open record has none, whoever writes it."""

    message = (
        "Where this child or young person lives is confidential, so no address or postcode is written here. "
        "Record it on the page for confidential addresses, or ask the lead professional to."
    )
    field = "address"


class AddressNotCurrent(NotAllowedNow):
    """It has been ended, or another has taken its place."""

    message = "This address is no longer current. What holds now is shown below."


class AddressUnreadable(NotAllowedNow):
    """It was sealed with a key that is gone, or tampered with."""

    message = (
        "This address cannot be read any more. Ask whoever said that it is confidential to write it down again, and "
        "tell whoever runs the portal."
    )


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


class OwnExport(NotAllowedNow):
    """Two people answer for a large copy."""

    message = "You asked for this copy, so somebody else must decide about it."


class ExportDecided(NotAllowedNow):
    """Somebody decided it first."""

    message = "This copy has already been decided about."


class ExportNotReady(NotAllowedNow):
    """There is no file, not yet or no longer."""

    message = "There is no file to download. It is shown below why."


class ExportChanged(NotAllowedNow):
    """Access changed between making and taking it."""

    message = "You may no longer see a child who is in this file, so it has been deleted. Ask for a new copy."


class ClosingNeedsLowerCategory(NotAllowedNow):
    """Closing is no way round the rule that a category goes down one step at a time, in a meeting."""

    message = (
        "A case closes because risk is reduced, or none was found, only from category 1 or none. "
        "A meeting must lower the category first, one step at a time."
    )


class RiskNotOver(NotAllowedNow):
    """No meeting has seen the category as it is and left it, or a floor stands against saying that the risk is over."""

    message = "A meeting must confirm the category first, without lowering it."


class AlreadyMissing(NotAllowedNow):
    """A child is missing once at a time."""

    message = (
        "This child or young person is recorded as missing already. Add when they are back to that record."
    )


class MissingTwice(NotAllowedNow):
    """Two agencies write down the same time."""

    message = "This time is recorded already, or part of it. Look at the list before you add another."


class AlreadyBack(NotAllowedNow):
    """A return is recorded once."""

    message = "That the child or young person is back has been recorded already."


class StillMissing(NotAllowedNow):
    """An interview follows a return; work does not end while nobody knows where a child is."""

    message = "The child or young person is recorded as missing. First record when they are back."


class BackBeforeMissing(NotAllowedNow):
    """Times in their order."""

    message = "They cannot be back before they were missing."


class InterviewBeforeReturn(NotAllowedNow):
    """Times in their order."""

    message = "An interview is offered, held or declined after the child or young person is back."


class InterviewHeld(NotAllowedNow):
    """One interview for each return."""

    message = "The return home interview has been held and recorded."
