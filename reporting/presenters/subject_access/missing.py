"""When the child was missing, and what was said afterwards."""

from cases.choices import Ground, ItemKind, Requester
from cases.models import ReturnHomeInterview
from cases.presenters.missing import interview_words
from cases.selectors.missing import EpisodeRecord
from cases.services.subject_access import ItemDraft, PassageDraft
from cse_portal.ui.presenters import display_datetime, local_date
from reporting.presenters.subject_access.drafting import of_police, passages, worded
from reporting.selectors.subject_access import WholeRecord

SOURCE, INTERVIEW = "cases.MissingEpisode", "cases.ReturnHomeInterview"


def missing(record: WholeRecord) -> list[ItemDraft]:
    """Each episode with its interview. What a child said there is not a parent's to read unasked."""
    held = None if record.request.asked_by == Requester.CHILD else Ground.INTERESTS
    return [_episode(each, held) for each in record.missing]


def _episode(record: EpisodeRecord, held: Ground | None) -> ItemDraft:
    episode = record.episode
    police = of_police(episode.reporting_agency) or of_police(episode.agency)
    said = [
        ("Kind", worded("missing-type", episode.kind)),
        ("Since", display_datetime(episode.missing_since)),
        ("From", worded("missing-from", episode.missing_from)),
        ("Who told us", episode.reporting_agency.name),
        ("What was known", episode.notes),
        ("When you were back", display_datetime(episode.returned_at) if episode.returned_at else ""),
        ("Where you were found", episode.found_where),
        ("What was known of where you were", episode.return_notes),
    ]
    texts = [draft for each in record.steps for draft in _interview(each, held)]
    return ItemDraft(
        ItemKind.CHRONOLOGY, "When you were missing", SOURCE, episode.pk, local_date(episode.missing_since),
        episode.reporting_agency, [*passages(SOURCE, said, police=police), *texts],
    )  # fmt: skip


def _interview(row: ReturnHomeInterview, held: Ground | None) -> list[PassageDraft]:
    words = [("Interview after you were back", interview_words(row)), ("What was written of it", row.text)]
    return passages(INTERVIEW, words, held=held, police=of_police(row.agency))
