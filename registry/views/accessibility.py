"""Where every page's footer leads: the accessibility statement with its feedback form, the privacy notice.

Each is one template per language, because they are prose to be read and kept as a whole.
"""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.generic import FormView, TemplateView

from registry import attempts
from registry.actions import accessibility
from registry.forms.accessibility import AccessibilityFeedbackForm
from registry.web import too_many


class AccessibilityStatement(FormView):
    template_name = "registry/statements/accessibility.html"
    form_class = AccessibilityFeedbackForm

    def get_context_data(self, **kwargs):
        text = f"registry/statements/accessibility_{get_language()}.html"
        return super().get_context_data(text=text, contact=settings.ACCESSIBILITY_CONTACT, **kwargs)

    def form_valid(self, form):
        address = get_adapter().get_client_ip(self.request)
        if seconds := attempts.wait(kind="feedback", address=address):
            return too_many(self.request, seconds)
        attempts.add(kind="feedback", address=address)
        accessibility.give_feedback(**form.cleaned_data, language=get_language(), at=timezone.now())
        return redirect("accessibility-feedback-sent")


class AccessibilityFeedbackSent(TemplateView):
    template_name = "registry/statements/feedback_sent.html"


class PrivacyNotice(TemplateView):
    template_name = "registry/statements/privacy.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(text=f"registry/statements/privacy_{get_language()}.html", **kwargs)
