"""The top floor's addresses, one noun a file; the home page is everybody's, so its name has no prefix."""

from django.urls import include, path

from reporting.urls import (
    board_reports,
    figures,
    home,
    oversight,
    retention,
    returns,
    strategy,
    subject_access,
)

pages = [
    *returns.urlpatterns,
    *figures.urlpatterns,
    *board_reports.urlpatterns,
    *oversight.urlpatterns,
    *retention.urlpatterns,
    *strategy.urlpatterns,
    *subject_access.urlpatterns,
]
urlpatterns = [*home.urlpatterns, path("", include((pages, "reporting")))]
