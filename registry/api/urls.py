"""Addresses below `/api/v1/`."""

from django.urls import path

from registry.api import institutions, offerings

urlpatterns = [
    path("offerings/", offerings.OfferingList.as_view(), name="api-offerings"),
    path("offerings/<str:code>/", offerings.OfferingOne.as_view(), name="api-offering"),
    path("institutions/", institutions.InstitutionList.as_view(), name="api-institutions"),
    path("pathways/", offerings.PathwayList.as_view(), name="api-pathways"),
]
