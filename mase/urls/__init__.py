"""The meeting floor's addresses, one noun a file."""

from mase.urls import actions, meetings, minutes

app_name = "mase"

urlpatterns = [*meetings.urlpatterns, *actions.urlpatterns, *minutes.urlpatterns]
