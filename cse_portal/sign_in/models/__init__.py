"""What is kept of how somebody signs in, beside what django-allauth keeps."""

from cse_portal.sign_in.models.connected import ConnectedAccount

__all__ = ["ConnectedAccount"]
