"""Addresses of `registry`: `urlpatterns` below a language, `plain` without one."""

from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.generic import RedirectView

from registry.views import (
    accessibility,
    accounts,
    api_keys,
    catalogue,
    catalogue_offering,
    compare,
    concept,
    contacts,
    differences,
    health,
    joint,
    levels,
    needs,
    offering_files,
    offering_tabs,
    offering_texts,
    offering_versions,
    offerings,
    parents,
    partners,
    pathways,
    people,
    rdi,
    realisations,
    recognition_notes,
    rule_sets,
    sharing,
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="catalogue"), name="home"),
    path("accessibility/", accessibility.AccessibilityStatement.as_view(), name="accessibility"),
    path(
        "accessibility/sent/",
        accessibility.AccessibilityFeedbackSent.as_view(),
        name="accessibility-feedback-sent",
    ),
    path("account/new/", accounts.AccountNew.as_view(), name="account-new"),
    path("account/sent/", accounts.AccountSent.as_view(), name="account-sent"),
    path("account/open/<str:secret>/", accounts.AccountOpen.as_view(), name="account-open"),
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
    path(
        "catalogue/<str:code>/v<int:number>/difference/v<int:other>/",
        differences.CatalogueDifference.as_view(),
        name="catalogue-difference",
    ),
    path("compare/", compare.Compare.as_view(), name="compare"),
    path("rdi/", rdi.RdiOfferings.as_view(), name="rdi-offerings"),
    # A role that an institution offers
    path("role/<str:secret>/", people.RoleInvitationPage.as_view(), name="role-invitation"),
    path("concept/", concept.Concept.as_view(), name="concept"),
    path("institutions/", catalogue.Institutions.as_view(), name="institution-list"),
    # Offerings as their institution writes them
    path("staff/<str:institution>/offerings/", offerings.OfferingList.as_view(), name="offering-list"),
    path(
        "staff/<str:institution>/offerings/columns/",
        offerings.OfferingColumns.as_view(),
        name="offering-columns",
    ),
    path(
        "staff/<str:institution>/offerings/table/<str:form>/",
        offerings.OfferingTable.as_view(),
        name="offering-table",
    ),
    path("staff/<str:institution>/offerings/new/", offerings.OfferingNew.as_view(), name="offering-new"),
    # Offerings from files and texts, and out of here
    path(
        "staff/<str:institution>/offerings/from-text/",
        offering_texts.OfferingFromText.as_view(),
        name="offering-from-text",
    ),
    path(
        "staff/<str:institution>/offerings/defaults/",
        offering_texts.OfferingDefaultsEdit.as_view(),
        name="offering-defaults",
    ),
    path(
        "staff/<str:institution>/offerings/export/<str:form>/",
        offering_files.OfferingExport.as_view(),
        name="offering-export",
    ),
    path(
        "staff/<str:institution>/offering-files/new/",
        offering_files.OfferingFileNew.as_view(),
        name="offering-file-new",
    ),
    path(
        "staff/<str:institution>/offering-files/template/<str:form>/",
        offering_files.OfferingFileTemplate.as_view(),
        name="offering-file-template",
    ),
    path(
        "staff/<str:institution>/offering-files/<uuid:uid>/",
        offering_files.OfferingFileDetail.as_view(),
        name="offering-file",
    ),
    path(
        "staff/<str:institution>/offering-files/<uuid:uid>/import/",
        offering_files.OfferingFileImport.as_view(),
        name="offering-file-import",
    ),
    path(
        "staff/<str:institution>/offering-files/<uuid:uid>/rejected/<str:form>/",
        offering_files.OfferingFileRejected.as_view(),
        name="offering-file-rejected",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/similar/",
        offering_texts.VersionSimilar.as_view(),
        name="version-similar",
    ),
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
        offering_tabs.VersionEdit.as_view(),
        name="version-edit",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/edit/<slug:tab>/keep/",
        offering_tabs.VersionKeep.as_view(),
        name="version-keep",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/edit/<slug:tab>/discard/",
        offering_tabs.VersionDiscard.as_view(),
        name="version-discard",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/difference/v<int:other>/",
        differences.VersionDifference.as_view(),
        name="version-difference",
    ),
    # Realisations of a version
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/",
        realisations.RealisationList.as_view(),
        name="realisation-list",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/new/",
        realisations.RealisationNew.as_view(),
        name="realisation-new",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/<str:key>/edit/",
        realisations.RealisationEdit.as_view(),
        name="realisation-edit",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/<str:key>/open/",
        realisations.RealisationOpen.as_view(),
        name="realisation-open",
    ),
    # Pathways as their institution makes them
    path("staff/<str:institution>/pathways/", pathways.StaffPathwayList.as_view(), name="staff-pathway-list"),
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
    # Contacts and links of an offering, outside its versions
    path(
        "staff/<str:institution>/offerings/<str:code>/contacts/",
        contacts.OfferingContacts.as_view(),
        name="offering-contacts",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/contacts/new/",
        contacts.ContactNew.as_view(),
        name="contact-new",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/contacts/copy/",
        contacts.ContactsCopy.as_view(),
        name="offering-contacts-copy",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/contacts/<uuid:uid>/",
        contacts.ContactEdit.as_view(),
        name="contact-edit",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/contacts/<uuid:uid>/remove/",
        contacts.ContactRemove.as_view(),
        name="contact-remove",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/links/new/",
        contacts.LinkNew.as_view(),
        name="link-new",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/links/<uuid:uid>/",
        contacts.LinkEdit.as_view(),
        name="link-edit",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/links/<uuid:uid>/remove/",
        contacts.LinkRemove.as_view(),
        name="link-remove",
    ),
    # What shows a need, and the rule set of new versions
    path("staff/<str:institution>/needs/", needs.NeedList.as_view(), name="need-list"),
    path("staff/<str:institution>/needs/meetings/new/", needs.MeetingNew.as_view(), name="meeting-new"),
    path(
        "staff/<str:institution>/needs/meetings/<uuid:uid>/", needs.MeetingEdit.as_view(), name="meeting-edit"
    ),
    path("staff/<str:institution>/needs/foresight/new/", needs.ForesightNew.as_view(), name="foresight-new"),
    path(
        "staff/<str:institution>/needs/foresight/<uuid:uid>/",
        needs.ForesightEdit.as_view(),
        name="foresight-edit",
    ),
    # Changes in the degrees that offerings are derived from
    path("staff/<str:institution>/parents/", parents.ParentList.as_view(), name="parent-list"),
    path("staff/<str:institution>/parents/new/", parents.ParentNew.as_view(), name="parent-new"),
    path("staff/<str:institution>/parents/file/", parents.ParentFile.as_view(), name="parent-file"),
    path(
        "staff/<str:institution>/parents/template.csv",
        parents.ParentTemplate.as_view(),
        name="parent-template",
    ),
    path("staff/<str:institution>/parents/<uuid:uid>/", parents.ParentAnswer.as_view(), name="parent-answer"),
    path("staff/<str:institution>/level-steps/", levels.LevelSteps.as_view(), name="level-steps"),
    path("staff/<str:institution>/rule-set/", rule_sets.RuleSetChoice.as_view(), name="rule-set"),
    # People of an institution
    path("staff/<str:institution>/people/", people.PeopleList.as_view(), name="people-list"),
    path(
        "staff/<str:institution>/people/invitations/<uuid:uid>/withdraw/",
        people.PeopleInvitationWithdraw.as_view(),
        name="people-invitation-withdraw",
    ),
    path(
        "staff/<str:institution>/people/take-role/", people.PeopleTakeRole.as_view(), name="people-take-role"
    ),
    # Partners
    path("partner/<str:institution>/", partners.PartnerHome.as_view(), name="partner-home"),
    path(
        "partner/<str:institution>/offerings/<str:code>/",
        recognition_notes.PartnerOffering.as_view(),
        name="partner-offering",
    ),
    path(
        "partner/<str:institution>/offerings/<str:code>/note/",
        recognition_notes.PartnerNoteNew.as_view(),
        name="partner-note-new",
    ),
    path(
        "partner/<str:institution>/notes/",
        recognition_notes.PartnerNoteList.as_view(),
        name="partner-note-list",
    ),
    path(
        "partner/<str:institution>/notes/<uuid:uid>/",
        recognition_notes.PartnerNoteEdit.as_view(),
        name="partner-note-edit",
    ),
    path(
        "partner/<str:institution>/notes/<uuid:uid>/remove/",
        recognition_notes.PartnerNoteRemove.as_view(),
        name="partner-note-remove",
    ),
    # Joint offerings
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/partners/",
        joint.VersionPartners.as_view(),
        name="version-partners",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/partners/<uuid:uid>/withdraw/",
        joint.VersionPartnerWithdraw.as_view(),
        name="version-partner-withdraw",
    ),
    path("staff/<str:institution>/invitations/", joint.InvitationList.as_view(), name="invitation-list"),
    path(
        "staff/<str:institution>/invitations/<uuid:uid>/",
        joint.InvitationDetail.as_view(),
        name="invitation-detail",
    ),
    # Keys of the API
    path("staff/<str:institution>/api-keys/", api_keys.ApiKeyList.as_view(), name="api-key-list"),
    path(
        "staff/<str:institution>/api-keys/<uuid:uid>/revoke/",
        api_keys.ApiKeyRevoke.as_view(),
        name="api-key-revoke",
    ),
]

plain = [
    path("robots.txt", sharing.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemap_index,
        {"sitemaps": sharing.SITEMAPS, "sitemap_url_name": "sitemap-part"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": sharing.SITEMAPS}, name="sitemap-part"),
    path(
        "offerings/<str:code>/v<int:number>/picture-<str:language>.png",
        sharing.OfferingPicture.as_view(),
        name="offering-picture",
    ),
    path("offerings/<str:code>/v<int:number>", catalogue_offering.Achievement.as_view(), name="achievement"),
    path("pathways/<str:code>", pathways.Permanent.as_view(), name="pathway-permanent"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
]
