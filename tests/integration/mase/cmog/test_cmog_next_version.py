"""What a CMOG's minutes print of actions nobody spoke of, and how they look before the next version goes out."""

import pytest

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.ui.pdf import draw
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending
from mase.minutes.models import MinutesReader
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as plans
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.cmog import end_cmog, item_of, make_cmog, send_out, word, write
from tests.papers import pages_of, words_of

pytestmark = pytest.mark.django_db
SAID, WORDED = "The worker is on leave.", "The worker is away until Monday."
SPOKEN_OF, SILENT, HIDDEN = "Ring the school.", "Visit the youth club.", "Ask Zinnia's aunt."
WITHOUT = "Nothing was recorded on:"


@pytest.fixture(scope="module")
def ended(shared_cast: Cast) -> Meeting:
    """Three overdue actions: something was said of one; the third is of a child whom only the manager sees."""
    cast = shared_cast
    seen = make_case(cast, child=make_child(given_name="Robyn"), category=RiskCategory.MEDIUM)
    for person in (cast.police, cast.health):
        share_with(seen, person, by=cast.practitioner)
    hidden = make_case(cast, child=make_child(given_name="Zinnia"), category=RiskCategory.MEDIUM)
    overdue(cast, seen, SPOKEN_OF, SILENT)
    overdue(cast, hidden, HIDDEN, agency="cse-team")
    meeting = make_cmog(cast, people=[cast.health])
    ending.start(meeting=meeting, by=cast.manager)
    write(item_of(meeting, action__text=SPOKEN_OF), notes=SAID, by=cast.manager)
    return end_cmog(cast, meeting)


def overdue(cast: Cast, case: Case, *texts: str, agency: str = "health") -> None:
    """Agreed at a meeting about the child, and three days late on the day of the CMOG, whatever today is."""
    ours = agency == "health"
    about = plans.running(cast, case, people=[cast.health] if ours else [])
    owner = cast.health if ours else cast.manager
    made = [plans.agreed(cast, about, text=text, agency=cast.agency(agency), owner=owner) for text in texts]
    plans.end(cast, about)
    for action in made:
        plans.make_overdue(action.pk, 40)


def copy(cast: Cast, person: str, meeting: Meeting) -> str:
    return words_of(signed_in(cast, person).get(f"/meetings/{meeting.pk}/minutes.pdf").content)


def next_one(cast: Cast, meeting: Meeting) -> str:
    answer = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/minutes-draft.pdf")
    assert answer.status_code == 200
    assert f"draft-cmog-minutes-{meeting.period:%Y-%m}.pdf" in answer["Content-Disposition"]
    return words_of(answer.content)


@pytest.mark.usefixtures("undrawn")
def test_actions_nobody_spoke_of_are_one_sentence(cast: Cast, ended: Meeting) -> None:
    send_out(cast, ended)
    text = copy(cast, "manager", ended)
    [silent] = [each for each in text.split(WITHOUT)[1:] if SILENT in each]
    assert HIDDEN in silent
    assert SPOKEN_OF not in silent
    assert SPOKEN_OF in text
    assert SAID in text


@pytest.mark.usefixtures("undrawn")
def test_each_reader_has_only_those_they_may_see(cast: Cast, ended: Meeting) -> None:
    send_out(cast, ended)
    for person in ("police", "health"):
        text = copy(cast, person, ended)
        assert WITHOUT in text
        assert SILENT in text
        assert HIDDEN not in text
        assert "Zinnia" not in text


@pytest.mark.usefixtures("undrawn")
def test_the_next_version_is_looked_at_before_it_is_sent(cast: Cast, ended: Meeting) -> None:
    for out in (False, True):
        if out:
            send_out(cast, ended)
        item = item_of(ended, action__text=SPOKEN_OF)
        text = f"{WORDED} {out}"
        word(item, text, by=cast.manager)
        drawn = next_one(cast, ended)
        for words in ("Draft – not sent", "Maya Chandler", text, "It is a draft that has not been sent out."):
            assert words in drawn
    assert text not in copy(cast, "manager", ended)
    assert f"{WORDED} False" in copy(cast, "manager", ended)


@pytest.mark.usefixtures("undrawn")
def test_it_counts_as_nobodys_copy_and_is_on_record(cast: Cast, ended: Meeting) -> None:
    send_out(cast, ended)
    drawn = next_one(cast, ended)
    event = AuditEvent.objects.get(action=Action.MINUTES_DOWNLOADED)
    assert (event.actor, event.object_id, event.detail["version"]) == (cast.manager, ended.pk, "draft")
    assert event.detail["copy"] in drawn
    assert len(event.detail["cases"]) == 2
    mine = MinutesReader.objects.filter(person=cast.manager)
    assert not mine.filter(downloaded_at__isnull=False).exists()
    assert not mine.filter(opened_at__isnull=False).exists()


@pytest.mark.long
def test_the_head_of_a_table_is_never_alone_at_the_foot_of_a_page() -> None:
    """Wherever on the page it begins, at least its first row stands with it."""
    rows = "".join(f"<tr><td>Row {number}.</td></tr>" for number in range(30))
    hidden = '<caption class="govuk-visually-hidden">Of a table</caption>'
    table = f"<h3>Above</h3><table>{hidden}<thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>"
    style = '<link rel="stylesheet" href="asset:css/pdf.css">'
    for height in range(190, 262, 4):
        for text in pages_of(draw(f'{style}<div style="height: {height}mm"></div>{table}').pdf):
            assert ("Head" in text) == ("Row" in text), (height, text)
