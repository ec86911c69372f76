"""The log's tree against the vectors that certificate transparency logs are tested with (build 9)."""

import pytest

from credentials.proofs import merkle

pytestmark = pytest.mark.once

# The eight leaves and the roots of google/certificate-transparency's own tests.
LEAVES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = range(1, 34)


def tree(size):
    leaves = [bytes([number]) * 32 for number in range(size)]
    return leaves, merkle.of(leaves)


@pytest.mark.parametrize("size", range(9))
def test_root_is_the_published_one(size):
    assert merkle.root(size, merkle.of(LEAVES[:size])).hex() == ROOTS[size]


def test_inclusion_path_is_the_published_one():
    path = merkle.inclusion(0, 8, merkle.of(LEAVES))

    assert [one.hex() for one in path] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_nodes_that_leaves_complete_are_those_of_the_whole_tree():
    nodes = {}
    leaves, whole = tree(33)

    for number, data in enumerate(leaves):
        for level, one in enumerate(merkle.completed(data, number, lambda *at: nodes[at])):
            nodes[level, number >> level] = one

    assert merkle.root(33, lambda *at: nodes[at]) == merkle.root(33, whole)


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_included_and_nothing_else(size):
    leaves, node = tree(size)
    root = merkle.root(size, node)

    for number, data in enumerate(leaves):
        path = merkle.inclusion(number, size, node)
        told = {"number": number, "size": size, "path": path, "root": root}
        assert merkle.is_included(data, **told)
        assert not merkle.is_included(b"another", **told)
        assert not merkle.is_included(data, **told | {"number": number + 1})
        assert not merkle.is_included(data, **told | {"path": [*path, root]})


@pytest.mark.parametrize("new", SIZES)
def test_later_tree_holds_every_earlier_one(new):
    _leaves, node = tree(new)
    root = merkle.root(new, node)

    for old in range(1, new + 1):
        told = {
            "old": old,
            "old_root": merkle.root(old, node),
            "new": new,
            "new_root": root,
            "path": merkle.consistency(old, new, node),
        }
        assert merkle.is_consistent(**told)
        assert not merkle.is_consistent(**told | {"old_root": merkle.leaf(b"another")})
