"""Addresses below `/api/v1/`."""

from django.urls import path

from registry.api import differences, exports, institutions, offerings, own, versions

urlpatterns = [
    path("offerings/", offerings.OfferingList.as_view(), name="api-offerings"),
    path("offerings/<str:code>/", offerings.OfferingOne.as_view(), name="api-offering"),
    path(
        "offerings/<str:code>/versions/<int:number>/difference/<int:other>/",
        differences.Difference.as_view(),
        name="api-difference",
    ),
    path("institutions/", institutions.InstitutionList.as_view(), name="api-institutions"),
    path("pathways/", offerings.PathwayList.as_view(), name="api-pathways"),
    path("versions/", versions.VersionList.as_view(), name="api-versions"),
    path("realisations/", versions.RealisationList.as_view(), name="api-realisations"),
    path("code-lists/", versions.CodeListList.as_view(), name="api-code-lists"),
    path("exports/<str:name>", exports.Export.as_view(), name="api-export"),
    # With a key: the institution's own rows
    path("own/versions/", own.OwnVersionList.as_view(), name="api-own-versions"),
    path("own/versions/<str:code>/", own.OwnVersionOne.as_view(), name="api-own-version"),
    path("own/realisations/", own.OwnRealisationList.as_view(), name="api-own-realisations"),
]
