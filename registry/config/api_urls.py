"""`/api/v1/`: what the packages offer, the schema and its page."""

from django.urls import path

import credentials.api.urls
import registry.api.urls
from registry.views.api_docs import ApiDocs, ApiSchema

urlpatterns = [
    *registry.api.urls.urlpatterns,
    *credentials.api.urls.urlpatterns,
    path("schema/", ApiSchema.as_view(), name="api-schema"),
    path("docs/", ApiDocs.as_view(), name="api-docs"),
]
