"""How refusals look in the contract: RFC 9457 problem details."""

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from registry.rest import PROBLEM


class ProblemError(serializers.Serializer):
    name = serializers.CharField(help_text="The parameter or field.")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """An error. `code` is stable; `title` and `detail` are in the caller's language."""

    type = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField(required=False)
    errors = ProblemError(many=True, required=False)
    new_version = serializers.URLField(required=False, help_text="Where a new version is begun.")


PROBLEMS = {
    (400, PROBLEM): OpenApiResponse(
        Problem, description="A parameter is unknown or has a wrong value; it is named."
    ),
    (401, PROBLEM): OpenApiResponse(Problem, description="The key is missing, wrong or revoked."),
    (403, PROBLEM): OpenApiResponse(Problem, description="The key does not open this."),
    (404, PROBLEM): OpenApiResponse(Problem, description="There is nothing public at this address."),
    (405, PROBLEM): OpenApiResponse(Problem, description="Open data is read only."),
    (406, PROBLEM): OpenApiResponse(Problem, description="The API speaks JSON."),
    (429, PROBLEM): OpenApiResponse(
        Problem,
        description="Too many requests a minute, or more than the key's quota of the day; "
        "Retry-After says when to go on.",
    ),
}
