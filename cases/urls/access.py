"""Who may see a case, and who may not; closing and re-opening it."""

from django.urls import URLPattern, path

from cases.views import access, declarations, emergency, episodes, exclusions, why

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/access/", access.access_list, name="access"),
    path("cases/<slug:reference>/access/share/", access.access_share, name="access-share"),
    path("cases/<slug:reference>/access/stop/<slug:kind>/<uuid:pk>/", access.access_stop, name="access-stop"),
    path("cases/<slug:reference>/access/restrict/", access.case_restrict, name="restrict"),
    path("cases/<slug:reference>/access/lift/", access.case_lift_restriction, name="restrict-lift"),
    path("cases/<slug:reference>/close/", episodes.case_close, name="close"),
    path("cases/<slug:reference>/reopen/", episodes.case_reopen, name="reopen"),
    path("emergency/", emergency.emergency_open, name="emergency"),
    path("emergency/reviews/", emergency.emergency_list, name="emergencies"),
    path("emergency/reviews/<uuid:pk>/", emergency.emergency_review, name="emergency-review"),
    path("why/", why.why, name="why"),
    path("conflicts/", declarations.declaration_list, name="conflicts"),
    path("conflicts/new/", declarations.declaration_add, name="conflict-add"),
    path("conflicts/<uuid:pk>/withdraw/", declarations.declaration_withdraw, name="conflict-withdraw"),
    path("cases/<slug:reference>/know/", declarations.know_family_of_case, name="know-case"),
    path("concerns/<slug:reference>/know/", declarations.know_family_of_concern, name="know-concern"),
    path("exclusions/proposed/<uuid:pk>/", exclusions.exclusion_decide, name="exclusion-decide"),
    path("exclusions/", exclusions.exclusion_list, name="exclusions"),
    path("exclusions/new/", exclusions.exclusion_add, name="exclusion-add"),
    path("exclusions/<uuid:pk>/lift/", exclusions.exclusion_lift, name="exclusion-lift"),
]
