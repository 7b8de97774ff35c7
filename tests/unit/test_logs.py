"""A log tells where something broke, and nothing about anybody."""

from cse_portal.logs import where_it_broke


def test_an_error_is_logged_by_its_kind_and_place_without_its_message() -> None:
    try:
        raise ValueError("Robin Testley, born 2012")
    except ValueError:
        event = where_it_broke(None, "error", {"event": "job_broke", "exc_info": True})
    assert event["error"] == "ValueError"
    assert event["at"][-1].startswith("tests/unit/test_logs.py:")
    assert "Robin" not in str(event)
