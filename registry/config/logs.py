"""Logging: one line per event, JSON in production.

Never written: the part of an address that opens something or says whose credential is looked at, and what
stands behind its question mark, where people type names.
"""

import re

import structlog

# What follows these words in an address is a key (a share, a password reset, an account to be claimed or
# opened, a role, a wallet's offer, an enrolment, a seat on a panel, a survey, a bundle, a report) or tells
# which credential somebody checks: its code, number or hash.
KEY_IN_ADDRESS = re.compile(
    r"(/(?:s|key|claim|offer|verify|account/open|confirm-email)/"
    r"|/(?:fi|sv|en)/(?:bundle|enrolments|panel|report|role|survey)/)[^/\s?\"']+"
    r"|(/credentials/)[0-9a-fA-F-]{36}|(/log/)[0-9a-f]{64}"
)
# To the next blank: a browser leaves an apostrophe as it is, and a name may follow it.
QUESTION_IN_ADDRESS = re.compile(r"(/[^\s?\"']*\?)\S+")


def without_keys(_logger, _method, event: dict) -> dict:
    return {name: _masked(value) for name, value in event.items()}


def without_keys_for_sentry(event: dict, _hint) -> dict:
    """The whole event: the addresses stand in its breadcrumbs and headers, too."""
    event.get("request", {}).pop("query_string", None)
    return _masked(event)


def _masked(value):
    if isinstance(value, str):
        return QUESTION_IN_ADDRESS.sub(r"\1…", KEY_IN_ADDRESS.sub(r"\1\2\3…", value))
    if isinstance(value, dict):
        return {name: _masked(one) for name, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else value


PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def configure(*, production: bool, level: str) -> dict:
    """Django's LOGGING, with structlog's own loggers going the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    rendering = [
        structlog.processors.format_exc_info,  # without local variables: they hold personal data
        without_keys,
        structlog.processors.JSONRenderer() if production else structlog.dev.ConsoleRenderer(colors=False),
    ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*PROCESSORS, structlog.stdlib.ExtraAdder()],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # A line per request is structlog's; Django's own would say it twice, with the whole address.
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        },
    }
