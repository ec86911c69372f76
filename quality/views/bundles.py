"""Staff pages of evidence bundles, and the page of a reader outside who has a link."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from quality.actions import bundles
from quality.forms.bundles import BundleForm, BundleGrantForm
from quality.models import Bundle, BundleGrant
from quality.views.grants import GrantView
from registry.access import Permission
from registry.errors import Invalid
from registry.web import StaffView

PAGE = 25
WHY = {
    "no_room": gettext_lazy(
        "There was no room for the file. Tell the service's maintainers, then try again."
    ),
    "pdf": gettext_lazy("The PDF could not be set. Tell the service's maintainers; the log says more."),
    "stopped": gettext_lazy("Making it stopped three times half-way. Try again, or choose a shorter period."),
    "unexpected": gettext_lazy("Something unexpected happened. Try again; the service's log says more."),
}
ENDED = gettext_lazy("Ask the institution for a new link to its evidence.")


class BundleList(StaffView, FormView):
    """The bundles made so far, and the form that asks for one."""

    permission = Permission.REPORT_MAKE
    template_name = "quality/bundle_list.html"
    form_class = BundleForm

    def get_initial(self):
        today = timezone.localdate()
        return {"begins_on": today.replace(month=1, day=1), "ends_on": today, "language": get_language()}

    def form_valid(self, form):
        who = {"by": self.request.user, "at": timezone.now()}
        try:
            bundle = bundles.ask(institution=self.institution, **form.cleaned_data, **who)
        except Invalid as refusal:
            form.refuse(refusal.reasons)
            return self.form_invalid(form)
        return redirect("bundle-detail", self.institution.code.lower(), bundle.uid)

    def get_context_data(self, **kwargs):
        here = [self.institution.code.lower()]
        page = Paginator(bundles.of(self.institution), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page,
            rows=[{"bundle": one, "url": reverse("bundle-detail", args=[*here, one.uid])} for one in page],
            days=Bundle.DAYS_KEPT,
            home_url=reverse("staff-home", args=here),
            **kwargs,
        )


class BundlePage(StaffView):
    """Mixin: one bundle of the institution; `to(name)` addresses its pages."""

    permission = Permission.REPORT_MAKE

    @cached_property
    def bundle(self) -> Bundle:
        return get_object_or_404(bundles.of(self.institution), uid=self.kwargs["uid"])

    def to(self, name: str, *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), self.bundle.uid, *more])

    def state(self) -> dict:
        """What the part of the page shows that is asked for again while the bundle is made."""
        bundle = self.bundle
        return {
            "bundle": bundle,
            "is_under_way": bundle.status in {Bundle.Status.WAITING, Bundle.Status.RUNNING},
            "is_ready": bundle.status == Bundle.Status.DONE,
            "may_try_again": Bundle.Status.WAITING in Bundle.NEXT[Bundle.Status(bundle.status)],
            "why": WHY.get(bundle.error, WHY["unexpected"]) if bundle.status == Bundle.Status.FAILED else "",
            "urls": {
                name: self.to(f"bundle-{name}") for name in ("detail", "state", "file", "again")
            },
        }  # fmt: skip


class BundleDetail(BundlePage, GrantView):
    """How far it is; once ready its file, and who outside may read it."""

    template_name = "quality/bundle_detail.html"
    form_class = BundleGrantForm
    link, withdraw, back_to = "bundle-link", "bundle-grant-withdraw", "bundle-detail"
    back_label = gettext_lazy("Back to the bundle")

    def give(self, **said):
        return bundles.grant(bundle=self.bundle, **said)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            state=self.state(),
            grants=self.rows(self.bundle.grants),
            list_url=reverse("bundle-list", args=[self.institution.code.lower()]),
            **kwargs,
        )


class BundleState(BundlePage, View):
    """The state alone, asked for while the bundle is made; after that the page is loaded anew."""

    http_method_names = ["get"]

    def get(self, request, uid):
        state = self.state()
        if not state["is_under_way"]:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "quality/bundle_state.html", {"state": state})


class BundleAgain(BundlePage, View):
    http_method_names = ["post"]

    def post(self, request, uid):
        bundles.again(bundle=self.bundle, by=request.user, at=timezone.now())
        messages.success(request, _("The bundle is made again."))
        return redirect(self.to("bundle-detail"))


class BundleFile(BundlePage, View):
    """The zip; each fetching is written down."""

    http_method_names = ["get"]

    def get(self, request, uid):
        return _saved(self.bundle, by=request.user)


class BundleGrantWithdraw(BundlePage, View):
    http_method_names = ["post"]

    def post(self, request, uid, grant):
        kept = get_object_or_404(self.bundle.grants, uid=grant)
        bundles.withdraw(grant=kept, by=request.user, at=timezone.now())
        messages.success(request, _("The link no longer works."))
        return redirect(self.to("bundle-detail"))


@method_decorator(never_cache, name="dispatch")
class BundleLink(TemplateView):
    """What a reader's link opens. The file comes by the button, so that no program fetches it unasked."""

    template_name = "quality/bundle_link.html"

    def dispatch(self, request, *args, secret, **kwargs):
        self.grant = bundles.granted(secret=secret, at=timezone.now())
        if self.grant is None:
            return render(request, "quality/invitation_ended.html", {"said": ENDED}, status=410)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(grant=self.grant, bundle=self.grant.bundle, **kwargs)

    def post(self, request):
        return _saved(self.grant.bundle, by=None, grant=self.grant)


def _saved(bundle: Bundle, *, by, grant: BundleGrant | None = None) -> HttpResponse:
    """The bytes, always saved and never shown by the browser."""
    data = bundles.fetch(bundle=bundle, by=by, at=timezone.now(), grant=grant)
    code = bundle.institution.code.lower()
    name = f"{code}-{bundle.begins_on}-{bundle.ends_on}-{bundle.language}.zip"
    return HttpResponse(
        data,
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
