"""`/api/v1/`: what the packages offer, the schema and its page."""

import credentials.api.urls
import registry.api.urls
from registry.views.api_docs import ApiDocs, ApiSchema
from django.urls import path

urlpatterns = [
    *registry.api.urls.urlpatterns,
    *credentials.api.urls.urlpatterns,
    path("schema/", ApiSchema.as_view(), name="api-schema"),
    path("docs/", ApiDocs.as_view(), name="api-docs"),
]
