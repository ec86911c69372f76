"""Addresses of `quality`: `urlpatterns` below a language, `plain` without one."""

from django.urls import include, path

from quality.urls_feedback import feedback
from quality.urls_figures import figures
from quality.views import (
    appeals,
    audits,
    bulk,
    bundles,
    checks,
    decisions,
    evidence,
    findings,
    home,
    meetings,
    panel,
    panel_list,
    reviews,
    seats,
    supply,
    versions,
)

review = [
    path("", reviews.ReviewDetail.as_view(), name="review-detail"),
    path("panel/", panel.PanelDetail.as_view(), name="review-panel"),
    path("panel/use/", panel.PanelUse.as_view(), name="review-panel-use"),
    path("panel/<uuid:member>/invite/", panel.MemberInvite.as_view(), name="review-member-invite"),
    path("panel/<uuid:member>/release/", panel.MemberRelease.as_view(), name="review-member-release"),
    path(
        "panel/<uuid:member>/substitute/",
        panel.MemberSubstitute.as_view(),
        name="review-member-substitute",
    ),
    path("start/", panel.PanelStart.as_view(), name="review-start"),
    path("declare/", reviews.ReviewDeclare.as_view(), name="review-declare"),
    path("rate/", reviews.ReviewRate.as_view(), name="review-rate"),
    path("comments/", reviews.ReviewComment.as_view(), name="review-comment"),
    path(
        "comments/<uuid:comment>/withdraw/",
        reviews.ReviewCommentWithdraw.as_view(),
        name="review-comment-withdraw",
    ),
    path("comments/<uuid:comment>/answer/", reviews.ReviewAnswer.as_view(), name="review-answer"),
    path("return/", decisions.ReviewReturn.as_view(), name="review-return"),
    path("approve/", decisions.ReviewApprove.as_view(), name="review-approve"),
    path("reject/", decisions.ReviewReject.as_view(), name="review-reject"),
    path("appeal/", appeals.ReviewAppeal.as_view(), name="review-appeal"),
    path("appeal/answer/", appeals.ReviewAppealAnswer.as_view(), name="review-appeal-answer"),
    # The Check and what follows it
    path("check/", checks.CheckOpen.as_view(), name="review-check-open"),
    path("check/day/", checks.CheckMove.as_view(), name="review-check-move"),
    path("check/send/", checks.CheckSend.as_view(), name="review-check-send"),
    path("evidence/new/", checks.EvidenceNew.as_view(), name="review-evidence-new"),
    path("findings/new/", findings.ReviewFindingNew.as_view(), name="review-finding-new"),
    path("act/", checks.ReviewAct.as_view(), name="review-act"),
    path("continue/", checks.ReviewContinue.as_view(), name="review-continue"),
    path("actions/send/", checks.ActionsSend.as_view(), name="review-actions-send"),
    path("actions/return/", checks.ActionsReturn.as_view(), name="review-actions-return"),
    path("close/", checks.RoundClose.as_view(), name="review-close"),
]

# One review by an invitation, without an account
seat = [
    path("", seats.SeatDetail.as_view(), name="panel-detail"),
    path("declare/", seats.SeatDeclare.as_view(), name="panel-declare"),
    path("rate/", seats.SeatRate.as_view(), name="panel-rate"),
    path("comments/", seats.SeatComment.as_view(), name="panel-comment"),
    path(
        "comments/<uuid:comment>/withdraw/",
        seats.SeatCommentWithdraw.as_view(),
        name="panel-comment-withdraw",
    ),
    path("evidence/<uuid:uid>/", seats.SeatEvidence.as_view(), name="panel-evidence"),
    path("end/", seats.SeatEnd.as_view(), name="panel-end"),
    path("left/", seats.SeatLeft.as_view(), name="panel-left"),
]

panels = [
    path("", panel_list.PanelList.as_view(), name="panel-list"),
    path("<uuid:uid>/", panel_list.PanelEdit.as_view(), name="panel-edit"),
    path("<uuid:uid>/members/", panel_list.PanelMemberNew.as_view(), name="panel-member-new"),
    path(
        "<uuid:uid>/members/<int:member>/remove/",
        panel_list.PanelMemberRemove.as_view(),
        name="panel-member-remove",
    ),
]

panel_meetings = [
    path("", meetings.MeetingList.as_view(), name="panel-meeting-list"),
    path("new/", meetings.MeetingNew.as_view(), name="panel-meeting-new"),
    path("<uuid:uid>/", meetings.MeetingDetail.as_view(), name="panel-meeting"),
    path("<uuid:uid>/edit/", meetings.MeetingEdit.as_view(), name="panel-meeting-edit"),
    path("<uuid:uid>/pack/", meetings.MeetingPack.as_view(), name="panel-meeting-pack"),
    path("<uuid:uid>/close/", meetings.MeetingClose.as_view(), name="panel-meeting-close"),
]

