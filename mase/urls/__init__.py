"""The meeting floor's addresses, one noun a file."""

from mase.urls import actions, cmog, meetings, strategic

app_name = "mase"

urlpatterns = [*meetings.urlpatterns, *actions.urlpatterns, *cmog.urlpatterns, *strategic.urlpatterns]
