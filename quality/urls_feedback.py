"""Addresses of what is heard of an offering: surveys, complaints, pilots, causes for an early Check."""

from django.urls import path

from quality.views import complaints, feedback_results, pilots, surveys, triggers, wishes

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
        "staff/<str:institution>/causes/<int:pk>/check/", triggers.TriggerOpen.as_view(), name="trigger-open"
    ),
    path(
        "staff/<str:institution>/causes/<int:pk>/set-aside/",
        triggers.TriggerSetAside.as_view(),
        name="trigger-set-aside",
    ),
    # The learner's own
    path("my/messages/", wishes.MyWishes.as_view(), name="my-wishes"),
]
