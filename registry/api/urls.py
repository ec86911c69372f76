"""Addresses below `/api/v1/`."""

urlpatterns = []
