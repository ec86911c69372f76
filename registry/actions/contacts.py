"""Contacts and links of an offering: outside the frozen versions, changed without review, never silently."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from registry import catalogue, trail
from registry.errors import Invalid, Refused
from registry.models import Contact, Link, Offering, User
from registry.workflow import still_there

# a published offering keeps a named person of each.
NEEDED = (Contact.Function.STUDY_AFFAIRS, Contact.Function.TEACHING, Contact.Function.RDI)


@transaction.atomic
def add_contact(
    *, offering: Offering, function: str, name: str, email: str, phone: str, by: User, at: datetime
) -> Contact:
    contact = Contact(offering=offering, function=function, name=name, email=email, phone=phone)
    _save(contact)
    _record("contact_added", contact, by=by, at=at, became=function, reason=name)
    return contact


@transaction.atomic
def change_contact(
    *, contact: Contact, function: str, name: str, email: str, phone: str, by: User, at: datetime
) -> None:
    """Somebody else, or the same person elsewhere; the trail keeps who it was."""
    offering = _hold(contact)
    contact = still_there(contact)
    if function != contact.function:
        _refuse_last(contact, offering=offering)
    was, old_name = contact.function, contact.name
    contact.function, contact.name, contact.email, contact.phone = function, name, email, phone
    _save(contact)
    said = name if name == old_name else f"{old_name} → {name}"
    _record("contact_changed", contact, by=by, at=at, was=was, became=function, reason=said)


@transaction.atomic
def put_contact(
    *, offering: Offering, function: str, name: str, email: str, phone: str, by: User, at: datetime
) -> None:
    """The one person of a function: in the place of whoever it was. Refused where there are several."""
    offering = Offering.objects.select_for_update().get(pk=offering.pk)
    found = list(offering.contacts.filter(function=function)[:2])
    said = {"function": function, "name": name, "email": email, "phone": phone, "by": by, "at": at}
    if len(found) > 1:
        raise Refused(
            _("It has several contacts of this function. Change the right one on its own page."),
            code="several_contacts",
        )
    if found:
        change_contact(contact=found[0], **said)
    else:
        add_contact(offering=offering, **said)


@transaction.atomic
def remove_contact(*, contact: Contact, by: User, at: datetime) -> None:
    """Take a contact away; a published offering keeps the last one of study affairs, teaching and RDI."""
    offering = _hold(contact)
    contact.refresh_from_db(fields=["function", "name"])  # somebody may have changed it meanwhile
    _refuse_last(contact, offering=offering)
    _record("contact_removed", contact, by=by, at=at, was=contact.function, reason=contact.name)
    contact.delete()


@transaction.atomic
def copy_contacts(*, offering: Offering, source: Offering, by: User, at: datetime) -> list[Contact]:
    """The contacts of another offering, for the functions that have nobody yet."""
    have = set(offering.contacts.values_list("function", flat=True))
    missing = source.contacts.exclude(function__in=have).order_by("pk")
    return [
        add_contact(
            offering=offering,
            function=one.function,
            name=one.name,
            email=one.email,
            phone=one.phone,
            by=by,
            at=at,
        )
        for one in missing
    ]


@transaction.atomic
def add_link(*, offering: Offering, label: dict, url: str, by: User, at: datetime) -> Link:
    link = Link(offering=offering, label=label, url=url)
    _save(link)
    _record("link_added", link, by=by, at=at, reason=url)
    return link


@transaction.atomic
def change_link(*, link: Link, label: dict, url: str, by: User, at: datetime) -> None:
    link = still_there(link)
    before = link.url
    link.label, link.url = label, url
    _save(link)
    _record("link_changed", link, by=by, at=at, reason=url if url == before else f"{before} → {url}")


@transaction.atomic
def remove_link(*, link: Link, by: User, at: datetime) -> None:
    link = still_there(link)
    _record("link_removed", link, by=by, at=at, reason=link.url)
    link.delete()


def _hold(contact: Contact) -> Offering:
    """Two people must not each take away one of the last two."""
    return Offering.objects.select_for_update().get(pk=contact.offering_id)


def _refuse_last(contact: Contact, *, offering: Offering) -> None:
    others = offering.contacts.filter(function=contact.function).exclude(pk=contact.pk)
    if offering.published_id and contact.function in NEEDED and not others.exists():
        raise Refused(
            _("The last contact of this function stays: %(function)s. Add the new one first.")
            % {"function": contact.get_function_display()},
            code="last_contact",
        )


def _save(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as problem:
        reasons = [(field, text) for field, texts in problem.message_dict.items() for text in texts]
        raise Invalid(_("Check what you entered."), reasons=reasons) from problem
    row.save()


def _record(verb: str, row: Contact | Link, **said) -> None:
    """The history tells the function and the name; addresses and numbers are not kept for ever."""
    trail.record(verb=verb, row=row.offering, **said)
    catalogue.forget()
