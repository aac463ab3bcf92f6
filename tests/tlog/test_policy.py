"""Witness policies: their grammar, who meets a quorum, and how many must lie before two heads can both meet it."""

from itertools import combinations

import pytest

from sceau.domain.errors import NoteInvalid, PolicyInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog import note as notes
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.cosignature import MlDsa44Signer, cosign, cosign_mldsa44
from sceau.tlog.note import COSIGNATURE, ED25519, MLDSA44, Note, Signature, Verifier
from sceau.tlog.policy import Group, Policy, parse

ORIGIN = "a.example/log"
TIME = 1_700_000_000
HEAD = Checkpoint(ORIGIN, 12, bytes(32))


def signer(number: int) -> SoftwareSigner:
    return SoftwareSigner.from_seed(bytes([number]) * 32, Algorithm.ED25519)


def witness_key(number: int) -> Verifier:
    return Verifier(f"w{number}.example", COSIGNATURE, signer(number).public)


LOG = Verifier(ORIGIN, ED25519, signer(100).public)
LOG_LINE = f"log {LOG.vkey} https://a.example/log\n"
PQ = MlDsa44Signer.from_seed(bytes(32))
WITNESS_LINES = "".join(f"witness W{n} {witness_key(n).vkey}\n" for n in range(1, 7))
TWO_LEVELS = (
    LOG_LINE
    + WITNESS_LINES
    + "group X-witnesses 2 W1 W2 W3\ngroup Y-witnesses any W4 W5 W6\ngroup X-and-Y all X-witnesses Y-witnesses\n"
    + "quorum X-and-Y\n"
)


def cosigned_by(*numbers: int, time: int = TIME) -> Note:
    lines = [cosign(HEAD.body(), f"w{n}.example", signer(n), time + n) for n in numbers]
    return Note(HEAD.body(), (*HEAD.sign(signer(100)).signatures, *lines))


def test_the_example_of_the_specification() -> None:
    policy = parse(TWO_LEVELS)
    assert (policy.log, policy.log_url) == (LOG, "https://a.example/log")
    assert policy.groups["X-witnesses"] == Group(2, ("W1", "W2", "W3"))
    assert policy.groups["Y-witnesses"].threshold == 1
    assert policy.groups["X-and-Y"].threshold == 2
    for count in range(7):
        for chosen in combinations(range(1, 7), count):
            enough = len({1, 2, 3} & set(chosen)) >= 2 and bool({4, 5, 6} & set(chosen))
            assert policy.met_by(cosigned_by(*chosen)).met == enough, chosen


def test_a_quorum_says_who_and_when_and_what() -> None:
    quorum = parse(TWO_LEVELS).met_by(cosigned_by(1, 2, 4))
    assert quorum.witnesses == {"W1": TIME + 1, "W2": TIME + 2, "W4": TIME + 4}
    assert quorum.checkpoint == HEAD


def test_words_may_stand_apart_and_comments_are_read_over() -> None:
    policy = parse(
        f"# témoins\n\n \t# more\n\tlog\t{LOG.vkey}  \n"
        f"witness  Κ {witness_key(1).vkey}\thttps://w1.example/ \nquorum Κ\n"
    )
    assert policy.witnesses["Κ"].url == "https://w1.example/"
    assert policy.log_url == ""
    assert policy.met_by(cosigned_by(1)).met


def test_no_quorum_asks_for_the_log_only() -> None:
    policy = parse(LOG_LINE + "quorum none\n")
    assert policy.met_by(cosigned_by()).met
    assert policy.overlap == 0
    with pytest.raises(NoteInvalid, match="no log of the policy"):
        policy.met_by(Note(HEAD.body(), cosigned_by(1).signatures[1:]))


def test_a_post_quantum_witness_counts() -> None:
    policy = parse(LOG_LINE + f"witness pq {Verifier('pq.example', MLDSA44, PQ.public).vkey}\nquorum pq\n")
    line = cosign_mldsa44(HEAD.body(), "pq.example", PQ, TIME)
    assert policy.met_by(Note(HEAD.body(), (*HEAD.sign(signer(100)).signatures, line))).witnesses == {"pq": TIME}


def test_a_mirror_that_tells_no_time_is_no_witness() -> None:
    """Type 06 with time 0 does not say that this was the largest tree (c2sp.org/tlog-cosignature)."""
    policy = parse(LOG_LINE + f"witness pq {Verifier('pq.example', MLDSA44, PQ.public).vkey}\nquorum pq\n")
    line = cosign_mldsa44(HEAD.body(), "pq.example", PQ, 0)
    assert not policy.met_by(Note(HEAD.body(), (*HEAD.sign(signer(100)).signatures, line))).met


def test_one_witness_counts_once_however_often_it_signs() -> None:
    policy = parse(LOG_LINE + WITNESS_LINES + "group G 2 W1 W2 W3\nquorum G\n")
    twice = cosigned_by(1)
    later = cosign(HEAD.body(), "w1.example", signer(1), TIME + 99)
    quorum = policy.met_by(Note(HEAD.body(), (*twice.signatures, later, *twice.signatures[1:])))
    assert (quorum.met, quorum.witnesses) == (False, {"W1": TIME + 1})


