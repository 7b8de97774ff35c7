"""The second factor, asked once more where the API answers: for a view that the middleware did not stand before."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from cse_portal.sign_in import factors
from cse_portal.sign_in.models import ApiToken


class SecondFactorProved(BasePermission):
    """Allows anyone who has proved their second factor in this session, and a system by its token; nobody else."""

    message = "Show your second factor on the portal's own pages first."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Fails closed where there is no session to say so."""
        if isinstance(request.auth, ApiToken):
            return True
        return hasattr(request._request, "session") and factors.second_factor_proved(request._request)
