"""Addresses of what is heard of an offering: surveys, complaints, pilots, causes for an early Check,
agreements with partners, rectification."""

from django.urls import path

from quality.views import (
    agreements,
    complaints,
    feedback_results,
    my_data,
    my_rectifications,
    pilots,
    rectification_requests,
    rectifications,
    surveys,
    triggers,
    wishes,
)

feedback = [
    # Surveys: sent, answered without signing in, their results
    path(
        "staff/<str:institution>/offerings/<str:code>/feedback/",
        surveys.OfferingFeedback.as_view(),
        name="offering-feedback",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/feedback/v<int:number>/<str:key>/",
        surveys.RunFeedback.as_view(),
        name="realisation-feedback",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/feedback/v<int:number>/<str:key>/employers/",
        surveys.EmployerSurvey.as_view(),
        name="employer-survey",
    ),
    path("survey/thanks/", surveys.SurveyThanks.as_view(), name="survey-thanks"),
    path("survey/<str:secret>/", surveys.SurveyPage.as_view(), name="survey"),
    # Results of surveys made elsewhere
    path(
        "staff/<str:institution>/feedback-results/",
        feedback_results.ResultImport.as_view(),
        name="feedback-result-import",
    ),
    path(
        "staff/<str:institution>/feedback-results/template.csv",
        feedback_results.ResultTemplate.as_view(),
        name="feedback-result-template",
    ),
    # Complaints
    path("catalogue/<str:code>/complaint/", complaints.ComplaintNew.as_view(), name="complaint-new"),
    path("complaint/sent/<uuid:uid>/", complaints.ComplaintSent.as_view(), name="complaint-sent"),
    path("staff/<str:institution>/complaints/", complaints.ComplaintList.as_view(), name="complaint-list"),
    path(
        "staff/<str:institution>/complaints/<uuid:uid>/",
        complaints.ComplaintAnswer.as_view(),
        name="complaint-answer",
    ),
    # Pilots
    path("staff/<str:institution>/pilots/", pilots.PilotList.as_view(), name="pilot-list"),
    path("staff/<str:institution>/pilots/new/", pilots.PilotNew.as_view(), name="pilot-new"),
    path("staff/<str:institution>/pilots/<uuid:uid>/", pilots.PilotReport.as_view(), name="pilot-report"),
    # Causes for an early Check
    path("staff/<str:institution>/causes/", triggers.TriggerList.as_view(), name="trigger-list"),
    path("staff/<str:institution>/causes/new/", triggers.TriggerNew.as_view(), name="trigger-new"),
    path(
        "staff/<str:institution>/causes/recognition/",
        triggers.RefusalNew.as_view(),
        name="recognition-refusal-new",
    ),
    path(
        "staff/<str:institution>/causes/<int:pk>/check/", triggers.TriggerOpen.as_view(), name="trigger-open"
    ),
    path(
        "staff/<str:institution>/causes/<int:pk>/set-aside/",
        triggers.TriggerSetAside.as_view(),
        name="trigger-set-aside",
    ),
    # Agreements with partners
    path("staff/<str:institution>/agreements/", agreements.AgreementList.as_view(), name="agreement-list"),
    path("staff/<str:institution>/agreements/new/", agreements.AgreementNew.as_view(), name="agreement-new"),
    path(
        "staff/<str:institution>/agreements/<uuid:uid>/",
        agreements.AgreementEdit.as_view(),
        name="agreement-edit",
    ),
    path(
        "staff/<str:institution>/agreements/<uuid:uid>/meeting/",
        agreements.AgreementMeeting.as_view(),
        name="agreement-meeting",
    ),
    # Rectification
    path(
        "staff/<str:institution>/rectification/",
        rectifications.WindowList.as_view(),
        name="rectification-list",
    ),
    path(
        "staff/<str:institution>/rectification/new/",
        rectifications.WindowNew.as_view(),
        name="rectification-new",
    ),
    path(
        "staff/<str:institution>/rectification/requests/learner/",
        rectification_requests.PaperRequestWhose.as_view(),
        name="rectification-paper",
    ),
    path(
        "staff/<str:institution>/rectification/requests/learner/<uuid:uid>/",
        rectification_requests.PaperRequestNew.as_view(),
        name="rectification-paper-new",
    ),
    path(
        "staff/<str:institution>/rectification/requests/<uuid:uid>/",
        rectification_requests.RequestAnswer.as_view(),
        name="rectification-request",
    ),
    path(
        "staff/<str:institution>/rectification/<uuid:uid>/",
        rectifications.WindowEdit.as_view(),
        name="rectification-edit",
    ),
    path("my/data/", my_data.MyData.as_view(), name="my-data"),
    path("my/data/file/", my_data.MyDataFile.as_view(), name="my-data-file"),
    path("my/data/read/", my_data.MyDataRead.as_view(), name="my-data-read"),
    path("my/data/consents/withdraw/", my_data.MyConsentsWithdraw.as_view(), name="my-consents-withdraw"),
    path("my/data/close/", my_data.MyAccountClose.as_view(), name="my-account-close"),
    path("my/data/requests/new/<slug:kind>/", my_data.MyRequestNew.as_view(), name="my-request-new"),
    path(
        "my/data/requests/<uuid:uid>/withdraw/",
        my_data.MyRequestWithdraw.as_view(),
        name="my-request-withdraw",
    ),
    path("my/results/", my_rectifications.MyResults.as_view(), name="my-results"),
    path(
        "my/results/<uuid:uid>/rectification/",
        my_rectifications.MyRectificationNew.as_view(),
        name="my-rectification-new",
    ),
    path(
        "my/rectifications/<uuid:uid>/",
        my_rectifications.MyRectification.as_view(),
        name="my-rectification",
    ),
    path(
        "my/rectifications/<uuid:uid>/withdraw/",
        my_rectifications.MyRectificationWithdraw.as_view(),
        name="my-rectification-withdraw",
    ),
    # The learner's own
    path("my/messages/", wishes.MyWishes.as_view(), name="my-wishes"),
]
