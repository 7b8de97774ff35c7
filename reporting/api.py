"""This floor's addresses below /api/v1/."""

from django.urls import path

from reporting.returns.api import ReturnDetail, ReturnList

urlpatterns = [
    path("returns/", ReturnList.as_view(), name="api-returns"),
    path("returns/<slug:quarter>/", ReturnDetail.as_view(), name="api-return"),
]
