"""All settings, in one file. What differs between places comes from the environment: see `.env.example`."""

import logging
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import sentry_sdk
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from registry.config import logs
from registry.config.env import BASE_DIR, PRODUCTION, VAR_DIR, env, folder, needed, needed_secret

# Where it runs

DEBUG = env.bool("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG and PRODUCTION exclude each other: error pages would show personal data."
    )
DEMO = env.bool("DEMO", default=False)
if PRODUCTION and DEMO:
    raise ImproperlyConfigured(
        "DEMO and PRODUCTION exclude each other: the log-in page would show passwords."
    )

# The address that is written into documents and never changes after the first one (docs/architecture.md §5).
BASE_URL = needed("BASE_URL", local="http://127.0.0.1:8000").rstrip("/")
if PRODUCTION and not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured(
        "BASE_URL must start with https:// in production; it goes into signed documents."
    )

# Where letters and links lead to: another place only while the demo serves another port.
SITE_URL = (env.str("SITE_URL", default="") or BASE_URL).rstrip("/")

ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname, *env.list("ALLOWED_HOSTS", default=[])]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# Secrets

SECRET_KEY = needed_secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
KEY_ENCRYPTION_KEY = needed_secret("KEY_ENCRYPTION_KEY")  # encrypts the institutions' signing keys at rest
KEY_ENCRYPTION_KEY_FALLBACKS = env.list("KEY_ENCRYPTION_KEY_FALLBACKS", default=[])  # earlier ones
# Encrypts personal identity codes; in production none are kept without it.
HENKILOTUNNUS_KEY = (
    env.str("HENKILOTUNNUS_KEY", default="") if PRODUCTION else needed_secret("HENKILOTUNNUS_KEY")
)
HENKILOTUNNUS_KEY_FALLBACKS = env.list("HENKILOTUNNUS_KEY_FALLBACKS", default=[])
OUTSIDE_SIGNER = env.str("OUTSIDE_SIGNER", default="")
SELF_MADE_SEALS = env.bool("SELF_MADE_SEALS", default=not PRODUCTION)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Parts

INSTALLED_APPS = [
    "registry",
    "credentials",
    "quality",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_include_bootstrap",
    "django_htmx",
    "heroicons",
    "csp",
    "django_structlog",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "registry.web.CleanAddressMiddleware",
    "registry.web.RefusedMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "registry.config.urls"
WSGI_APPLICATION = "registry.config.wsgi.application"
ASGI_APPLICATION = "registry.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "registry.web.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database: one SQLite file, or the server in DATABASE_URL

DATABASES = {
    "default": env.db_url_config(needed("DATABASE_URL", local=f"sqlite:///{VAR_DIR / 'registry.sqlite3'}"))
}
database = DATABASES["default"]
if database["ENGINE"] == "django.db.backends.sqlite3":
    Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    database["OPTIONS"] = {  # Django itself turns foreign keys on
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds a writer waits for another
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}  # a file, so that a worker process can open it
else:
    database.setdefault("OPTIONS", {})["pool"] = PRODUCTION
    database["CONN_HEALTH_CHECKS"] = not PRODUCTION  # the pool has its own

# Cache, queue and schedule: Redis where REDIS_URL says so, else a table and a folder

REDIS_URL = needed("REDIS_URL", local="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,  # seconds until the message of a dead worker goes to another one …
        "unacked_restore_interval": 10,  # … looked for this often,
        "unacked_restore_throttle": 1,  # every time.
        "socket_connect_timeout": 2,
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},  # at 300, the default, wrong tries are soon forgotten
        }
    }
    CELERY_BROKER_URL = "filesystem://localhost/"  # without a host kombu complains; it is not used
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": folder("broker", "queue"),
        "data_folder_out": folder("broker", "queue"),
        "control_folder": folder("broker", "control"),
        "polling_interval": 0.05,
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # its broadcasts are of no use in one folder
CACHES["default"]["KEY_PREFIX"] = "registry"
# What {% cache %} keeps of pages: parts that are the same for everybody, in each process of its own.
CACHES["template_fragments"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}

