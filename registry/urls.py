"""Addresses of `registry`: `urlpatterns` below a language, `plain` without one."""

from django.urls import path
from django.views.generic import RedirectView

from registry.views import accessibility, health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="catalogue"), name="home"),
    path("accessibility/", accessibility.AccessibilityStatement.as_view(), name="accessibility"),
    path("accessibility/sent/", accessibility.AccessibilityFeedbackSent.as_view(), name="accessibility-feedback-sent"),
    path("privacy/", accessibility.PrivacyNotice.as_view(), name="privacy"),
]

plain = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
]
