"""Which answers are held to the steps of time of `EvenPaceMiddleware`, besides those it knows by themselves."""

from django.http import HttpResponse

MARK = "is_at_even_pace"


def evenly(response: HttpResponse) -> HttpResponse:
    """This answer may say that there is no such thing, or none that its reader may know of."""
    setattr(response, MARK, True)
    return response


def is_even(response: HttpResponse) -> bool:
    """Whether its view has said so."""
    return getattr(response, MARK, False)
