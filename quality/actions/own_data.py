"""The learner's own data in one download, with the documents as they are stored."""

import io
import json
import zipfile
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise

from credentials import own_data as credentials
from credentials.own_data import Section, Word
from quality import own_data
from registry import trail
from registry.models import User
from registry.models.texts import LANGUAGES

FORMAT = "osaamisrekisteri own data 1"
JSON, PAGE = "own-data.json", "own-data.html"


@transaction.atomic
def download(*, user: User, language: str, at: datetime) -> bytes:
    """A zip: own-data.json for programs, own-data.html for people, every signed document."""
    found = own_data.sections(user)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(JSON, at), _json(found, language=language, at=at))
        archive.writestr(_entry(PAGE, at), _page(found, language=language, at=at))
        for name, content in credentials.files(user):
            archive.writestr(_entry(name, at), content)
    records = list(user.learner_records.order_by("pk"))
    pairs = [(one, one.uid) for one in records]
    trail.record_each(verb="own_data_fetched", pairs=pairs, by=user, at=at, role=trail.LEARNER)
    return packed.getvalue()


def _json(found: list[Section], *, language: str, at: datetime) -> str:
    with translation.override(language):
        said = {
            "format": FORMAT,
            "made_at": at,
            "sections": {
                one.key: {
                    "label": _in_all(one.label),
                    "fields": {name: _in_all(label) for name, label in one.fields.items()},
                    "rows": [{name: _plain(value) for name, value in row.items()} for row in one.rows],
                }
                for one in found
            },
        }
        return json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _page(found: list[Section], *, language: str, at: datetime) -> str:
    with translation.override(language):
        shown = [
            {
                "label": one.label,
                "rows": [
                    [
                        (one.fields[name], _shown(value))
                        for name, value in row.items()
                        if value not in ("", None)
                    ]
                    for row in one.rows
                ],
            }
            for one in found
        ]
        return render_to_string("quality/own_data.html", {"sections": shown, "at": at, "language": language})


def _in_all(label: Promise) -> dict[str, str]:
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = str(label)
    return said


def _plain(value):
    if isinstance(value, Word):
        return {"code": value.code, "label": str(value.label)}
    return str(value) if isinstance(value, Promise) else value


def _shown(value):
    if isinstance(value, Word):
        return value.label
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, date_time=timezone.localtime(at).timetuple()[:6])
