"""Token Status List: the draft's own examples, and everything else refused."""

import base64
import json
import re
import zlib
from datetime import date
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain import canonical, cose
from sceau.domain.errors import SceauError, SealMalformed
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, kid_of, verify
from sceau.keys.signer import SoftwareSigner
from sceau.seals import token_status

# draft-ietf-oauth-status-list section 5.2, example of a Status List Token in CWT format
DRAFT_TOKEN = bytes.fromhex(
    "d2845820a2012610781a6170706c69636174696f6e2f7374617475736c6973742b637774a1044231325850a502782168747470733a2f2f6578"
    "616d706c652e636f6d2f7374617475736c697374732f31061a648c5bea041a8898dfea19fffe19a8c019fffda2646269747301636c73744a78"
    "dadbb918000217015d584027d5535dfe0a33291cc9bfb41053ad2493c49d1ee4635e12548a79bac92916845fee76799c42762f928441c5c344"
    "e3612381e0cf88f2f160b3e1f97728ec8403"
)
ONE_BIT = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
TWO_BITS = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
URI = "https://verif.example/s/NPA26"
SIGNER = SoftwareSigner.from_seed(bytes(31) + b"\x07", Algorithm.ED25519)


def token(statuses=(1, 0, 2, 1), signer: SoftwareSigner = SIGNER, **changed) -> bytes:
    given = {"uri": URI, "issued_at": 1_795_000_000, "expires": 1_795_604_800, "time_to_live": 86_400, **changed}
    protected, payload, to_sign = token_status.unsigned(
        **given, statuses=statuses, algorithm=cose.EDDSA, kid=signer.kid
    )
    return token_status.assemble(protected, payload, signer.sign(to_sign))


@pytest.mark.parametrize(
    ("file", "bits", "statuses"),
    [("status_list_encoding_cbor.json", 1, ONE_BIT), ("status_list_encoding2_cbor.json", 2, TWO_BITS)],
)
def test_the_lists_of_the_draft(vectors, file, bits, statuses) -> None:
    text = json.loads((vectors / "seals" / "statuslist" / file).read_text())["text"]
    expected = bytes.fromhex(re.search(r"encoded:\s*([0-9a-f]+)", text)[1])
    packed = bytes(int(one, 16) for one in re.findall(r"0x([0-9a-f]{2})", text))
    assert token_status.pack(statuses, bits) == packed
    assert token_status.encode_list(statuses, bits) == canonical.decode_foreign(expected)
    assert token_status.decode_list(canonical.decode_foreign(expected)) == (bits, packed)


def test_the_token_of_the_draft_is_read_and_verifies(vectors) -> None:
    found = token_status.parse(DRAFT_TOKEN)
    assert (found.uri, found.issued_at, found.expires, found.time_to_live) == (
        "https://example.com/statuslists/1",
        1686920170,
        2291720170,
        43200,
    )
    assert [found.status(index) for index in range(16)] == ONE_BIT
    assert (found.algorithm, found.kid) == (cose.ES256, b"12")
    with pytest.raises(IndexError):
        found.status(16)
    verify(_draft_key(vectors), found.signed, found.signature)


def _draft_key(vectors) -> TrustedKey:
    jwk = json.loads((vectors / "seals" / "statuslist" / "referenced_token_cwt.json").read_text())["key_ec_p256"]
    x, y = (base64.urlsafe_b64decode(jwk[name] + "=") for name in "xy")
    public = b"\x04" + x + y
    return TrustedKey(kid_of(public), Purpose.LISTS, Algorithm.ES256, public, "XXX", "X", date.min, date.max)