CELERY_TIMEZONE = "Europe/Helsinki"
CELERY_TASK_IGNORE_RESULT = True  # what came of a task is in our own rows
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")
# A sweep that waited for a worker longer than its own interval is dropped: the next one does the same.
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": float(seconds), "options": {"expires": seconds}}
    for name, seconds in (
        ("registry.mail.deliver", 60),
        ("registry.realisations.end_due", 60 * 60),
        ("registry.dump.nightly", 600),  # writes once a night
        ("credentials.batches.resume", 5),
        ("credentials.batch_certificates.resume", 15),
        ("credentials.enrolments.fill_places", 60),
        ("credentials.status_lists.sign_due", 15),
        ("credentials.issued_log.put_in_order", 60),
        ("credentials.continuity_packs.resume", 60),
        ("credentials.suspensions.end_due", 60 * 60),
        ("credentials.attainment_files.forget_rows", 24 * 60 * 60),
        ("credentials.wallet_offers.forget_unused", 24 * 60 * 60),
        ("quality.bundles.resume", 60),
    )
}
# What the quality round does every morning, and the reminders of share links without an end. The beat keeps
# when it last ran: a morning that it slept through is made up for when it wakes, once.
CELERY_BEAT_SCHEDULE |= {
    name: {"task": name, "schedule": crontab(hour=6, minute=0), "options": {"expires": 12 * 60 * 60}}
    for name in (
        "quality.triggers.find_due",
        "quality.surveys.send_due",
        "quality.notices.write_due",
        "quality.evidence.forget_due",
        "credentials.shares.remind_due",
    )
}

# Mail: files in var/mail, or the server in EMAIL_URL

EMAIL_URL = needed("EMAIL_URL", local="filemail://")
EMAIL = env.email_url_config(EMAIL_URL)
if EMAIL_URL == "filemail://":
    EMAIL["EMAIL_FILE_PATH"] = folder("mail")
vars().update(EMAIL)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = needed("DEFAULT_FROM_EMAIL", local="registry@localhost")
ACCESSIBILITY_CONTACT = needed("ACCESSIBILITY_CONTACT", local="accessibility@localhost")

# People

AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "registry.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "registry.views.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # the adapter keeps sign-up closed
ACCOUNT_EMAIL_VERIFICATION = (
    "none"  # institutions invite people by e-mail; nobody can change their own address
)
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are the institutions' word, not verified here
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Osaamisrekisteri"

# Browser

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes; larger uploads are refused where they arrive

# Static files: straight from the packages; in production collected, compressed and named by content

STATIC_URL = "static/"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        ("fonts", Path(find_spec(package).origin).parent / "files")
        for package in ("fontpkg_public_sans", "fontpkg_source_serif_4")
    ),
]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
if PRODUCTION:
    STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
    static_storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
else:
    static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": static_storage},
}
MEDIA_ROOT = str(VAR_DIR / "media")
EVIDENCE_DIR = str(VAR_DIR / "evidence")  # files of quality, outside the web root; served by permission
BUNDLE_DIR = str(VAR_DIR / "bundles")  # evidence bundles, outside the web root; served by permission
LEMMA_DIR = env.str("LEMMA_DIR", default="") or str(VAR_DIR / "lemmas")  # the word search's dictionaries

# Languages and time

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "registry.rest.Pages",
    "PAGE_SIZE": 25,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "registry.rest.problem_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
DUMP_FILE = str(VAR_DIR / "exports" / "catalogue.json")  # all open data in one file, made every night
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=1200)  # of one address, in one process
SPECTACULAR_SETTINGS = {
    "TITLE": "Osaamisrekisteri",
    "DESCRIPTION": "Micro-credentials of Finnish universities of applied sciences.",
    "VERSION": "1",
    "LICENSE": {
        "name": "Open data of the catalogue: CC BY 4.0",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    },
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"VersionStatusEnum": "registry.models.offering.OfferingVersion.Status"},
}

# Sharing and verification

# More JSON-LD contexts than the ones we carry: a folder with contexts.json (credentials/proofs/contexts.py).
CONTEXTS_DIR = env.str("CONTEXTS_DIR", default="")
# Issuers elsewhere whose keys and status lists may be fetched: their DIDs (did:web:…), divided by commas.
KNOWN_ISSUERS = env.list("KNOWN_ISSUERS", default=[])
# How long a learner's link may work; None: until it is withdrawn, with a reminder once a year.
SHARE_MONTHS = [1, 3, 6, 12, None]
SHARE_MONTHS_CHOSEN = 6  # unless the learner chooses another

# Operations

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.configure(
    production=PRODUCTION, level=env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# One line per request, when it has been answered; whose address it came from is the proxy's to know.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
if sentry_dsn := env.str("SENTRY_DSN", default=""):
    sentry_sdk.init(  # neither what people sent nor what the code held of them leaves the house
        dsn=sentry_dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=logs.without_keys_for_sentry,
    )
