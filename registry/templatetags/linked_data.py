"""schema.org data in a page's head, which search engines read. No browser runs it."""

import json

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# As Django's json_script: nothing inside can end the element.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(data: dict | None) -> SafeString:
    """The data as a JSON-LD block; nothing where there is none."""
    if not data:
        return mark_safe("")
    body = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{body}</script>')  # noqa: S308  escaped above
