"""The meeting floor's addresses, one noun a file."""

from mase.urls import actions, disagreements, meetings

app_name = "mase"

urlpatterns = [*meetings.urlpatterns, *actions.urlpatterns, *disagreements.urlpatterns]
