"""How a person wants their own pages."""

from registry.models import User


def choose_columns(*, person: User, columns: list[str]) -> None:
    """The columns of the list of own offerings, in every browser; [] brings the usual ones back."""
    person.offering_columns = columns
    person.save(update_fields=["offering_columns"])
