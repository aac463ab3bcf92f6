"""Where trust is made: what the root signed is still judged key by key."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from nacl.bindings import crypto_core_ed25519_add

from sceau.domain import canonical, cose
from sceau.domain.errors import KeyRefused, ListInvalid, SignatureInvalid
from sceau.keys.authority import create_csca, issue_barcode_signer
from sceau.keys.certificate import BARCODE_SIGNER, DOCUMENT_TYPE, check_barcode_signer, read_csca, reference_of
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, TrustList, kid_of, verify
from sceau.keys.signed_list import sign_list
from sceau.keys.trust_list import read_trust_list, write_trust_list

FROM, UNTIL = date(2026, 1, 1), date(2027, 12, 31)


def resigned(state: Any, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The list of `state` with its body changed, and properly signed by the root."""
    trust = state.trust
    body = canonical.decode(cose.split(write_trust_list(trust, state.root)).payload)[7]
    body = change(body) or body
    return sign_list("trust", "MLI", trust.version, trust.issued_at, trust.next_update, 0, body, state.root)


def with_key(state: Any, key: TrustedKey, **more: Any) -> TrustList:
    """The list of `state` with one key replaced."""
    rest = [one for one in state.trust.keys if one.kid != key.kid]
    changed = replace(key, **more)
    return replace(state.trust, keys=tuple(sorted((*rest, changed), key=lambda one: one.kid)))


def test_what_the_root_signed_is_read(state: Any) -> None:
    message = write_trust_list(state.trust, state.root)
    assert read_trust_list(message, state.root.public, version_min=3) == state.trust
    assert write_trust_list(read_trust_list(message, state.root.public), state.root) == message


def test_an_older_list_and_another_root_are_refused(state: Any, make_signer: Any) -> None:
    message = write_trust_list(state.trust, state.root)
    with pytest.raises(ListInvalid, match="older than 4"):
        read_trust_list(message, state.root.public, version_min=4)
    with pytest.raises(ListInvalid, match="signed by key"):
        read_trust_list(message, make_signer(99).public)
    with pytest.raises(KeyRefused):
        read_trust_list(message, bytes([1]) + bytes(31))
    with pytest.raises(KeyRefused):
        read_trust_list(message, state.visas.public)


def test_every_changed_byte_is_refused(state: Any) -> None:
    message = write_trust_list(state.trust, state.root)
    for at in range(len(message)):
        for edit in (1, 0x80):
            edited = message[:at] + bytes([message[at] ^ edit]) + message[at + 1 :]
            with pytest.raises(ListInvalid):
                read_trust_list(edited, state.root.public)


def first(body: dict[str, Any], purpose: str, seal_format: str = "") -> dict[str, Any]:
    found: dict[str, Any] = next(
        key for key in body["keys"] if (key["purpose"], key["format"]) == (purpose, seal_format)
    )
    return found


