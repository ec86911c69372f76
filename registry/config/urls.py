"""Every address: pages below a language, and what machines ask for without one."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

import credentials.urls
import quality.urls
import registry.urls
from registry.views import accounts

handler404 = "registry.rest.no_such_address"
urlpatterns = [
    path("api/v1/", include("registry.config.api_urls")),
    *registry.urls.plain,
    *credentials.urls.plain,
    *quality.urls.plain,
    *i18n_patterns(
        path("verify/", include(credentials.urls.verify)),
        path("", include("registry.urls")),
        path("", include("credentials.urls")),
        path("", include("quality.urls")),
        path("accounts/email/", accounts.no_such_page, name="account_email"),
        path("accounts/", include("allauth.urls")),
    ),
]
