"""Reads a whole award out of an ELMO extension. Shares nothing with the code that writes it."""

import re
from dataclasses import fields, is_dataclass
from typing import get_args, get_origin, get_type_hints
from xml.etree import ElementTree

from credentials import facts

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
EXTENSION = "{urn:uuid:4a72062e-ed65-4244-839e-076d0a98b873}"
WORDLESS = "label"  # a keyword is its own code and has no words
SINGULAR = {"awarding_bodies": "awardingBody"}  # the others just lose an s


def awards(data: bytes) -> list[facts.Award]:
    """Every award of a file, as `facts.from_json` reads it."""
    found = ElementTree.fromstring(data).iter(f"{EXTENSION}award")
    return [facts.from_json(_object(facts.Award, element)) for element in found]


def _object(kind, element) -> dict:
    hints = get_type_hints(kind)
    read = {name: _value(hints[name], element, name) for name in (field.name for field in fields(kind))}
    return {
        name: value for name, value in read.items() if name == WORDLESS or value not in (None, [], {})
    } | {name: element.get(name) for name in ("code", "uri") if element.get(name) is not None}


def _value(kind, parent, name):
    kind = next((one for one in get_args(kind) if one is not type(None)), kind) if "|" in str(kind) else kind
    if get_origin(kind) is tuple:
        singular = SINGULAR.get(name) or _camel(name.removesuffix("s"))
        return [_one(get_args(kind)[0], element) for element in parent.findall(f"{EXTENSION}{singular}")]
    found = parent.findall(f"{EXTENSION}{_camel(name)}")
    if kind == facts.Texts:
        return {element.get(LANG): element.text for element in found}
    return _one(kind, found[0]) if found else None


def _one(kind, element):
    if is_dataclass(kind):
        return _object(kind, element)
    return int(element.text) if kind is int else element.text


def _camel(name: str) -> str:
    return re.sub("_(.)", lambda found: found[1].upper(), name)
