"""Addresses of an offering's pages, and what a browser would send of a tab."""

from django.urls import reverse
from django.utils import translation


def address(name, *args):
    with translation.override("en"):
        return reverse(name, args=args)


def of(name, version, *more):
    return address(
        name, version.offering.institution.code.lower(), version.offering.code, version.number, *more
    )


def page(client, name, version, *more, **params):
    return client.get(of(name, version, *more), params)


def typed(client, version, tab, **changes):
    """What a browser would send for the tab as it is shown, with some changes."""
    shown = page(client, "version-edit", version, tab).context
    data = {"seen": shown["seen"]}
    forms = [
        shown["form"],
        *([shown["formset"].management_form, *shown["formset"]] if shown["formset"] else []),
    ]
    for form in forms:
        for bound in form:
            widget = bound.field.widget
            value = bound.value()
            if hasattr(widget, "widgets_names"):
                parts = value if isinstance(value, list) else widget.decompress(value)
                for name, one in zip(widget.widgets_names, parts, strict=True):
                    data[f"{bound.html_name}{name}"] = one
            elif bound.html_name.endswith("DELETE") or value is None:
                continue
            else:
                data[bound.html_name] = bound.field.prepare_value(value)
    return data | changes
