"""Staff pages of an institution's continuity packs: asked for, fetched."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from credentials.actions import continuity_packs, issued_log
from credentials.models import ContinuityPack
from registry.access import Permission
from registry.web import StaffView

SHOWN = 10


class PackList(StaffView, TemplateView):
    """The packs made so far, and the button that asks for one."""

    permission = Permission.KEY_MANAGE
    template_name = "credentials/pack_list.html"

    def post(self, request):
        continuity_packs.ask(institution=self.institution, by=request.user, at=timezone.now())
        messages.success(request, _("The pack is being made. Load the page again in a moment."))
        return redirect("pack-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        own = self.institution.code.lower()
        packs = continuity_packs.of(self.institution)[:SHOWN]
        return super().get_context_data(
            rows=[
                {
                    "pack": one,
                    "url": reverse("pack-file", args=[own, one.uid]) if self._is_there(one) else "",
                }
                for one in packs
            ],
            head=issued_log.head(self.institution),
            log_url=reverse("log-head", args=[own]),
            home_url=reverse("staff-home", args=[own]),
            keys_url=reverse("key-list", args=[own]),
            **kwargs,
        )

    def _is_there(self, pack: ContinuityPack) -> bool:
        return pack.status == ContinuityPack.Status.DONE and continuity_packs.path(pack).exists()


class PackFile(StaffView, View):
    """The zip; each fetching is written down."""

    permission = Permission.KEY_MANAGE
    http_method_names = ["get"]

    def get(self, request, uid):
        pack = get_object_or_404(self.institution.continuity_packs, uid=uid)
        data = continuity_packs.fetch(pack=pack, by=request.user, at=timezone.now())
        name = f"{self.institution.code.lower()}-{timezone.localtime(pack.made_at):%Y-%m-%d}.zip"
        return HttpResponse(
            data,
            content_type="application/zip",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
            },
        )
