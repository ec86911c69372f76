"""Addresses of `registry`: `urlpatterns` below a language, `plain` without one."""

from django.urls import path
from django.views.generic import RedirectView

from registry.views import health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="catalogue"), name="home"),
]

plain = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
]
