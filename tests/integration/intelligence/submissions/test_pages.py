"""The pages of intelligence: hostile input, parity of refusals, and as many queries for many rows as for few."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from cases.record.models.case import Case
from intelligence.desk.services import work
from intelligence.submissions import services as drafts
from intelligence.submissions.models import IntelligenceSubmission
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.connections import make_shared_case
from tests.factories.intelligence import make_report, make_submission

BUDGET = 19


def test_lists_ask_as_little_for_many_rows_as_for_few(cast: Cast) -> None:
    case = make_shared_case(cast, "Simran")
    pages = (
        ("police", "/intelligence/inbox/"),
        ("police", "/intelligence/reports/"),
        ("practitioner", f"/cases/{case.reference}/intelligence/"),
    )

    def asked() -> list[int]:
        return [queries(signed_in(cast, person), address) for person, address in pages]

    fill(cast, case, 2)
    few = asked()
    fill(cast, case, 3)
    assert asked() == few
    assert max(few) <= BUDGET


def test_the_inbox_has_what_is_urgent_first_with_its_first_line_and_who_has_it(
    cast: Cast, client: Client
) -> None:
    plain, urgent = make_submission(cast), make_submission(cast)
    IntelligenceSubmission.objects.filter(pk=urgent.pk).update(urgency="PRIORITY")
    work.receive(submission=urgent, by=cast.police)
    client.force_login(cast.police)
    for page in (client.get("/intelligence/inbox/"), client.get("/")):
        words = page.content.decode()
        rows = page.context["today"].inbox if "today" in page.context else page.context["inbox"]
        assert [(each.reference, each.note) for each in rows] == [
            (urgent.reference, cast.police.full_name), (plain.reference, "Not taken"),
        ]  # fmt: skip
        assert words.count(escape(plain.lines.first().text[:60])) >= 2
    client.force_login(cast.manager)
    assert escape(plain.lines.first().text[:60]) not in client.get("/").content.decode()


def fill(cast: Cast, case: Case, number: int) -> None:
    """More of everything."""
    for _ in range(number):
        make_report(cast, case=case)
        make_submission(cast)


def queries(client: Client, url: str) -> int:
    """What a page asks the database, once it was opened before, without savepoints."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    said = [query["sql"] for query in captured.captured_queries]
    return len([sql for sql in said if "SAVEPOINT" not in sql])


def test_a_page_changed_in_another_window_shows_both_texts(cast: Cast, client: Client) -> None:
    client.force_login(cast.practitioner)
    draft = drafts.start(by=cast.practitioner)
    url = f"/intelligence/{draft.reference}/write/people/"
    seen = client.get(url).context["page"].stored.mark
    person = {"subjects-0-role": "SUSPECT", "subjects-TOTAL_FORMS": "1", "seen": seen}
    assert client.post(url, {**person, "subjects-0-given_name": "Rowan"}).status_code == 302
    page = client.post(url, {**person, "subjects-0-given_name": "Heron"})
    body = page.content.decode()
    assert "Rowan" in body
    assert "Heron" in body
    again = {**person, "subjects-0-given_name": "Heron", "seen": page.context["page"].form["seen"].value()}
    assert client.post(url, again).status_code == 302
    assert [each.given_name for each in draft.subjects.all()] == ["Heron"]
