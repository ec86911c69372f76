"""`manage.py messages`: bring locale/ to what the code says; `--check` only tells. Needs no GNU gettext."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation import templatize

ROOT = settings.BASE_DIR
PACKAGES = ("registry", "credentials", "quality")
LANGUAGES = ("fi", "sv")  # English is the language of the sources
PLURALS = "nplurals=2; plural=(n != 1);"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str, str, str]  # context, text, plural; "" where there is none


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 when something is missing"
        )

    def handle(self, *, check, **options):
        messages = extracted()
        problems = []
        for language in LANGUAGES:
            path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
            catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
            if not check:
                update(catalogue, messages, language=language)
                path.parent.mkdir(parents=True, exist_ok=True)
                catalogue.save(str(path))
                path.with_suffix(".mo").write_bytes(catalogue.to_binary())
            problems += [f"{language}: {problem}" for problem in faults(catalogue, messages, path=path)]
        self.stdout.write("\n".join(problems) or f"{len(messages)} texts, all translated")
        if check and problems:
            raise CommandError(
                f"{len(problems)} faults in locale/; mend the .po files, then run manage.py messages"
            )


def extracted() -> dict[Key, list[str]]:
    """Every text that the code marks, with the files it stands in."""
    found: dict[Key, list[str]] = {}
    for path, source in sources():
        for _line, message, _comments, context in extract(
            "python", io.BytesIO(source.encode()), keywords=KEYWORDS
        ):
            text, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
            files = found.setdefault((context or "", text, plural), [])
            if path not in files:
                files.append(path)
    for context, text, plural in [key for key in found if key[2]]:  # in gettext both forms are one entry
        found[context, text, plural] += found.pop((context, text, ""), [])
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0])))


def sources() -> Iterator[tuple[str, str]]:
    """Relative path and Python of each module, and of each template as Django's own makemessages reads it."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            python = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            yield str(path.relative_to(ROOT)), "\n".join(line.strip() for line in python.splitlines())


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


def update(catalogue: polib.POFile, messages: dict[Key, list[str]], *, language: str) -> None:
    """Add what is new, drop what is gone, keep every translation."""
    known = {key(entry): entry for entry in catalogue}
    catalogue.clear()
    catalogue.wrapwidth = 100
    catalogue.metadata = {
        "Project-Id-Version": "osaamisrekisteri",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS,
    }
    for (context, text, plural), files in messages.items():
        entry = known.get((context, text, plural)) or polib.POEntry(
            msgid=text,
            msgctxt=context or None,
            msgid_plural=plural,
            msgstr_plural={0: "", 1: ""} if plural else {},
        )
        entry.occurrences = [(file, "") for file in files]
        entry.flags = ["python-format"] if re.search(r"%\(\w+\)[sd]|%[sd]", text) else []
        entry.obsolete = False
        catalogue.append(entry)


def faults(catalogue: polib.POFile, messages: dict[Key, list[str]], *, path: Path) -> Iterator[str]:
    """What a reader of that language would stumble over, one line each."""
    entries = {key(entry): entry for entry in catalogue}
    for wanted, files in messages.items():
        entry = entries.get(wanted)
        texts = translations(entry) if entry else [""]
        if not all(texts):
            yield f"untranslated in {files[0]}: {wanted[1]!r}"
        elif not is_same_said(entry):
            yield f"other placeholders than in {files[0]}: {wanted[1]!r}"
    for gone in entries.keys() - messages.keys():
        yield f"no longer used: {gone[1]!r}"
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        yield f"{compiled.relative_to(ROOT)} is not made from its .po file"


def translations(entry: polib.POEntry) -> list[str]:
    return (
        [entry.msgstr_plural.get(0, ""), entry.msgstr_plural.get(1, "")]
        if entry.msgid_plural
        else [entry.msgstr]
    )


def is_same_said(entry: polib.POEntry) -> bool:
    """Whether every form has the placeholders of its source.

    Only a singular may go without the number, and only where its source does ("this one"); its translation
    may say it all the same.
    """
    if not entry.msgid_plural:
        return placeholders(entry.msgstr) == placeholders(entry.msgid)
    one, many = placeholders(entry.msgid), placeholders(entry.msgid_plural)
    said_one, said_many = (placeholders(text) for text in translations(entry))
    return one <= many and len(many - one) <= 1 and said_one in (one, many) and said_many == many


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))