version = [
    path("review/", versions.VersionReview.as_view(), name="version-review"),
    path("self-assessment/", versions.VersionAssess.as_view(), name="version-assess"),
    path("evaluation/", checks.CheckEvaluate.as_view(), name="version-evaluate"),
    path("submit/", versions.VersionSubmit.as_view(), name="version-submit"),
    path("publish/", versions.VersionPublish.as_view(), name="version-publish"),
    path("suspend/", versions.VersionSuspend.as_view(), name="version-suspend"),
    path("resume/", versions.VersionResume.as_view(), name="version-resume"),
    path("propose-end/", versions.VersionEndPropose.as_view(), name="version-end-propose"),
    path("retire/", versions.VersionRetire.as_view(), name="version-retire"),
    path("reopen/", versions.VersionReopen.as_view(), name="version-reopen"),
]

finding = [
    path("", findings.FindingDetail.as_view(), name="finding-detail"),
    path("act/", findings.FindingAct.as_view(), name="finding-act"),
    path("evidence/", findings.FindingEvidence.as_view(), name="finding-evidence-new"),
    path("verify/", findings.FindingVerify.as_view(), name="finding-verify"),
    path("reopen/", findings.FindingReopen.as_view(), name="finding-reopen"),
    path("hand-over/", findings.FindingHandOver.as_view(), name="finding-hand-over"),
]

audit = [
    path("", audits.AuditList.as_view(), name="audit-list"),
    path("plan/", audits.AuditPlan.as_view(), name="audit-plan"),
    path("new/", audits.AuditNew.as_view(), name="audit-new"),
    path("<uuid:uid>/", audits.AuditDetail.as_view(), name="audit-detail"),
    path("<uuid:uid>/edit/", audits.AuditEdit.as_view(), name="audit-edit"),
    path("<uuid:uid>/finish/", audits.AuditFinish.as_view(), name="audit-finish"),
    path("<uuid:uid>/recommend/", audits.AuditRecommend.as_view(), name="audit-recommend"),
]

bundle = [
    path("", bundles.BundleList.as_view(), name="bundle-list"),
    path("<uuid:uid>/", bundles.BundleDetail.as_view(), name="bundle-detail"),
    path("<uuid:uid>/state/", bundles.BundleState.as_view(), name="bundle-state"),
    path("<uuid:uid>/again/", bundles.BundleAgain.as_view(), name="bundle-again"),
    path("<uuid:uid>/file/", bundles.BundleFile.as_view(), name="bundle-file"),
    path(
        "<uuid:uid>/readers/<uuid:grant>/withdraw/",
        bundles.BundleGrantWithdraw.as_view(),
        name="bundle-grant-withdraw",
    ),
]

urlpatterns = [
    path("staff/", home.StaffChooser.as_view(), name="staff"),
    path("staff/<str:institution>/", home.StaffHome.as_view(), name="staff-home"),
    path("staff/<str:institution>/calendar/", supply.SupplyCalendar.as_view(), name="supply-calendar"),
    path(
        "staff/<str:institution>/offerings/several/", bulk.OfferingSeveral.as_view(), name="offering-several"
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/stages/",
        supply.OfferingStages.as_view(),
        name="offering-stages",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/term/",
        supply.OfferingTerm.as_view(),
        name="offering-term",
    ),
    path("staff/<str:institution>/reviews/", reviews.ReviewList.as_view(), name="review-list"),
    path("staff/<str:institution>/reviews/<uuid:uid>/", include(review)),
    path("staff/<str:institution>/panels/", include(panels)),
    path("staff/<str:institution>/panel-meetings/", include(panel_meetings)),
    path("staff/<str:institution>/findings/", findings.FindingList.as_view(), name="finding-list"),
    path("staff/<str:institution>/findings/new/", findings.FindingNew.as_view(), name="finding-new"),
    path("staff/<str:institution>/findings/<uuid:uid>/", include(finding)),
    path(
        "staff/<str:institution>/offerings/<str:code>/findings/",
        findings.FindingList.as_view(),
        name="offering-findings",
    ),
    path(
        "staff/<str:institution>/evidence/<uuid:uid>/", evidence.EvidenceFile.as_view(), name="evidence-file"
    ),
    path(
        "staff/<str:institution>/evidence/<uuid:uid>/remove/",
        evidence.EvidenceRemove.as_view(),
        name="evidence-remove",
    ),
    path("staff/<str:institution>/audits/", include(audit)),
    path("staff/<str:institution>/bundles/", include(bundle)),
    # A reader of a bundle outside
    path("bundle/<str:secret>/", bundles.BundleLink.as_view(), name="bundle-link"),
    # A member of a panel without an account
    path("panel/<str:secret>/", seats.Invitation.as_view(), name="panel-invitation"),
    path("seat/", include(seat)),
    path("staff/<str:institution>/offerings/<str:code>/v<int:number>/", include(version)),
    *feedback,
    *figures,
]

plain = []