def test_one_bad_line_of_a_known_witness_rejects_the_note() -> None:
    """Even where enough others signed (signed-note: a known key with a bad signature rejects)."""
    good = cosigned_by(1, 2, 4, 5)
    bad = Signature("w6.example", witness_key(6).key_id, bytes(72))
    with pytest.raises(NoteInvalid, match=r"w6\.example"):
        parse(TWO_LEVELS).met_by(Note(good.text, (*good.signatures, bad)))
    stranger = bad._replace(key_id=bytes(4))
    assert parse(TWO_LEVELS).met_by(Note(good.text, (*good.signatures, stranger))).met


def test_a_cosignature_under_anothers_name_does_not_count() -> None:
    note = cosigned_by(1, 2)
    forged = Signature("w4.example", witness_key(4).key_id, note.signatures[1].signature)
    with pytest.raises(NoteInvalid, match=r"w4\.example"):
        parse(TWO_LEVELS).met_by(Note(note.text, (*note.signatures, forged)))


def test_a_witness_does_not_stand_in_for_the_log() -> None:
    note = Note(HEAD.body(), cosigned_by(1, 2, 4).signatures[1:])
    with pytest.raises(NoteInvalid, match="no log of the policy"):
        parse(TWO_LEVELS).met_by(note)


def test_a_log_signs_under_its_own_origin_only() -> None:
    other = HEAD._replace(origin="b.example/log")
    note = Note(other.body(), (notes.sign(other.body(), ORIGIN, signer(100)),))
    with pytest.raises(NoteInvalid, match="no log of the policy"):
        parse(LOG_LINE + "quorum none\n").met_by(note)


def test_a_log_may_have_an_old_and_a_new_key() -> None:
    new = Verifier(ORIGIN, ED25519, signer(101).public)
    policy = parse(LOG_LINE + f"log {new.vkey}\nquorum none\n")
    assert policy.met_by(HEAD.sign(signer(100))).met
    assert policy.met_by(HEAD.sign(signer(101))).met
    both = Note(HEAD.body(), (*HEAD.sign(signer(100)).signatures, *HEAD.sign(signer(101)).signatures))
    assert policy.met_by(both).met
    with pytest.raises(NoteInvalid, match="does not hold"):
        policy.met_by(Note(HEAD.body(), (both.signatures[0], both.signatures[1]._replace(signature=bytes(64)))))
    with pytest.raises(PolicyInvalid, match="2 logs"):
        _ = policy.log


RULES = {
    "quorum none": 0,
    "quorum W1": 1,
    "group G all W1 W2 W3\nquorum G": 3,
    "group G any W1 W2 W3\nquorum G": 0,
    "group G 2 W1 W2 W3\nquorum G": 1,
    "group G 2 W1 W2 W3 W4\nquorum G": 0,
    "group G 4 W1 W2 W3 W4 W5\nquorum G": 3,
    "group X 2 W1 W2 W3\ngroup Y any W4 W5\ngroup G all X Y\nquorum G": 1,
    "group X all W1 W2\ngroup Y 2 W3 W4 W5\ngroup G 2 X Y W6\nquorum G": 1,
    "group X all W1 W2\ngroup Y all W3 W4\ngroup G all X Y\nquorum G": 4,
}


@pytest.mark.parametrize("rule", RULES)
def test_two_quorums_share_so_many_witnesses(rule: str) -> None:
    """The number by formula is the one by trying every pair of quorums."""
    policy = parse(LOG_LINE + WITNESS_LINES + rule + "\n")
    quorums = [
        set(chosen) for count in range(7) for chosen in combinations(policy.witnesses, count) if met(policy, chosen)
    ]
    assert policy.overlap == RULES[rule] == min(len(one & other) for one in quorums for other in quorums)


def met(policy: Policy, chosen: tuple[str, ...]) -> bool:
    return policy.met_by(cosigned_by(*(int(name[1:]) for name in chosen))).met


