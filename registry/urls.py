"""Addresses of `registry`: `urlpatterns` below a language, `plain` without one."""

from django.urls import path
from django.views.generic import RedirectView

from registry.views import (
    accessibility,
    catalogue,
    catalogue_offering,
    health,
    offering_versions,
    offerings,
    partners,
    pathways,
    people,
    trail,
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="catalogue"), name="home"),
    path("accessibility/", accessibility.AccessibilityStatement.as_view(), name="accessibility"),
    path(
        "accessibility/sent/",
        accessibility.AccessibilityFeedbackSent.as_view(),
        name="accessibility-feedback-sent",
    ),
    path("privacy/", accessibility.PrivacyNotice.as_view(), name="privacy"),
    # Catalogue
    path("catalogue/", catalogue.Catalogue.as_view(), name="catalogue"),
    # Pathways; before the offerings, whose codes are no such word
    path("catalogue/pathways/", pathways.PathwayList.as_view(), name="pathway-list"),
    path("catalogue/pathways/<str:code>/", pathways.PathwayDetail.as_view(), name="pathway-detail"),
    path("catalogue/<str:code>/", catalogue_offering.CatalogueOffering.as_view(), name="catalogue-offering"),
    path(
        "catalogue/<str:code>/v<int:number>/",
        catalogue_offering.CatalogueOffering.as_view(),
        name="catalogue-version",
    ),
    path("institutions/", catalogue.Institutions.as_view(), name="institution-list"),
    # Offerings as their institution writes them
    path("staff/<str:institution>/offerings/", offerings.OfferingList.as_view(), name="offering-list"),
    path("staff/<str:institution>/offerings/new/", offerings.OfferingNew.as_view(), name="offering-new"),
    path(
        "staff/<str:institution>/offerings/<str:code>/history/",
        offerings.OfferingHistory.as_view(),
        name="offering-history",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/revise/",
        offerings.VersionRevise.as_view(),
        name="version-revise",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/",
        offering_versions.VersionDetail.as_view(),
        name="version-detail",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/preview/",
        offering_versions.VersionPreview.as_view(),
        name="version-preview",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/edit/<slug:tab>/",
        offering_versions.VersionEdit.as_view(),
        name="version-edit",
    ),
    # Pathways as their institution makes them
    path(
        "staff/<str:institution>/pathways/", pathways.StaffPathwayList.as_view(), name="staff-pathway-list"
    ),
    path(
        "staff/<str:institution>/pathways/new/", pathways.StaffPathwayNew.as_view(), name="staff-pathway-new"
    ),
    path(
        "staff/<str:institution>/pathways/<str:code>/",
        pathways.StaffPathway.as_view(),
        name="staff-pathway",
    ),
    path(
        "staff/<str:institution>/pathways/<str:code>/edit/",
        pathways.StaffPathwayEdit.as_view(),
        name="staff-pathway-edit",
    ),
    path(
        "staff/<str:institution>/pathways/<str:code>/publish/",
        pathways.StaffPathwayPublish.as_view(),
        name="staff-pathway-publish",
    ),
    path(
        "staff/<str:institution>/pathways/<str:code>/take-back/",
        pathways.StaffPathwayTakeBack.as_view(),
        name="staff-pathway-take-back",
    ),
    # People and trail of an institution
    path("staff/<str:institution>/people/", people.PeopleList.as_view(), name="people-list"),
    path(
        "staff/<str:institution>/people/take-role/", people.PeopleTakeRole.as_view(), name="people-take-role"
    ),
    path("staff/<str:institution>/trail/", trail.TrailList.as_view(), name="trail-list"),
    # Partners
    path("partner/<str:institution>/", partners.PartnerHome.as_view(), name="partner-home"),
]

plain = [
    path("offerings/<str:code>/v<int:number>", catalogue_offering.Achievement.as_view(), name="achievement"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
]
