"""The ground floor's addresses, one noun a file."""

from cases.urls import (
    access,
    assessments,
    caseload,
    chronology,
    concerns,
    documents,
    exports,
    missing,
    sections,
    triage,
)

app_name = "cases"

urlpatterns = [
    *concerns.urlpatterns,
    *triage.urlpatterns,
    *caseload.urlpatterns,
    *assessments.urlpatterns,
    *chronology.urlpatterns,
    *documents.urlpatterns,
    *exports.urlpatterns,
    *access.urlpatterns,
    *sections.urlpatterns,
    *missing.urlpatterns,
]
