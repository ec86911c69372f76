"""The status list for readers of SD-JWTs (issue D, items 1 and 3)."""

import json

import pytest
from openvc.status.token_status_list import check_token_status, decode_status_list

from credentials.formats import sd_jwt, status_list, token_status_list
from credentials.formats.encoding import encode
from credentials.proofs import jose
from tests.factories.awards import LIST_URL, award
from tests.factories.seals import seal

pytestmark = pytest.mark.once


def listed(*indexes: int) -> dict:
    bits = status_list.blank()
    for index in indexes:
        bits = status_list.with_bit(bits, index)
    return token_status_list.document(list_url=LIST_URL, bits=bits, issued_at=award().issued_at, seconds=15)


def test_published_example_has_its_published_list():
    """draft-ietf-oauth-status-list, 4.1: statuses 1001 1101 1100 0101 from index 0 on."""
    bits = bytes([0b10011101, 0b11000101])

    lst = token_status_list.document(list_url=LIST_URL, bits=bits, issued_at=award().issued_at, seconds=15)[
        "status_list"
    ]["lst"]

    assert decode_status_list(lst) == bytes([0xB9, 0xA3])
    assert lst == "eNrbuRgAAhcBXQ"


def test_openvc_finds_what_is_revoked_by_what_the_sd_jwt_says():
    """Another implementation, by the reference in the claims."""
    claims = sd_jwt.document(award())

    def found(*indexes):
        return check_token_status(claims, resolve_status_list_token=lambda _uri: listed(*indexes)).revoked

    assert (found(94567), found(94566, 94568), found()) == (True, False, False)


def test_list_is_sealed_as_a_token():
    token = jose.sign(encode(listed(7)), seal=seal(), header={"typ": token_status_list.TYPE})
    read = jose.read(token)

    assert (read.header["typ"], json.loads(read.payload)["sub"]) == ("statuslist+jwt", LIST_URL)
    assert jose.is_signed(read, key=seal().private.public_key())
    assert len(token) < 1_000
