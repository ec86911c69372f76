"""What rests on the learner's consent: share links, surveys, letters that are not about their studies."""

from datetime import datetime

from django.db import transaction

from credentials import wallet
from credentials.actions import shares
from quality.actions import wishes
from quality.models import LearnerWishes
from registry.models import User


@transaction.atomic
def withdraw_all(*, user: User, at: datetime) -> None:
    """End every open link and every agreement to letters at once. What was done before stays lawful."""
    for share in wallet.shares(user).open(at=at):
        shares.withdraw(share=share, by=user, at=at)
    for kept in LearnerWishes.objects.filter(learner__user=user).select_related("learner").order_by("pk"):
        who = {"learner": kept.learner, "by": user, "at": at}
        if kept.career_at is not None:
            wishes.refuse(**who)
        wishes.be_told(wanted=False, **who)
