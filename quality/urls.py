"""Addresses of `quality`: `urlpatterns` below a language, `plain` without one."""

from django.urls import include, path

from quality.views import home, reviews, versions, wishes

review = [
    path("", reviews.ReviewDetail.as_view(), name="review-detail"),
    path("take/", reviews.ReviewTake.as_view(), name="review-take"),
    path("take-over/", reviews.ReviewTakeOver.as_view(), name="review-take-over"),
    path("comments/", reviews.ReviewComment.as_view(), name="review-comment"),
    path(
        "comments/<uuid:comment>/withdraw/",
        reviews.ReviewCommentWithdraw.as_view(),
        name="review-comment-withdraw",
    ),
    path("comments/<uuid:comment>/answer/", reviews.ReviewAnswer.as_view(), name="review-answer"),
    path("return/", reviews.ReviewReturn.as_view(), name="review-return"),
    path("approve/", reviews.ReviewApprove.as_view(), name="review-approve"),
    path("reject/", reviews.ReviewReject.as_view(), name="review-reject"),
]

version = [
    path("review/", versions.VersionReview.as_view(), name="version-review"),
    path("submit/", versions.VersionSubmit.as_view(), name="version-submit"),
    path("publish/", versions.VersionPublish.as_view(), name="version-publish"),
    path("suspend/", versions.VersionSuspend.as_view(), name="version-suspend"),
    path("resume/", versions.VersionResume.as_view(), name="version-resume"),
    path("retire/", versions.VersionRetire.as_view(), name="version-retire"),
    path("reopen/", versions.VersionReopen.as_view(), name="version-reopen"),
]

urlpatterns = [
    path("staff/", home.StaffChooser.as_view(), name="staff"),
    path("staff/<str:institution>/", home.StaffHome.as_view(), name="staff-home"),
    path("staff/<str:institution>/reviews/", reviews.ReviewList.as_view(), name="review-list"),
    path("staff/<str:institution>/reviews/<uuid:uid>/", include(review)),
    path("staff/<str:institution>/offerings/<str:code>/v<int:number>/", include(version)),
    # The learner's own
    path("my/messages/", wishes.MyWishes.as_view(), name="my-wishes"),
]

plain = []
