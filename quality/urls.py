"""Addresses of `quality`: `urlpatterns` below a language, `plain` without one."""

urlpatterns = []

plain = []
