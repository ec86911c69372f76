"""Enrolling: the learner's form, the page behind the link in the letters, the learner's own list."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from credentials import wallet
from credentials.actions import enrolment_letters, enrolments
from credentials.actions.enrolments import Full
from credentials.forms.enrolments import EnrolForm
from credentials.models import Enrolment
from credentials.views.desk import add_errors
from registry.actions import realisations
from registry.errors import Invalid
from registry.models import OfferingVersion, Realisation
from registry.templatetags.texts import in_reader_language
from registry.web import SignedInView

Status = Enrolment.Status
# The word by which components/status.html chooses the icon.
ICONS = {
    Status.RECEIVED: "waiting", Status.ENROLLED: "accepted", Status.QUEUED: "waiting",
    Status.COMPLETED: "done",
}  # fmt: skip
PERSON = ("given_names", "family_name", "birth_date", "language")


@method_decorator(never_cache, name="dispatch")
class Enrol(SignedInView, FormView):
    """The form, or why one cannot enrol now. Asks again before the queue and without the prerequisites."""

    template_name = "credentials/enrol.html"
    form_class = EnrolForm

    @cached_property
    def realisation(self) -> Realisation:
        found = realisations.announced().filter(version__offering__code=self.kwargs["code"])
        return get_object_or_404(found, version__number=self.kwargs["number"], key=self.kwargs["key"])

    @cached_property
    def record(self):
        institution = self.realisation.version.offering.institution
        return enrolments.record_of(user=self.request.user, institution=institution)

    def get(self, request, *args, **kwargs):
        known = enrolments.enrolment_of(user=request.user, realisation=self.realisation)
        return redirect("enrolment", enrolment_letters.secret(known)) if known else super().get(request)

    def get_initial(self):
        return {"language": get_language(), "join_queue": self.realisation.is_full}

    def get_form_kwargs(self):
        has_prerequisites = any(self.realisation.version.prerequisites.values())
        return super().get_form_kwargs() | {
            "is_known": self.record is not None,
            "has_prerequisites": has_prerequisites,
        }

    def form_valid(self, form):
        facts = form.cleaned_data
        lacks = facts.get("prerequisites") == "no"
        if lacks and not facts["asks_recognition"]:
            form.ask_again("asks_recognition")
            return self.render_to_response(self.get_context_data(form=form, is_warned=True))
        try:
            enrolment = enrolments.enrol(
                realisation=self.realisation, user=self.request.user,
                person={name: facts.get(name) for name in PERSON}, join_queue=facts["join_queue"],
                home_institution=facts["home_institution"], asks_recognition=lacks, at=timezone.now(),
            )  # fmt: skip
        except Full:
            if not self.realisation.has_queue:
                raise
            form.ask_again("join_queue")
            return self.render_to_response(self.get_context_data(form=form, is_full=True))
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        messages.success(self.request, _done(enrolment))
        return redirect("enrolment", enrolment_letters.secret(enrolment))

    def get_context_data(self, *, is_full=False, is_warned=False, **kwargs):
        realisation, version = self.realisation, self.realisation.version
        is_full = is_full or realisation.is_full
        return super().get_context_data(
            realisation=realisation,
            version=version,
            institution=version.offering.institution,
            is_known=self.record is not None,
            why_not=enrolments.why_not(realisation=realisation, today=timezone.localdate())
            or (_("All places are taken.") if is_full and not realisation.has_queue else ""),
            is_full=is_full,
            is_warned=is_warned,
            prerequisites=in_reader_language(version.prerequisites, main=version.primary_language),
            guidance=in_reader_language(version.guidance, main=version.primary_language),
            price=realisation.price_eur if realisation.price_eur is not None else version.fee_eur,
            submit=_submit(is_full=is_full, is_warned=is_warned),
            back=reverse("catalogue-version", args=[version.offering.code, version.number]),
            **kwargs,
        )


class LinkPage(View):
    """Mixin: the enrolment that the link means; another link is a 404."""

    def found(self) -> Enrolment:
        try:
            return enrolments.by_secret(self.kwargs["secret"])
        except enrolments.LinkEnded as problem:
            raise Http404 from problem


@method_decorator(never_cache, name="dispatch")
class EnrolmentPage(LinkPage):
    """How the enrolment stands. Names nobody: whoever has the letter has the link. A POST accepts."""

    def get(self, request, secret):
        enrolment = self.found()
        return render(request, "credentials/enrolment.html", _shown(enrolment) | {"secret": secret})

    def post(self, request, secret):
        enrolments.accept(enrolment=self.found(), at=timezone.now())
        messages.success(request, _("You have accepted the place."))
        return redirect("enrolment", secret)


@method_decorator(never_cache, name="dispatch")
class EnrolmentCancel(LinkPage):
    """Asks, then gives the place up."""

    def get(self, request, secret):
        enrolment = self.found()
        if enrolment.status not in enrolments.LIVE:
            return redirect("enrolment", secret)
        return render(request, "credentials/enrolment_cancel.html", _shown(enrolment) | {"secret": secret})

    def post(self, request, secret):
        enrolments.cancel_own(enrolment=self.found(), at=timezone.now())
        messages.success(request, _("Your enrolment has been cancelled."))
        return redirect("enrolment", secret)


@method_decorator(never_cache, name="dispatch")
class MyEnrolments(SignedInView, TemplateView):
    template_name = "credentials/my_enrolments.html"

    def get_context_data(self, **kwargs):
        rows = [
            {**_shown(one), "secret": enrolment_letters.secret(one)}
            for one in wallet.enrolments(self.request.user)
        ]
        return super().get_context_data(rows=rows, **kwargs)


def _shown(enrolment: Enrolment) -> dict:
    realisation, is_live = enrolment.realisation, enrolment.status in enrolments.LIVE
    last_day = enrolments.last_day_to_cancel(realisation)
    return {
        "enrolment": enrolment,
        "realisation": realisation,
        "version": realisation.version,
        "icon": ICONS.get(enrolment.status, "cancelled"),
        "is_asked": is_live and enrolment.accepted_at is None,
        "is_cancellable": is_live and timezone.localdate() <= last_day,
        "last_day": last_day,
        "note": _suspended(enrolment),
    }


def _suspended(enrolment: Enrolment) -> str:
    """What a suspension means for somebody who has a place (T16)."""
    is_on = enrolment.realisation.version.status == OfferingVersion.Status.SUSPENDED
    if not is_on or enrolment.status != Status.ENROLLED:
        return ""
    return _(
        "The offering is suspended for now and takes nobody new. You have started: you may finish, and you"
        " get your credential."
    )


def _done(enrolment: Enrolment) -> str:
    if enrolment.status == Status.QUEUED:
        return _("You are in the queue. We sent you a letter, and send another when a place is free.")
    if enrolment.status == Status.RECEIVED:
        return _("Your enrolment has been received already; the institution decides on it.")
    return _("You are enrolled. We sent you a letter with a link for cancelling.")


def _submit(*, is_full: bool, is_warned: bool) -> str:
    if is_full:
        return _("Join the queue")
    return _("Enrol all the same") if is_warned else _("Enrol")
