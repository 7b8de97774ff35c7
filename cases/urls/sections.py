"""The parts of a case that are kept apart."""

from django.urls import URLPattern, path

from cases.views import addresses, health, sections

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/address/", addresses.address_list, name="addresses"),
    path("cases/<slug:reference>/address/new/", addresses.address_add, name="address-add"),
    path("cases/<slug:reference>/address/<uuid:pk>/", addresses.address_show, name="address"),
    path("cases/<slug:reference>/address/<uuid:pk>/end/", addresses.address_end, name="address-end"),
    path("cases/<slug:reference>/health/", health.health_list, name="health"),
    path("cases/<slug:reference>/health/new/", health.health_add, name="health-add"),
    path("cases/<slug:reference>/access/parts/", sections.section_show, name="section-show"),
    path(
        "cases/<slug:reference>/access/parts/stop/<slug:kind>/<uuid:pk>/",
        sections.section_stop,
        name="section-stop",
    ),
]
