"""The meeting floor's addresses, one noun a file."""

from mase.urls import actions, cmog, meetings, minutes, strategic

app_name = "mase"

urlpatterns = [
    *meetings.urlpatterns, *actions.urlpatterns, *minutes.urlpatterns, *cmog.urlpatterns, *strategic.urlpatterns,
]  # fmt: skip