def put(purpose: str, seal_format: str = "", /, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: first(body, purpose, seal_format).update(values)


BODIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no keys": lambda body: body.pop("keys") and None,
    "something else": lambda body: body.update(more=1),
    "not a map": lambda body: [body],
    "keys out of order": lambda body: body["keys"].reverse(),
    "a key twice": lambda body: body["keys"].insert(0, body["keys"][0]),
    "a key that is no map": lambda body: body["keys"].append(5),
    "a field missing": lambda body: body["keys"][0].pop("status") and None,
    "a field more": lambda body: body["keys"][0].update(kid=bytes(8)),
    "unknown purpose": put("lists", purpose="everything"),
    "unknown algorithm": put("lists", algorithm="none"),
    "algorithm of another key": put("lists", algorithm="ES256"),
    "identity point": put("lists", public=bytes([1]) + bytes(31)),
    "key too short": put("lists", public=bytes(31)),
    "key as text": put("lists", public="x" * 32),
    "authority in small letters": put("lists", authority="mli"),
    "authority a number": put("lists", authority=5),
    "office empty": put("lists", office=""),
    "date without hyphens": put("lists", valid_from="20260101"),
    "date as a week": put("lists", valid_from="2026-W01-1"),
    "31 February": put("lists", valid_from="2026-02-31"),
    "date a number": put("lists", valid_from=20260101),
    "ends before it begins": put("lists", valid_from="2028-01-01"),
    "unknown status": put("lists", status="suspended"),
    "active but ended": put("lists", ended_on="2026-02-01"),
    "retired without a day": put("event", ended_on=None),
    "a lists key with classes": put("lists", classes=["visa"]),
    "a lists key with a format": put("lists", format="vds"),
    "a lists key with a certificate": put("lists", certificate=b"x"),
    "unknown seal format": put("seal", "claim169", format="pdf"),
    "key id in capitals": put("seal", "claim169", reference="AB"),
    "issuer with a space": put("seal", "claim169", issuer="a b"),
    "no class": put("seal", "claim169", classes=[]),
    "classes out of order": put("seal", "claim169", classes=["identity", "civil_status"]),
    "a class twice": put("seal", "claim169", classes=["identity", "identity"]),
    "classes as text": put("seal", "claim169", classes="visa"),
    "a class that is a number": put("seal", "claim169", classes=[1]),
    "claim 169 with a certificate": put("seal", "claim169", certificate=b"x"),
    "vds without certificate": put("seal", "vds", certificate=b""),
    "vds certificate garbage": put("seal", "vds", certificate=b"0\x03abc"),
    "vds certificate too long": put("seal", "vds", certificate=bytes(5000)),
    "vds reference in small letters": put("seal", "vds", reference="01a3"),
    "vds reference of another certificate": put("seal", "vds", reference="01A4"),
    "vds signer of another certificate": put("seal", "vds", issuer="MLV2"),
    "vds country of two letters": put("seal", "vds", country="ML"),
    "vds period beyond the certificate": put("seal", "vds", valid_until="2033-01-02"),
    "vds period before the certificate": put("seal", "vds", valid_from="2025-12-31"),
    "no csca": lambda body: body.update(csca=[]),
    "csca twice": lambda body: body.update(csca=body["csca"] * 2),
    "csca that is text": lambda body: body.update(csca=["x"]),
    "csca that is a signer": lambda body: body.update(csca=[first(body, "seal", "vds")["certificate"]]),
    "csca with bytes after": lambda body: body.update(csca=[body["csca"][0] + b"\0"]),
}


@pytest.mark.parametrize("case", BODIES)
def test_signed_by_the_root_and_still_refused(case: str, state: Any) -> None:
    read_trust_list(resigned(state, lambda body: body), state.root.public)
    with pytest.raises(ListInvalid):
        read_trust_list(resigned(state, BODIES[case]), state.root.public)


def test_two_keys_of_one_seal_name_are_refused(state: Any, make_signer: Any) -> None:
    other = make_signer(44).public

    def add(body: dict[str, Any], **more: str) -> None:
        body["keys"].append(first(body, "seal", "claim169") | {"public": other} | more)
        body["keys"].sort(key=lambda key: kid_of(key["public"]))

    read_trust_list(resigned(state, lambda body: add(body, reference="00ff")), state.root.public)
    with pytest.raises(ListInvalid, match="same format"):
        read_trust_list(resigned(state, add), state.root.public)


def test_a_mixed_order_key_is_refused_though_the_root_signed_it(state: Any) -> None:
    order_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    mixed = crypto_core_ed25519_add(state.lists.public, order_8)

    def plant(body: dict[str, Any]) -> None:
        first(body, "lists").update(public=mixed)
        body["keys"].sort(key=lambda key: kid_of(key["public"]))

    with pytest.raises(ListInvalid, match="prime order"):
        read_trust_list(resigned(state, plant), state.root.public)


