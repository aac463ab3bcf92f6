"""What strangers print: mutations of genuine codes, vectors of others, and noise. Nothing raises, nothing passes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.document_type import Carrier
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, TrustList, kid_of
from sceau.seals import base45
from sceau.seals.recognise import STARTS
from sceau.verify_api.meaning import Code, Misfit
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Verdict

TODAY = date(2026, 11, 22)
UNREAD = (Code.UNREADABLE, Code.UNSUPPORTED, Code.NO_SEAL, Code.NOT_SIGNED)
BASE45 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def bent(data: bytes, alphabet: bytes) -> Iterator[bytes]:
    """Every truncation, every byte replaced by every letter of `alphabet`, and a byte more at either end."""
    yield from (data[:end] for end in range(len(data)))
    for at, old in enumerate(data):
        yield from (data[:at] + bytes((new,)) + data[at + 1 :] for new in alphabet if new != old)
    yield from (extra + data for extra in (b"\0", b" ", b"A"))
    yield from (data + extra for extra in (b"\0", b" ", b"A"))


@pytest.mark.parametrize("which", ["visa", "url", "text", "binary"])
def test_a_changed_code_is_refused_or_says_the_same(made, state, which: str) -> None:
    match which:
        case "visa":
            data, alphabet = made.visa(), bytes(range(256))
        case "url":
            data, alphabet = made.extract(), b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=a#/ "
        case "text":
            data, alphabet = made.extract(by_carrier=Carrier.TEXT), BASE45
        case _:
            data, alphabet = made.extract(by_carrier=Carrier.BINARY), bytes((0, 1, 0x20, 0x41, 0x7F, 0x80, 0xFF))
    state.issue(data)
    lists = state.trust, state.status_list, state.issued_list
    genuine = scan(data, *lists, TODAY)
    assert genuine.code is Code.VALID
    for other in bent(data, alphabet):
        verdict = scan(other, *lists, TODAY)
        if verdict.code is Code.VALID:
            assert verdict.seal_id == genuine.seal_id
            assert verdict.fields == genuine.fields
        else:
            assert verdict.fields == {}


@given(st.binary(max_size=400))
def test_noise_is_a_verdict(data: bytes) -> None:
    assert bare(data).code in UNREAD


@given(
    st.sampled_from(
        [
            b"\xdc\x03",
            b"\xdc\x02",
            b"\xd2\x84",
            b"\x78\x9c",
            b"HTTPS://X/#",
            b"https://x/#",
            b"NCF",
            b"{",
            b"DE",
            *(start for start, _ in STARTS),
        ]
    ),
    st.binary(max_size=300) | st.text(alphabet=BASE45.decode(), max_size=300).map(str.encode),
)
def test_noise_with_a_familiar_beginning_is_a_verdict(start: bytes, rest: bytes) -> None:
    verdict = bare(start + rest)
    assert verdict.code in (*UNREAD, Code.NO_KEY_HELD)
    json.dumps(verdict.to_json())
    assert verdict.fields == {}


def bare(data: bytes) -> Verdict:
    return scan(data, TrustList("MLI", 1, 1, 2, ()), None, None, TODAY)


def test_a_zip_bomb_is_unreadable_at_once(made, state) -> None:
    import zlib

    bomb = base45.encode(zlib.compress(bytes(3_000_000), 9)).encode()
    assert scan(bomb, state.trust, None, None, TODAY).code is Code.UNREADABLE


@pytest.mark.parametrize("text", ["{0}", "{issuer}", "{why.__class__}", "%s", "</script>"])
def test_what_a_stranger_writes_is_never_a_template(made, state, text: str) -> None:
    verdict = scan(made.extract(issuer=text), state.trust, None, None, TODAY)
    assert verdict.code is Code.UNKNOWN_ISSUER
    assert text in verdict.reason("fr")


def test_what_a_stranger_writes_is_short_and_turns_no_words_around(made, state) -> None:
    issuer = "\u202eDILAV\x1b[2J\n" + "a" * 3000
    verdict = scan(made.extract(issuer=issuer), state.trust, None, None, TODAY)
    assert verdict.code is Code.UNKNOWN_ISSUER
    assert f"(?DILAV?[2J?{'a' * 48}…," in verdict.reason("en")
    assert verdict.to_json()["issuer"]["name"] == issuer


# --- the seals of others ------------------------------------------------------------------------------------------


def opened(file: Path) -> bytes:
    vector = json.loads(file.read_text())
    return bytes.fromhex(vector["hex"]) if "hex" in vector else (vector.get("qr") or vector["qr_data"]).encode()


def trusting(made, algorithm: Algorithm, public: bytes, **more: object) -> TrustList:
    period = (date(2025, 1, 1), date(2036, 1, 1))
    key = TrustedKey(kid_of(public), Purpose.SEAL, algorithm, public, "MLI", "MAE", *period, **more)  # type: ignore[arg-type]
    return TrustList("MLI", 1, made.NOON, made.NOON + made.DAY, (key,))


def trusting_mlcs(vectors: Path, made, name: str = "mlcs01") -> TrustList:
    certificate = x509.load_der_x509_certificate((vectors / f"seals/own/trust/{name}.der").read_bytes())
    public = certificate.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    visas = {"format": "vds", "issuer": "MLCS", "reference": "01", "country": "MLI", "classes": frozenset({"visa"})}
    return trusting(made, Algorithm.ES256, public, **visas)


def trusting_es1(vectors: Path, made, reference: str = "01020304") -> TrustList:
    public = load_pem_public_key((vectors / "seals/own/trust/es1_pub.pem").read_bytes())
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    named = {"format": "claim169", "issuer": "https://verif.example.ml", "reference": reference}
    return trusting(made, Algorithm.ES256, point, classes=frozenset({"unclassified"}), **named)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("vds_visa_mrvb", Code.VALID),
        ("vds_visa_mrvb__NEG_bit", Code.UNREADABLE),
        ("vds_visa__NEG_truncated", Code.UNREADABLE),
        ("vds_visa__NEG_trailing", Code.UNREADABLE),
        ("vds_visa__NEG_zero_sig", Code.FORGED),
        ("vds_visa__NEG_duplicate_tag", Code.UNREADABLE),
        ("vds_visa__NEG_after_sig", Code.UNREADABLE),
        ("vds_visa__NEG_sigdate_outside_cert", Code.KEY_NOT_VALID_FOR_THIS),
        ("vds_visa__NEG_country_mismatch", Code.KEY_NOT_VALID_FOR_THIS),
    ],
)
def test_visas_under_the_key_of_their_certificate(vectors: Path, made, state, name: str, code: Code) -> None:
    data = opened(vectors / f"seals/own/{name}.json")
    trust = trusting_mlcs(vectors, made)
    state.issue(opened(vectors / "seals/own/vds_visa_mrvb.json"))
    assert scan(data, trust, state.status_list, state.issued_list, TODAY).code is code
    wrong = trusting_mlcs(vectors, made, "wrong")
    if code is Code.VALID:
        assert scan(data, wrong, state.status_list, state.issued_list, TODAY).code is Code.FORGED


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("c169_es256_tag18", Code.VALID),
        ("c169_eddsa_tag18", Code.KEY_NOT_VALID_FOR_THIS),  # the ES256 key bears the same name: its record decides
        ("c169_eddsa_tag61_18", Code.KEY_NOT_VALID_FOR_THIS),
        ("c169_eddsa_untagged", Code.KEY_NOT_VALID_FOR_THIS),
        ("c169__NEG_alg_unprotected", Code.UNREADABLE),
        ("c169__NEG_dup_map_key", Code.UNREADABLE),
        ("c169__NEG_zbomb", Code.UNREADABLE),
    ],
)
def test_tokens_under_the_one_key_that_the_vectors_give(vectors: Path, made, state, name: str, code: Code) -> None:
    file = vectors / f"seals/own/{name}.json"
    vector = json.loads(file.read_text())
    data = (vector.get("qr") or vector["text"]).encode()
    trust = trusting_es1(vectors, made)
    state.issue(opened(vectors / "seals/own/c169_es256_tag18.json"))
    verdict = scan(data, trust, state.status_list, state.issued_list, TODAY)
    assert verdict.code is code
    if code is Code.KEY_NOT_VALID_FOR_THIS:
        assert verdict.misfit is Misfit.ALGORITHM


def test_an_es256_token_under_another_key_is_forged(vectors: Path, made, state) -> None:
    trust = trusting_es1(vectors, made)
    key = replace(trust.keys[0], public=made.VISAS.public)
    data = opened(vectors / "seals/own/c169_es256_tag18.json")
    assert scan(data, replace(trust, keys=(key,)), None, None, TODAY).code is Code.FORGED