def test_ours_is_read_by_an_independent_library(cwt: ModuleType) -> None:
    key = cwt.COSEKey.new({1: 1, 2: SIGNER.kid, 3: -8, -1: 6, -2: SIGNER.public})
    message = cwt.COSE.new(verify_kid=True).decode_with_headers(token(), key)
    protected, _, payload = message
    assert protected == {1: -8, 4: SIGNER.kid, 16: "application/statuslist+cwt"}
    claims = canonical.decode(payload)
    assert (claims[2], claims[4], claims[6], claims[65534]) == (URI, 1_795_604_800, 1_795_000_000, 86_400)
    assert zlib.decompress(claims[65533]["lst"]) == bytes([0b01100001])
    assert claims[65533]["bits"] == 2


@given(st.sampled_from(token_status.BITS), st.data())
def test_what_is_packed_is_unpacked(bits, data) -> None:
    statuses = data.draw(st.lists(st.integers(0, (1 << bits) - 1), max_size=40))
    packed = token_status.pack(statuses, bits)
    assert len(packed) == -(-len(statuses) * bits // 8)
    assert [token_status.unpack(packed, bits, index) for index in range(len(statuses))] == statuses


def test_a_status_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        token_status.pack([4], 2)


def test_every_cut_and_every_changed_byte_is_refused_or_breaks_the_signature() -> None:
    whole = token()
    key = TrustedKey(SIGNER.kid, Purpose.LISTS, SIGNER.algorithm, SIGNER.public, "MLI", "MAE", date.min, date.max)
    for end in range(len(whole)):
        with pytest.raises(SealMalformed):
            token_status.parse(whole[:end])
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0x01
        with pytest.raises(SceauError):
            found = token_status.parse(bytes(changed))
            verify(key, found.signed, found.signature)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {2: URI, 6: 1},
        {2: URI, 6: "1", 65533: {"bits": 2, "lst": zlib.compress(b"")}},
        {2: URI, 6: 1, 4: "2", 65533: {"bits": 2, "lst": zlib.compress(b"")}},
        {2: 1, 6: 1, 65533: {"bits": 2, "lst": zlib.compress(b"")}},
        {2: URI, 6: 1, 65533: {"bits": 3, "lst": zlib.compress(b"")}},
        {2: URI, 6: 1, 65533: {"bits": 2, "lst": b"abc"}},
        {2: URI, 6: 1, 65533: {"bits": 2, "lst": zlib.compress(b"abc")[:-1]}},
        {2: URI, 6: 1, 65533: {"bits": 2, "lst": zlib.compress(b"abc") + b"x"}},
        {2: URI, 6: 1, 65533: {"bits": 2, "lst": zlib.compress(bytes(token_status.INFLATED_MAX + 1))}},
        {2: URI, 6: 1, 65533: {"bits": 2, "lst": "text"}},
        {2: URI, 6: 1, 65533: [2, b""]},
    ],
)
def test_other_claims_are_refused(claims) -> None:
    protected = token_status.unsigned(URI, 1, 2, 3, [0], cose.EDDSA, SIGNER.kid)[0]
    with pytest.raises(SealMalformed):
        token_status.parse(token_status.assemble(protected, canonical.encode(claims), bytes(64)))


@pytest.mark.parametrize(
    "header",
    [
        {1: -8},
        {1: -8, 16: "application/statuslist+jwt"},
        {16: "application/statuslist+cwt"},
        {1: -8, 4: "kid", 16: "application/statuslist+cwt"},
        {1: -8, 2: [99], 16: "application/statuslist+cwt"},
    ],
)
def test_other_headers_are_refused(header) -> None:
    payload = token_status.unsigned(URI, 1, 2, 3, [0], cose.EDDSA, SIGNER.kid)[1]
    with pytest.raises(SealMalformed):
        token_status.parse(token_status.assemble(canonical.encode(header), payload, bytes(64)))


def test_a_key_id_may_stand_unprotected_and_nothing_else() -> None:
    protected, payload, _ = token_status.unsigned(URI, 1, 2, 3, [0], cose.EDDSA, SIGNER.kid)
    with pytest.raises(SealMalformed):
        token_status.parse(b"\xd2" + canonical.encode([protected, {5: b"x"}, payload, bytes(64)]))
