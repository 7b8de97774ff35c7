"""What is kept of how somebody, or another system, signs in, beside what django-allauth keeps."""

from cse_portal.sign_in.models.tokens import ApiToken

__all__ = ["ApiToken"]