def test_the_writer_refuses_what_the_reader_would(state: Any) -> None:
    lists = state.key(Purpose.LISTS)
    for trust in (
        with_key(state, lists, status="gone"),
        replace(state.trust, authority="Mali"),
        replace(state.trust, csca=()),
    ):
        with pytest.raises(ListInvalid):
            write_trust_list(trust, state.root)
    with pytest.raises(ListInvalid, match="hash of its key"):
        write_trust_list(replace(state.trust, keys=(replace(lists, kid=bytes(8)),)), state.root)
    with pytest.raises(KeyRefused):
        write_trust_list(state.trust, state.visas)


def test_a_list_of_another_kind_by_the_root_is_no_trust_list(state: Any) -> None:
    body = canonical.decode(cose.split(write_trust_list(state.trust, state.root)).payload)[7]
    for kind, as_of in (("status", 0), ("trust", 1)):
        with pytest.raises(ListInvalid):
            read_trust_list(sign_list(kind, "MLI", 3, 1, 2, as_of, body, state.root), state.root.public)


def test_a_signer_of_another_csca_is_refused(state: Any, make_signer: Any) -> None:
    """The same subject names, the attacker's own CSCA: only the signature tells them apart."""
    rogue = make_signer(66, Algorithm.ES256)
    csca = create_csca("ML", "CSCA Mali", rogue, FROM, date(2030, 12, 31), date(2041, 1, 1), lambda size: b"\7" * size)
    forged = issue_barcode_signer(csca, rogue, "MLV1", state.visas.public, 0x01A3, FROM, date(2033, 1, 1), ["V"])
    with pytest.raises(ListInvalid, match="no CSCA listed"):
        write_trust_list(with_key(state, state.key(Purpose.SEAL, "vds"), certificate=forged), state.root)


def test_a_signer_that_outlives_its_csca_is_refused(state: Any) -> None:
    late = issue_barcode_signer(state.csca, state.authority, "MLV1", state.visas.public, 0x01A3, FROM, date(2042, 1, 1))
    with pytest.raises(ListInvalid, match="no CSCA listed"):
        write_trust_list(with_key(state, state.key(Purpose.SEAL, "vds"), certificate=late), state.root)


def vds_key(der: bytes, public: bytes, issuer: str, reference: str) -> TrustedKey:
    return TrustedKey(
        kid=kid_of(public),
        purpose=Purpose.SEAL,
        algorithm=Algorithm.ES256,
        public=public,
        authority="MLI",
        office="MAE",
        valid_from=FROM,
        valid_until=UNTIL,
        format="vds",
        issuer=issuer,
        reference=reference,
        country="MLI",
        classes=frozenset({"visa"}),
        certificate=der,
    )


def public_of(der: bytes) -> bytes:
    """The uncompressed point, cut out of the DER by its BIT STRING head."""
    at = der.index(bytes.fromhex("03420004"))
    return der[at + 3 : at + 68]


@pytest.mark.parametrize(("name", "issuer", "reference"), [("mlcs01", "MLMLCS", "01"), ("wrong", "MLWRONG", "09")])
def test_certificates_without_the_profile_are_refused(vectors: Path, name: str, issuer: str, reference: str) -> None:
    """Someone else's test signers: BasicConstraints instead of the barcode signer's key usage."""
    der = (vectors / f"seals/own/trust/{name}.der").read_bytes()
    cscas = [read_csca_without_usage(vectors)]
    with pytest.raises(ListInvalid, match="must not be there"):
        check_barcode_signer(vds_key(der, public_of(der), issuer, reference), cscas)


def read_csca_without_usage(vectors: Path) -> Any:
    return x509.load_der_x509_certificate((vectors / "seals/own/trust/ml01.der").read_bytes())


def test_a_self_signed_ca_without_key_usage_is_no_csca(vectors: Path) -> None:
    for name in ("ml01", "mlcs01", "wrong"):
        with pytest.raises(ListInvalid, match="may sign others"):
            read_csca((vectors / f"seals/own/trust/{name}.der").read_bytes())


