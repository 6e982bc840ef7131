"""Notes, checkpoints and proofs of the log: a public vector, round trips, and every way to spoil one."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.translog import merkle
from certificates.translog.notes import (
    BadNote,
    Checkpoint,
    LogProof,
    Signer,
    Verifier,
    opened_checkpoint,
    proof_of,
)

#: The example key and note of the format's first implementation (Go, golang.org/x/mod/sumdb/note).
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("tra-cuu.example/log", bytes(range(32)))


def log_of(count: int, asked: int) -> LogProof:
    kept: dict = {}
    node = lambda level, index: kept[level, index]  # noqa: E731
    leaves = [b'{"n":%d}' % n for n in range(count)]
    for n, leaf in enumerate(leaves):
        for level, index, value in merkle.appended(n, merkle.leaf_hash(leaf), node):
            kept[level, index] = value
    point = SIGNER.sign(Checkpoint(SIGNER.name, count, merkle.root(count, node)).text)
    return proof_of(leaves[asked], asked, merkle.inclusion_proof(asked, count, node), point)


def test_the_public_note_opens_with_its_key():
    assert Verifier.parse(NEUMANN).text == NEUMANN
    assert Verifier.parse(NEUMANN).open(NOTE).endswith("your problem is.\n")


@pytest.mark.parametrize("spoil", [
    lambda note: note.replace("answer", "anwser"), lambda note: note.replace("x08go/Z", "x08go/A"), lambda note: note[:-1],
    lambda note: note.replace("—", "-"), lambda note: note.replace("\n\n", "\n"), lambda note: "", lambda note: note + "— x y\n",
    lambda note: note.replace("PeterNeumann", "EnochRoot"),
])
def test_a_spoiled_note_does_not_open(spoil):
    with pytest.raises(BadNote):
        Verifier.parse(NEUMANN).open(spoil(NOTE))


@pytest.mark.parametrize("text", ["", "name", "name+00+", NEUMANN.replace("c74f20a3", "c74f20a4"), NEUMANN.replace("+A", "+B", 1),
                                  "a b" + NEUMANN[12:]])
def test_a_spoiled_key_is_refused(text):
    with pytest.raises(BadNote):
        Verifier.parse(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_what_is_signed_opens_again(text):
    note = SIGNER.sign(text + "\n")
    assert SIGNER.verifier.open(note) == text + "\n" and SIGNER.sign(text + "\n") == note


@pytest.mark.parametrize(("count", "asked"), [(1, 0), (2, 1), (7, 3), (64, 63), (65, 64)])
def test_a_proof_is_read_again_and_holds(count, asked):
    proof = log_of(count, asked)
    again = LogProof.parse(proof.text)
    assert again == proof and again.verify(SIGNER.verifier).size == count


@pytest.mark.parametrize("change", [
    lambda t: t.replace("index 3", "index 2"), lambda t: t.replace("extra ey", "extra ez"), lambda t: t.replace("@v1", "@v2"),
    lambda t: t.replace("\n7\n", "\n8\n"), lambda t: "\n".join(t.split("\n")[:3] + t.split("\n")[4:]), lambda t: t[:40], lambda t: "",
])
def test_a_changed_proof_does_not_hold(change):
    with pytest.raises((BadNote, merkle.BadProof)):
        LogProof.parse(change(log_of(7, 3).text)).verify(SIGNER.verifier)


def test_another_laboratorys_checkpoint_is_not_ours():
    other = Signer("khac.example/log", bytes(32))
    with pytest.raises(BadNote):
        opened_checkpoint(other.sign(Checkpoint(SIGNER.name, 1, bytes(32)).text), SIGNER.verifier)
    with pytest.raises(BadNote, match="another log"):
        opened_checkpoint(SIGNER.sign(Checkpoint("khac.example/log", 1, bytes(32)).text), SIGNER.verifier)


@pytest.mark.parametrize("text", ["x\n", "x\n1\n", "x\n01\nAAAA\n", "x\n-1\nAAAA\n", "x\n1\nAAAA\n", "x\n1\n!\n"])
def test_what_is_no_checkpoint(text):
    with pytest.raises(BadNote):
        Checkpoint.parse(text)
