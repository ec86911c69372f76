"""The log of issued documents: appended, never changed, its head signed, provable by anybody (issue D)."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from credentials import keystore
from credentials.actions import documents, issued_log, keys
from credentials.formats import tree_head
from credentials.models import LogEntry, TreeHead
from credentials.proofs import merkle
from tests.factories import AT
from tests.factories.issuing import issued
from tests.factories.registry import UserFactory

pytestmark = pytest.mark.django_db


def public(institution):
    return {key.verification_method: key.public for key in institution.signing_keys.all()}.get


def test_log_takes_every_signed_document_once_and_signs_its_head():
    credential = issued()
    documents.fetch(credential=credential, form="jwt", by=None, at=AT)

    assert issued_log.put_in_order() == 2
    assert issued_log.put_in_order() == 0

    institution = credential.institution
    entries = institution.log_entries.order_by("number")
    assert {one.sha256 for one in entries} == {credential.sha256, credential.documents.get().sha256}
    head = tree_head.read(institution.tree_heads.get().token, resolve=public(institution))
    leaves = [bytes.fromhex(one.sha256) for one in entries]
    assert (head.size, head.root) == (2, merkle.root(2, merkle.of(leaves)))


def test_log_grows_in_portions_as_one_tree(monkeypatch):
    monkeypatch.setattr(issued_log, "PORTION", 3)
    credential = issued()
    institution = credential.institution
    LogEntry.objects.bulk_create(_grown(institution, [f"{number:064x}" for number in range(1, 12)]))
    issued_log.append(institution=institution, at=AT)
    leaves = [bytes.fromhex(one.sha256) for one in institution.log_entries.order_by("number")]

    head = issued_log.sign_head(institution=institution, at=AT)

    assert head.size == 12
    assert head.root == merkle.root(12, merkle.of(leaves)).hex()


def _grown(institution, hashes):
    nodes = {}

    def known(*place):
        return nodes[place]

    for number, sha256 in enumerate(hashes):
        made = merkle.completed(bytes.fromhex(sha256), number, known)
        nodes |= {(level, number >> level): one for level, one in enumerate(made)}
        yield LogEntry(
            institution=institution, number=number, sha256=sha256, nodes=b"".join(made), added_at=AT
        )


def test_database_refuses_to_change_the_log():
    institution = issued().institution
    issued_log.put_in_order()

    for rows, change in (
        (LogEntry.objects.all(), {"sha256": "0" * 64}), (TreeHead.objects.all(), {"size": 7})
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            rows.filter(institution=institution).update(**change)


def test_leaked_key_gives_way_to_a_head_by_the_next():
    institution = issued().institution
    issued_log.put_in_order()
    key = keystore.active(institution=institution, at=AT).key

    keys.mark_leaked(key=key, since=AT, reason="Lost laptop", by=UserFactory(), at=AT)
    issued_log.put_in_order()

    following = keystore.active(institution=institution, at=AT).key
    assert [one.key for one in institution.tree_heads.order_by("pk")] == [key, following]


def test_anybody_gets_the_head_and_a_proof_that_a_document_stands_in_it(client):
    credential = issued()
    code = credential.institution.code.lower()
    for form in ("jwt", "sd-jwt"):
        documents.fetch(credential=credential, form=form, by=None, at=AT)
    assert client.get(reverse("log-head", args=[code])).status_code == 404
    issued_log.put_in_order()

    head = client.get(reverse("log-head", args=[code])).json()
    proof = client.get(reverse("log-entry", args=[code, credential.sha256])).json()
    growth = client.get(reverse("log-growth", args=[code, 1, 3])).json()

    assert {name: proof[name] for name in head} == head
    assert merkle.is_included(
        bytes.fromhex(credential.sha256),
        number=proof["index"],
        size=head["size"],
        path=[bytes.fromhex(one) for one in proof["inclusion_path"]],
        root=bytes.fromhex(head["root"]),
    )
    first = credential.institution.log_entries.get(number=0)
    assert merkle.is_consistent(
        old=1,
        old_root=merkle.leaf(bytes.fromhex(first.sha256)),
        new=3,
        new_root=bytes.fromhex(head["root"]),
        path=[bytes.fromhex(one) for one in growth["consistency_path"]],
    )
    assert client.get(reverse("log-entry", args=[code, "0" * 64])).status_code == 404
    assert client.get(reverse("log-growth", args=[code, 1, 4])).status_code == 404


def test_head_of_another_or_changed_is_refused():
    institution = issued().institution
    issued_log.put_in_order()
    token = institution.tree_heads.get().token
    header, _payload, signature = token.split(".")
    forged = tree_head.sign(
        log="did:web:elsewhere.example", size=1, root=bytes(32), at=AT,
        seal=keystore.active(institution=institution, at=AT).seal,
    )  # fmt: skip

    for bad in (f"{header}.eyJsb2ciOiJ4In0.{signature}", forged, "no token"):
        with pytest.raises(tree_head.BadHead):
            tree_head.read(bad, resolve=public(institution))
