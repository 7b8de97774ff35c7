"""The meeting floor's addresses, one noun a file."""

from mase.urls import actions, cmog, disagreements, meetings, minutes, strategic, transition

app_name = "mase"

urlpatterns = [
    *meetings.urlpatterns, *actions.urlpatterns, *minutes.urlpatterns, *cmog.urlpatterns, *strategic.urlpatterns,
    *disagreements.urlpatterns, *transition.urlpatterns,
]  # fmt: skip