def test_a_real_signer_for_another_use_is_refused(vectors: Path) -> None:
    """Australia's VDS-NC signer: the right shape, but its key usage is 2.23.136.1.1.14.2."""
    sealed = json.loads((vectors / "seals/vdsnc/au_validVDSJson.json").read_text())
    der = urlsafe_b64decode(sealed["sig"]["cer"] + "==")
    with pytest.raises(ListInvalid, match=r"not 2\.23\.136\.1\.1\.11\.1"):
        check_barcode_signer(vds_key(der, public_of(der), "AUDFAT", "18AD"), [])


@pytest.mark.parametrize(("name", "good"), [("vds_visa_mrvb", True), ("vds_visa_mrvb__NEG_bit", False)])
def test_a_visa_seal_of_others_verifies_under_its_key(vectors: Path, name: str, good: bool) -> None:
    """The seal ends in FF 40 and r || s; everything before is signed (Doc 9303-13)."""
    sealed = bytes.fromhex(json.loads((vectors / f"seals/own/{name}.json").read_text())["hex"])
    public = public_of((vectors / "seals/own/trust/mlcs01.der").read_bytes())
    key = vds_key(b"", public, "MLCS", "01")
    assert sealed[-66:-64] == b"\xff\x40"
    if good:
        verify(key, sealed[:-66], sealed[-64:])
    else:
        with pytest.raises(SignatureInvalid):
            verify(key, sealed[:-66], sealed[-64:])


def test_a_list_beyond_its_limits_is_refused_before_any_key_is_read(state: Any) -> None:
    for change in ({"csca": [b""] * 101}, {"keys": [0] * 10_001}):
        with pytest.raises(ListInvalid, match="more than"):
            read_trust_list(resigned(state, lambda body, change=change: body | change), state.root.public)


class Issuer:
    """Certificates as another CA might write them, straight from the library: good but for one thing."""

    day = datetime(2026, 1, 1, tzinfo=UTC)
    usage = x509.KeyUsage(False, False, False, False, False, True, False, False, False)

    def __init__(self) -> None:
        self.ca, self.leaf = (ec.derive_private_key(scalar, ec.SECP256R1()) for scalar in (7, 8))
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA")])
        self.public = self.leaf.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.key = vds_key(b"", self.public, "MLV1", "05")
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca.public_key())
        self.profile: list[tuple[x509.ExtensionType, bool]] = [
            (identifier, False),
            (x509.ExtendedKeyUsage([BARCODE_SIGNER]), True),
        ]

    def signer(self, extensions: Any = None, subject: Any = None, public: Any = None, hashed: Any = None) -> bytes:
        parts = subject or [(NameOID.COUNTRY_NAME, "ML"), (NameOID.COMMON_NAME, "V1")]
        name = x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])
        return self.issue(name, public or self.leaf.public_key(), extensions or self.profile, hashed or hashes.SHA256())

    def csca(self, ca: bool = True, signs: bool = True, issuer: Any = None) -> bytes:
        usage = self.usage if signs else x509.KeyUsage(True, *[False] * 8)
        extensions = [(x509.BasicConstraints(ca, None), True), (usage, True)]
        return self.issue(self.name, self.ca.public_key(), extensions, hashes.SHA256(), issuer)

    def issue(self, subject: Any, public: Any, extensions: Any, hashed: Any, issuer: Any = None) -> bytes:
        until = self.day.replace(year=2040)
        builder = x509.CertificateBuilder(issuer or self.name, subject, public, 5, self.day, until, extensions=[])
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.ca, hashed).public_bytes(Encoding.DER)

    def check(self, der: bytes) -> None:
        check_barcode_signer(replace(self.key, certificate=der), [read_csca(self.csca())])


