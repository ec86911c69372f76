"""Addresses below `/api/v1/`."""

from django.urls import path

from credentials.api import verifications

urlpatterns = [
    path("verifications/codes/", verifications.Codes.as_view(), name="api-verification-codes"),
    path("verifications/", verifications.Verifications.as_view(), name="api-verifications"),
]
