"""The stand-alone verifier as files: our own modules that it needs, what it needs of others, and its words.

Found by reading the imports, so that nothing is forgotten and nothing is taken along that is not used.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext

ROOT = Path(__file__).resolve().parents[2]
MAIN = "credentials.verification.offline"
START = b'''"""python3 PACK.zip FILE...: see README.en.txt."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(sys.argv[0]) / "verifier"))
try:
    from credentials.verification.offline import main
except ImportError as problem:
    sys.exit(f"{problem}. Needed are Python 3.11 or later and: pip install -r requirements.txt")
sys.exit(main())
'''


@cache
def files() -> dict[str, bytes]:
    """The program, by name in a pack: it starts where the pack itself is run."""
    modules = _modules()
    sources = {f"verifier/{_path(name)}": (ROOT / _path(name)).read_bytes() for name in modules}
    packages = {str(Path(name).parent / "__init__.py") for name in sources}
    packages |= {"verifier/credentials/__init__.py"}
    return {
        "__main__.py": START,
        "requirements.txt": "".join(f"{line}\n" for line in needs()).encode(),
        **dict.fromkeys(sorted(packages), b""),  # ours open on rows
        **sources,
    }


def needs() -> list[str]:
    """The packages of others, with the versions that run here, and what these need in turn."""
    ours = {node for name in _modules() for node in _foreign(name)}
    named = metadata.packages_distributions()
    waiting = {named[one][0] for one in ours if one in named}
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another system or another Python
            continue
        known = _plain(distribution.metadata["Name"])
        if known not in found:
            found[known] = distribution.version
            waiting |= {_required(one) for one in distribution.requires or () if "extra ==" not in one}
    return [f"{name}=={version}" for name, version in sorted(found.items())]


@cache
def words() -> dict[str, dict[str, str]]:
    """Every sentence of the program in the languages it is not written in."""
    sentences = sorted({text for name in _modules() for text in _sentences(name)})
    found = {}
    for language in ("fi", "sv"):
        with translation.override(language):
            found[language] = {text: gettext(text) for text in sentences}
    return found


@cache
def _modules() -> list[str]:
    found: set[str] = set()
    waiting = {MAIN}
    while waiting:
        name = waiting.pop()
        if name not in found and (ROOT / _path(name)).is_file():
            found.add(name)
            waiting |= {one for one in _imported(name) if one.startswith("credentials.")}
    return sorted(found)


def _imported(module: str) -> Iterator[str]:
    """What it imports, anywhere in it; of `from a import b` both a and a.b."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _foreign(module: str) -> Iterator[str]:
    for name in _imported(module):
        top = name.partition(".")[0]
        if top != "credentials" and top not in sys.stdlib_module_names:
            yield top


def _sentences(module: str) -> Iterator[str]:
    for node in ast.walk(_tree(module)):
        is_said = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "Said")
        )
        if is_said and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse((ROOT / _path(module)).read_text(encoding="utf-8"))


def _path(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(line: str) -> str:
    return re.match(r"[\w.-]+", line)[0]
