"""The meeting floor's addresses, one noun a file."""

from mase.urls import actions, disagreements, meetings, transition

app_name = "mase"

urlpatterns = [
    *meetings.urlpatterns,
    *actions.urlpatterns,
    *disagreements.urlpatterns,
    *transition.urlpatterns,
]
