"""Addresses of `credentials`: `urlpatterns` below a language, `plain` without one."""

urlpatterns = []

plain = []
