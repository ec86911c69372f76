from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by institutions; nobody signs up by themselves."""

    def is_open_for_signup(self, request) -> bool:
        return False


def no_such_page(request):
    """In place of allauth's page for changing e-mail addresses: institutions keep them."""
    raise Http404
