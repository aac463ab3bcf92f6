"""`sceau trust`: a key of another authority is shown, confirmed, recorded, published, and judges; and it is ended."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sceau.seals import c40, vds

ROOT = ec.derive_private_key(0xC5CA, ec.BrainpoolP384R1())
SIGNER = ec.derive_private_key(0x51, ec.BrainpoolP256R1())
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def name(common: str) -> x509.Name:
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "DE")
    return x509.Name([country, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(subject: str, key: ec.EllipticCurvePrivateKey, ca: bool, *usage: str) -> bytes:
    builder = x509.CertificateBuilder(name("csca"), name(subject), key.public_key(), 0x5B)
    builder = builder.not_valid_before(TODAY - timedelta(days=9)).not_valid_after(TODAY + timedelta(days=900))
    builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage(map(x509.ObjectIdentifier, usage)), critical=False)
    return builder.sign(ROOT, hashes.SHA384()).public_bytes(Encoding.PEM)


def permit(day: date) -> bytes:
    """A seal of Germany, in a profile that says no class."""
    values = [(1, c40.encode("T2000AK47")), (2, c40.encode("05314000")), (3, c40.encode("53175HEINEMANNSTR11"))]
    signed = vds.unsigned("F908", "D", "DETS", "5B", day, day, values)
    r, s = decode_dss_signature(SIGNER.sign(signed, ec.ECDSA(hashes.SHA256())))
    return vds.assemble(signed, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {"signer": certificate("TS", SIGNER, False), "csca": certificate("csca", ROOT, True)}
    found["seal"] = permit((TODAY - timedelta(days=2)).date())
    paths = {kind: tmp_path / kind for kind in found}
    for kind, path in paths.items():
        path.write_bytes(found[kind])
    return paths


def accepting(files: dict[str, Path], *more: object) -> list[object]:
    options = {"--format": "vds", "--authority": "DEU", "--country": "D", "--certificate": files["signer"]}
    return ["trust", "accept", *(part for pair in options.items() for part in pair), "--chain", files["csca"], *more]


def test_from_acceptance_to_verdict(home: Any, files: dict[str, Path], tmp_path: Path) -> None:
    public = tmp_path / "public"
    scanned = ["scan", files["seal"], "--lists", public, "--root", home.folder / "root.pub", "--json"]
    home.done("publish", public)
    assert json.loads(home.run(*scanned).stdout)["code"] == "NO_KEY_HELD"

    refused = home.refused(*accepting(files))
    assert refused["code"] == "domain.confirmation_required"
    told = home.done(*accepting(files, "--confirm"))
    assert (told["issuer"], told["reference"], told["algorithm"]) == ("DETS", "5B", "ESB256")
    assert (told["subject"], len(told["sha256"])) == ("CN=TS,C=DE", 64)

    home.done("publish", public)
    verdict = json.loads(home.run(*scanned).stdout)
    assert (verdict["code"], [note["code"] for note in verdict["notes"]]) == ("STATUS_UNKNOWN", ["LISTS_OF_ANOTHER"])
    assert verdict["issuer"] == {"name": "DETS", "key": "5B", "authority": "DEU", "office": "DEU"}
    assert verdict["trust_root"].startswith("MLI trust list ")
    assert verdict["fields"]["number"] == "T2000AK47"

    listed = {key["kid"]: key for key in home.done("trust", "list")}
    assert listed[told["kid"]]["status"] == "active"
    assert {key["authority"] for key in listed.values()} == {"MLI", "DEU"}
    home.done("trust", "end", told["kid"], "--reason", "stolen", "--compromised")
    home.done("publish", public)
    ended = {key["kid"]: key for key in home.done("trust", "list")}[told["kid"]]
    assert (ended["status"], ended["ended_on"]) == ("revoked", TODAY.date().isoformat())


def test_what_is_shown_before_it_is_recorded(home: Any, files: dict[str, Path]) -> None:
    shown = home.run(*accepting(files, "--lang", "fr"))
    assert shown.exit_code == 3
    assert "DETS" in shown.stderr
    assert "SHA-256" in shown.stderr
    assert "Signe jusqu'au : " in shown.stderr and "valid_until" not in shown.stderr
    assert "répétez avec --confirm" in shown.stderr
    assert "Signs until: " in home.run(*accepting(files, "--lang", "en")).stderr
    assert all(key["authority"] == "MLI" for key in home.done("trust", "list"))


def test_keys_are_shown_to_people(home: Any) -> None:
    shown = home.run("trust", "list")
    assert shown.exit_code == 0
    assert "MLV1" in shown.stdout
    assert all(key["kid"] in shown.stdout for key in home.done("trust", "list"))  # what `trust end` asks for


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--authority", "MLI", "--country", "MLI"), "domain.key_refused"),  # our own keys are made, not accepted
        (("--authority", "DE"), "domain.key_refused"),
        (("--format", "vdsx"), "domain.field_invalid"),
        (("--reference", "5b"), "domain.key_refused"),
        (("--classes", "Visa"), "domain.key_refused"),
        (("--fingerprint", "00"), "domain.key_refused"),
    ],
)
def test_refused(home: Any, files: dict[str, Path], more: tuple[str, ...], code: str) -> None:
    assert home.refused(*accepting(files, "--confirm", *more))["code"] == code


def test_a_key_counts_for_no_more_than_its_certificate_allows(
    home: Any, files: dict[str, Path], tmp_path: Path
) -> None:
    key = tmp_path / "vaccinates"
    key.write_bytes(certificate("VA", ec.derive_private_key(0x53, ec.SECP256R1()), False, "1.3.6.1.4.1.1847.2021.1.2"))
    asked = accepting({**files, "signer": key}, "--format", "hcert", "--issuer", "DE", "--country", "", "--classes")
    refused = home.refused(*asked, "test,vaccination")
    assert (refused["code"], "vaccination only" in refused["message"]) == ("domain.field_invalid", True)
    assert home.refused(*asked, "vaccination")["code"] == "domain.confirmation_required"


def test_a_second_key_of_the_same_name_would_stop_publishing_and_is_refused(
    home: Any, files: dict[str, Path], tmp_path: Path
) -> None:
    home.done(*accepting(files, "--confirm"))
    other = tmp_path / "other"
    other.write_bytes(certificate("TS", ec.derive_private_key(0x52, ec.BrainpoolP256R1()), False))
    refused = home.refused(*accepting({**files, "signer": other}, "--confirm"))
    assert refused["code"] == "domain.key_refused"
    assert "already names key" in refused["message"]
    assert home.refused(*accepting(files, "--confirm"))["code"] == "domain.wrong_state"
    home.done("publish", tmp_path / "public")


def test_a_certificate_without_a_chain_is_refused(home: Any, files: dict[str, Path]) -> None:
    without = accepting(files, "--confirm")
    at = without.index("--chain")
    refused = home.refused(*without[:at], *without[at + 2 :])
    assert refused["code"] == "domain.key_refused"
    assert "fingerprint" in refused["message"]


def test_the_key_of_an_unknown_name_cannot_be_ended(home: Any) -> None:
    assert home.refused("trust", "end", "00", "--reason", "x")["code"] == "domain.wrong_state"
    assert home.refused("trust", "end", "zz", "--reason", "x")["code"] == "domain.field_invalid"
