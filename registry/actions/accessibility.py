from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from registry import mail
from registry.models import AccessibilityFeedback

ANSWER_WITHIN = timedelta(days=14)  # Act 306/2019


@transaction.atomic
def give_feedback(*, text: str, page: str, email: str, language: str, at: datetime) -> AccessibilityFeedback:
    """Keep what somebody could not use, and tell the person who answers for accessibility."""
    feedback = AccessibilityFeedback.objects.create(
        text=text, page=page, email=email, language=language, created_at=at
    )
    mail.send(
        to=settings.ACCESSIBILITY_CONTACT,
        language=settings.LANGUAGE_CODE,
        template="mail/accessibility_feedback.txt",
        context={"text": text, "page": page, "email": email, "answer_by": at + ANSWER_WITHIN},
        at=at,
    )
    return feedback