W1 = f"witness W1 {witness_key(1).vkey}\n"
W2 = f"witness W2 {witness_key(2).vkey}\n"
MALFORMED = {
    "nothing": "",
    "no quorum": LOG_LINE,
    "two quorums": LOG_LINE + "quorum none\nquorum none\n",
    "no last LF": LOG_LINE + "quorum none",
    "a tab in the place of the last LF": LOG_LINE + "quorum none\t",
    "CRLF": LOG_LINE + "quorum none\r\n",
    "a vertical tab": LOG_LINE + "quorum\x0bnone\n",
    "a zero byte": LOG_LINE + "# \0\nquorum none\n",
    "DEL": LOG_LINE + "# \x7f\nquorum none\n",
    "a no-break space": LOG_LINE + "quorum\u00a0none\n",
    "an unknown line": LOG_LINE + "mirror none\nquorum none\n",
    "capitals": LOG_LINE + "Quorum none\n",
    "quorum of two": LOG_LINE + W1 + W2 + "quorum W1 W2\n",
    "quorum of nobody": LOG_LINE + "quorum\n",
    "quorum of a stranger": LOG_LINE + "quorum W1\n",
    "quorum before its witness": LOG_LINE + "quorum W1\n" + W1,
    "a log twice": LOG_LINE * 2 + "quorum none\n",
    "a log's key under two names": LOG_LINE + f"log {LOG._replace(name='b.example').vkey}\nquorum none\n",
    "a log with a witness's key": f"log {witness_key(1).vkey}\nquorum none\n",
    "a witness with a log's key": LOG_LINE + f"witness W1 {LOG.vkey}\nquorum W1\n",
    "a log with three words": LOG_LINE[:-1] + " more\nquorum none\n",
    "a log without key": "log\nquorum none\n",
    "a witness without key": LOG_LINE + "witness W1\nquorum none\n",
    "a vkey with a wrong id": LOG_LINE + f"witness W1 {witness_key(1).vkey.replace('+', '+0', 1)}\nquorum none\n",
    "a witness's key twice": LOG_LINE + W1 + W1.replace("W1", "W2") + "quorum W1\n",
    "a witness's name twice": LOG_LINE + W1 + W2.replace("W2", "W1") + "quorum W1\n",
    "a witness with two addresses": LOG_LINE + W1[:-1] + " https://a https://b\nquorum W1\n",
    "a group's name twice": LOG_LINE + W1 + W2 + "group G any W1\ngroup G any W2\nquorum G\n",
    "a group named like a witness": LOG_LINE + W1 + "group W1 any W1\nquorum W1\n",
    "a witness called none": LOG_LINE + W1.replace("W1", "none") + "quorum none\n",
    "a group called none": LOG_LINE + W1 + "group none any W1\nquorum none\n",
    "none as a member": LOG_LINE + W1 + "group G any none W1\nquorum G\n",
    "an empty group": LOG_LINE + W1 + "group G any\nquorum G\n",
    "a group of a stranger": LOG_LINE + W1 + "group G any W1 W2\nquorum G\n",
    "a group of itself": LOG_LINE + W1 + "group G any W1 G\nquorum G\n",
    "a member twice": LOG_LINE + W1 + "group G 2 W1 W1\nquorum G\n",
    "a member of two groups": LOG_LINE + W1 + W2 + "group G any W1\ngroup H all W1 W2\nquorum H\n",
    "0 of 1": LOG_LINE + W1 + "group G 0 W1\nquorum G\n",
    "2 of 1": LOG_LINE + W1 + "group G 2 W1\nquorum G\n",
    "01 of 1": LOG_LINE + W1 + "group G 01 W1\nquorum G\n",
    "-1 of 1": LOG_LINE + W1 + "group G -1 W1\nquorum G\n",
    "more than 1 MiB": LOG_LINE + "#" * (1 << 20) + "\nquorum none\n",
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_policy_is_refused(case: str) -> None:
    with pytest.raises(PolicyInvalid):
        parse(MALFORMED[case])


def test_256_of_a_kind_are_read_and_257_are_not() -> None:
    seeds = [n.to_bytes(32, "big") for n in range(257)]
    keys = [SoftwareSigner.from_seed(seed, Algorithm.ED25519).public for seed in seeds]
    logs = [f"log {Verifier('l.example', ED25519, key).vkey}\n" for key in keys]
    witnesses = [f"witness W{n} {Verifier('w.example', COSIGNATURE, key).vkey}\n" for n, key in enumerate(keys)]
    groups = ["group G0 any W0\n", *(f"group G{n} any G{n - 1}\n" for n in range(1, 257))]
    parse("".join([*logs[:256], *witnesses[:256], *groups[:256], "quorum none\n"]))
    for lines in (logs, witnesses, witnesses[:1] + groups):
        with pytest.raises(PolicyInvalid, match="more than 256"):
            parse("".join([*lines, "quorum none\n"]))


def test_an_error_names_its_line() -> None:
    with pytest.raises(PolicyInvalid, match="line 3: W9 is not defined above"):
        parse(LOG_LINE + "# comment\nquorum W9\n")


def test_32_logs_witnesses_and_groups_are_read() -> None:
    """The specification strongly recommends so many."""
    keys = [signer(n).public for n in range(1, 65)]
    text = "".join(f"log {Verifier(f'l{n}.example', ED25519, keys[n]).vkey}\n" for n in range(32))
    text += "".join(f"witness W{n} {Verifier('w.example', COSIGNATURE, keys[32 + n]).vkey}\n" for n in range(32))
    text += "".join(f"group G{n} any W{n}\n" for n in range(31)) + "group G all " + " ".join(f"G{n}" for n in range(31))
    policy = parse(text + "\nquorum G\n")
    assert (len(policy.logs), len(policy.witnesses), len(policy.groups)) == (32, 32, 32)
