"""What the API's middleware lets through."""

from rest_framework.request import Request

from cse_portal.accounts.models import User


class SignedInRequest(Request):
    """A request that passed the sign-in middleware."""

    user: User
