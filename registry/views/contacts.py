"""Contacts and links of an offering: changed at any time, without review, with their history below."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from registry import trail
from registry.access import Permission
from registry.actions import contacts
from registry.errors import Invalid
from registry.forms.contacts import ContactForm, CopyContactsForm, LinkForm, sources
from registry.models import Contact, Link, Offering, TrailEntry
from registry.web import StaffView

VERBS = [f"{what}_{how}" for what in ("contact", "link") for how in ("added", "changed", "removed")]


class OfferingPart(StaffView):
    """Mixin: what belongs to one offering of the institution."""

    permission = Permission.OFFERING_WRITE

    @cached_property
    def offering(self) -> Offering:
        return get_object_or_404(
            self.institution.offerings.select_related("institution"), code=self.kwargs["code"]
        )

    def url(self, name: str = "offering-contacts", *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), self.offering.code, *more])

    def back(self):
        return redirect(self.url())


class OfferingContacts(OfferingPart, TemplateView):
    """Who answers for the offering, and its own addresses elsewhere."""

    permission = Permission.OFFERING_READ
    template_name = "registry/offering_contacts.html"

    def get_context_data(self, **kwargs):
        version = self.offering.versions.order_by("-number").first()
        can_write = Permission.OFFERING_WRITE in self.permissions
        found = list(self.offering.contacts.order_by("function", "name", "pk"))
        choices = sources(self.offering) if can_write else []
        return super().get_context_data(
            offering=self.offering,
            version=version,
            can_write=can_write,
            functions=[
                {
                    "label": function.label,
                    "is_needed": function in contacts.NEEDED,
                    "contacts": [self._contact(one) for one in found if one.function == function],
                }
                for function in Contact.Function
            ],
            links=[self._link(one) for one in self.offering.links.order_by("pk")],
            history=[_entry(one) for one in trail.of(row=self.offering).filter(verb__in=VERBS)[:50]],
            copy_form=CopyContactsForm(sources=choices) if choices else None,
            copy_url=self.url("offering-contacts-copy"),
            new_contact_url=self.url("contact-new"),
            new_link_url=self.url("link-new"),
            back=reverse(
                "version-detail", args=[self.institution.code.lower(), self.offering.code, version.number]
            ),
            **kwargs,
        )

    def _contact(self, contact: Contact) -> dict:
        return {
            "contact": contact,
            "edit_url": self.url("contact-edit", contact.uid),
            "remove_url": self.url("contact-remove", contact.uid),
        }

    def _link(self, link: Link) -> dict:
        return {
            "link": link,
            "edit_url": self.url("link-edit", link.uid),
            "remove_url": self.url("link-remove", link.uid),
        }


class PartForm(OfferingPart, FormView):
    """Mixin: a form whose saving may be refused; `keep` calls the action."""

    template_name = "registry/offering_part_form.html"

    def form_valid(self, form):
        try:
            self.keep(form.cleaned_data, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return self.back()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            offering=self.offering, title=self.title_text(), back=self.url(), **kwargs
        )


class ContactNew(PartForm):
    form_class = ContactForm

    def title_text(self) -> str:
        return _("New contact")

    def keep(self, entered: dict, **who) -> None:
        contacts.add_contact(offering=self.offering, **entered, **who)


class ContactEdit(PartForm):
    form_class = ContactForm

    @cached_property
    def contact(self) -> Contact:
        return get_object_or_404(self.offering.contacts, uid=self.kwargs["uid"])

    def title_text(self) -> str:
        return _("Change the contact")

    def get_initial(self):
        return {name: getattr(self.contact, name) for name in ("function", "name", "email", "phone")}

    def keep(self, entered: dict, **who) -> None:
        contacts.change_contact(contact=self.contact, **entered, **who)


class ContactRemove(OfferingPart, View):
    http_method_names = ["post"]

    def post(self, request, code, uid):
        contact = get_object_or_404(self.offering.contacts, uid=uid)
        contacts.remove_contact(contact=contact, by=request.user, at=timezone.now())
        messages.success(request, _("The contact was taken away."))
        return self.back()


class ContactsCopy(OfferingPart, View):
    """Take the contacts of another own offering where this one has none."""

    http_method_names = ["post"]

    def post(self, request, code):
        form = CopyContactsForm(request.POST, sources=sources(self.offering))
        if form.is_valid():
            source = get_object_or_404(self.institution.offerings, code=form.cleaned_data["source"])
            contacts.copy_contacts(offering=self.offering, source=source, by=request.user, at=timezone.now())
            messages.success(request, _("The contacts were taken. Check that they are right here too."))
        return self.back()


class LinkNew(PartForm):
    form_class = LinkForm

    def title_text(self) -> str:
        return _("New link")

    def keep(self, entered: dict, **who) -> None:
        contacts.add_link(offering=self.offering, **entered, **who)


class LinkEdit(PartForm):
    form_class = LinkForm

    @cached_property
    def link(self) -> Link:
        return get_object_or_404(self.offering.links, uid=self.kwargs["uid"])

    def title_text(self) -> str:
        return _("Change the link")

    def get_initial(self):
        return {"label": self.link.label, "url": self.link.url}

    def keep(self, entered: dict, **who) -> None:
        contacts.change_link(link=self.link, **entered, **who)


class LinkRemove(OfferingPart, View):
    http_method_names = ["post"]

    def post(self, request, code, uid):
        link = get_object_or_404(self.offering.links, uid=uid)
        contacts.remove_link(link=link, by=request.user, at=timezone.now())
        messages.success(request, _("The link was taken away."))
        return self.back()


def _entry(entry: TrailEntry) -> dict:
    labels = dict(Contact.Function.choices)
    return {
        "at": entry.at,
        "by": entry.by,
        "what": trail.VERBS[entry.verb],
        "function": labels.get(entry.became or entry.was, ""),
        "said": entry.reason,
    }
