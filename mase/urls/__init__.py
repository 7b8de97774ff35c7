"""The meeting floor's addresses, one noun a file."""

from mase.urls import actions, cmog, disagreements, meetings, minutes, strategic, transition
from mase.views.wall import keep_off_the_wall

app_name = "mase"

urlpatterns = keep_off_the_wall([
    *meetings.urlpatterns, *actions.urlpatterns, *minutes.urlpatterns, *cmog.urlpatterns, *strategic.urlpatterns,
    *disagreements.urlpatterns, *transition.urlpatterns,
])  # fmt: skip
