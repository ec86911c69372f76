"""What rests on the learner's consent: share links, surveys, letters that are not about their studies."""

from datetime import datetime

from django.db import transaction

from credentials import wallet
from credentials.actions import erasures, shares
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


@transaction.atomic
def close_account(*, user: User, at: datetime) -> None:
    """Close the account; with its page goes the place to withdraw a consent, so all end."""
    withdraw_all(user=user, at=at)
    erasures.close_account(user=user, at=at)
