"""The learner's share links: choose what is shown and how long, look at it first, see viewings, withdraw."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from credentials import certificate, progress, wallet
from credentials.actions import shares
from credentials.formats.parts import PLACES
from credentials.forms.shares import PART_NAMES, ConfirmedShareForm, ShareForm
from credentials.models import Credential, Share
from credentials.progress import Progress
from credentials.views import wording
from credentials.views.desk import add_errors
from credentials.views.shares import heading, page
from credentials.views.wallet import address, qr
from registry.errors import Invalid
from registry.models.texts import chosen
from registry.web import SignedInView

PAGE = 50
LINKEDIN = "https://www.linkedin.com/profile/add"


@method_decorator(never_cache, name="dispatch")
class MyShares(SignedInView, TemplateView):
    template_name = "credentials/my_shares.html"

    def get_context_data(self, **kwargs):
        now = timezone.now()
        found = Paginator(wallet.shares(self.request.user), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=found, rows=[_row(one, now) for one in found], **kwargs)


@method_decorator(never_cache, name="dispatch")
class MyShare(SignedInView, TemplateView):
    """One link: what it shows, to how many it was shown on which day; never who they were."""

    template_name = "credentials/my_share.html"

    def get_context_data(self, uid, **kwargs):
        share = get_object_or_404(wallet.shares(self.request.user), uid=uid)
        return super().get_context_data(
            **_row(share, timezone.now()),
            viewings=share.viewings.order_by("-on", "kind"),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class MyShareNew(SignedInView, FormView):
    """Choose; look at the page as others see it; with a safety prohibition confirm; see the link, once."""

    form_class = ShareForm
    template_name = "credentials/my_share_new.html"

    def get_form_class(self):
        return ConfirmedShareForm if "confirming" in self.request.POST else ShareForm

    def get_template_names(self):
        is_second = "confirming" in self.request.POST
        return ["credentials/my_share_confirm.html" if is_second else self.template_name]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | self.choices()

    def get_initial(self):
        """What the page was come from: a credential, or the progress on a pathway. What is not in force is
        for the learner to tick; its label says what it is."""
        asked = self.request.GET
        on = next((one for one in self.paths if one.pathway.code == asked.get("pathway")), None)
        codes = set(on.verdict.counted) if on else set()
        now = timezone.now()
        picked = [
            str(one.pk)
            for one in self.credentials
            if one.status_at(now) == Credential.Status.VALID
            and (str(one.pk) == asked.get("credential") or one.facts.offering_code in codes)
        ]
        return {"credentials": picked, "pathway": on.pathway.code if on else ""}

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        return super().get_context_data(
            is_minor=any(shares.is_minor(one, today=today) for one in self.records),
            is_protected=self.is_protected,
            is_empty=not self.credentials,
            fallen=self.fallen(),
            **kwargs,
        )

    def fallen(self) -> str:
        """Of a credential that the page was come from and that is not in force: what it is."""
        asked, now = self.request.GET.get("credential"), timezone.now()
        found = next((one for one in self.credentials if str(one.pk) == asked), None)
        if found is None or found.status_at(now) == Credential.Status.VALID:
            return ""
        said = _(
            "“%(title)s” is not ticked, because its state is “%(state)s”. You may show it all the same: the"
            " page then says what its state is."
        )
        title, state = wording.title(found)["text"], wording.status(found, now)["label"]
        return said % {"title": title, "state": state}

    def form_valid(self, form):
        if "preview" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form, preview=self.preview(form)))
        try:
            share, secret = shares.create(**self.chosen(form), by=self.request.user, at=timezone.now())
        except shares.NotConfirmed:
            return self.confirm(form)
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        return render(self.request, "credentials/my_share_made.html", _made(share, secret))

    def chosen(self, form) -> dict:
        """What the form says, in rows."""
        said = form.cleaned_data
        code = said.get("pathway")
        return {
            "credentials": [one for one in self.credentials if str(one.pk) in said["credentials"]],
            "left_out": said["left_out"],
            "pathway": next((one.pathway for one in self.paths if one.pathway.code == code), None),
            "purpose": said["purpose"],
            "months": said["months"],
            "note": said["note"],
            "confirmed": said.get("confirmed", False),
            "shows_places": said.get("shows_places", False),
        }

    def preview(self, form) -> dict:
        said = self.chosen(form)
        left_out = {*said["left_out"], *([PLACES] if self.is_protected else [])}
        shown = wallet.among(self.request.user, said["credentials"])
        return page(shown, left_out=left_out, pathway=said["pathway"], at=timezone.now())

    def confirm(self, form):
        second = ConfirmedShareForm(
            initial={name: form[name].value() for name in form.fields}, **self.choices()
        )
        return render(self.request, "credentials/my_share_confirm.html", {"form": second})

    def choices(self) -> dict:
        paths = [(one.pathway.code, chosen(one.pathway.name)[1]) for one in self.paths]
        return {"credentials": [(str(one.pk), _label(one)) for one in self.credentials], "pathways": paths}

    @cached_property
    def credentials(self) -> list[Credential]:
        return list(wallet.credentials(self.request.user).defer("document"))

    @cached_property
    def paths(self) -> list[Progress]:
        return progress.of(self.request.user, at=timezone.now())

    @cached_property
    def records(self) -> list:
        return list(self.request.user.learner_records.all())

    @cached_property
    def is_protected(self) -> bool:
        return any(one.has_safety_prohibition for one in self.records)


class ShareWithdraw(SignedInView, View):
    """Asks, then ends the link; of one that has ended there is nothing to ask."""

    def get(self, request, uid):
        share = get_object_or_404(wallet.shares(request.user), uid=uid)
        if not share.is_open(timezone.now()):
            return redirect("my-share", share.uid)
        return render(request, "credentials/share_withdraw.html", {"share": share})

    def post(self, request, uid):
        share = get_object_or_404(wallet.shares(request.user), uid=uid)
        shares.withdraw(share=share, by=request.user, at=timezone.now())
        messages.success(request, _("The share has been withdrawn. The link no longer shows anything."))
        return redirect("my-share", share.uid)


def _row(share: Share, now) -> dict:
    """A link in a list, and on its own page."""
    return {
        "share": share,
        **wording.share_state(share, now),
        "titles": [
            {"credential": one, "text": one.award["title"], "main": one.language}
            for one in share.credentials.all()
        ],
        "left_out": [PART_NAMES[name] for name in share.left_out],
        "purpose": share.get_purpose_display(),
        "seen": sum(one.times for one in share.viewings.all()),
    }


def _label(credential: Credential) -> str:
    """Title, who issued it and when; two of the same can be told apart."""
    state = wording.status(credential, timezone.now())
    read = certificate.read(credential, language=certificate.language_for(credential))
    parts = [
        wording.heading(credential)["text"],
        str(credential.institution),
        read.issued_on,
        str(state["label"]) if state["status"] != "valid" else "",
    ]
    return " · ".join(filter(None, parts))


def _made(share: Share, secret: str) -> dict:
    """What the learner gets once: the link, and for a public profile what to put there."""
    url, shown = address("share", secret), wallet.shown(share)
    context = {"share": share, "url": url, "qr": qr(url, title=_("The link as a QR code"))}
    if share.purpose != Share.Purpose.PROFILE:
        return context
    image = address("share-picture", secret)
    return context | {
        "linkedin": _linkedin(share, shown[0], url=url) if len(shown) == 1 else "",
        "embed": format_html(
            '<a href="{}"><img src="{}" width="600" height="315" alt="{}"></a>',
            url,
            image,
            heading(share.pathway, shown)["text"],
        ),
    }


def _linkedin(share: Share, credential: Credential, *, url: str) -> str:
    """LinkedIn's form for a new certificate, filled in. The code is told only with all of the credential."""
    read = certificate.read(credential, language=certificate.language_for(credential))
    issued = timezone.localtime(credential.issued_at)
    said = {
        "startTask": "CERTIFICATION_NAME",
        "name": read.title,
        "organizationName": read.issuer,
        "issueYear": issued.year,
        "issueMonth": issued.month,
        "certUrl": url,
    }
    if credential.valid_until:
        ends = timezone.localtime(credential.valid_until)
        said |= {"expirationYear": ends.year, "expirationMonth": ends.month}
    if not share.left_out:
        said["certId"] = credential.grouped_code
    return f"{LINKEDIN}?{urlencode(said)}"