OTHER_USE = x509.ObjectIdentifier("2.23.136.1.1.14.2")
SIGNERS: dict[str, tuple[Callable[[Issuer], bytes], str]] = {
    "another key": (lambda ca: ca.signer(public=ca.ca.public_key()), "another key"),
    "not an elliptic-curve key": (
        lambda ca: ca.signer(public=Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()),
        "elliptic-curve",
    ),
    "usage not critical": (lambda ca: ca.signer([ca.profile[0], (ca.profile[1][0], False)]), "must be critical"),
    "authority key identifier critical": (lambda ca: ca.signer([(ca.profile[0][0], True), ca.profile[1]]), "critical"),
    "no authority key identifier": (lambda ca: ca.signer(ca.profile[1:]), "no authority key identifier"),
    "no usage": (lambda ca: ca.signer(ca.profile[:1]), "extended key usage"),
    "one usage more": (
        lambda ca: ca.signer([ca.profile[0], (x509.ExtendedKeyUsage([BARCODE_SIGNER, OTHER_USE]), True)]),
        "extended key usage",
    ),
    "an extension more": (lambda ca: ca.signer([*ca.profile, (Issuer.usage, True)]), "must not be there"),
    "a subject with organisation": (
        lambda ca: ca.signer(
            subject=[(NameOID.COUNTRY_NAME, "ML"), (NameOID.ORGANIZATION_NAME, "V"), (NameOID.COMMON_NAME, "1")]
        ),
        "nothing else",
    ),
    "a hash too short": (lambda ca: ca.signer(hashed=hashes.SHA224()), "no CSCA listed"),
    "too long": (
        lambda ca: ca.signer([*ca.profile, (x509.UnrecognizedExtension(DOCUMENT_TYPE, bytes(5000)), False)]),
        "longer",
    ),
}


@pytest.mark.parametrize("case", SIGNERS)
def test_a_certificate_good_but_for_one_thing_is_refused(case: str) -> None:
    ca = Issuer()
    ca.check(ca.signer())
    build, why = SIGNERS[case]
    with pytest.raises(ListInvalid, match=why):
        ca.check(build(ca))


def test_a_country_certificate_good_but_for_one_thing_is_refused() -> None:
    ca = Issuer()
    read_csca(ca.csca())
    elsewhere = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another CA")])
    for der, why in (
        (ca.csca(ca=False), "may sign others"),
        (ca.csca(signs=False), "may sign others"),
        (ca.csca(issuer=elsewhere), "no CSCA listed"),
    ):
        with pytest.raises(ListInvalid, match=why):
            read_csca(der)


def test_the_reference_is_the_serial_in_whole_bytes() -> None:
    assert [reference_of(serial) for serial in (1, 0x5B, 0x1A3, 0xABCDEF)] == ["01", "5B", "01A3", "ABCDEF"]


@pytest.fixture(scope="session")
def page() -> str:
    return (Path(__file__).resolve().parents[2] / "docs/format/trust.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    return page.split(f"```{language}\n")[1].split("```")[0]


def test_the_list_of_the_documentation_is_what_we_write_and_read(page: str, state: Any) -> None:
    """docs/format/trust.md shows this list: its bytes never change by accident."""
    plain = tuple(key for key in state.trust.keys if not key.certificate and key.purpose is not Purpose.EVENT)
    trust = replace(state.trust, keys=plain, csca=())
    shown = bytes.fromhex(block(page, "hex"))
    assert shown.hex() == write_trust_list(trust, state.root).hex()
    assert state.root.public.hex() in page
    assert read_trust_list(shown, state.root.public) == trust


def test_the_verifier_of_the_documentation_reads_our_lists(page: str, state: Any) -> None:
    """The page's own code, which shares none with ours, reads the sample and the list of this test."""
    words: dict[str, Any] = {}
    exec(block(page, "python"), words)  # the page is ours
    sample = words["read_list"](bytes.fromhex(block(page, "hex")), "trust", state.root.public)
    assert [key["purpose"] for key in sample[7]["keys"]] == ["lists", "seal"]
    ours = write_trust_list(state.trust, state.root)
    assert words["read_list"](ours, "trust", state.root.public)[7]["csca"] == [state.csca]
    for at in range(0, len(ours), 7):
        with pytest.raises(Exception, match=r".*"):
            words["read_list"](ours[:at] + bytes([ours[at] ^ 1]) + ours[at + 1 :], "trust", state.root.public)
