"""Certificates that others read: OpenSSL, and the shape of a real signer's."""

import json
import shutil
import subprocess
from base64 import urlsafe_b64decode
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from sceau.domain.errors import KeyRefused
from sceau.keys.authority import create_csca, issue_barcode_signer
from sceau.keys.certificate import DOCUMENT_TYPE
from sceau.keys.keyring import Algorithm

FROM, SIGNS, LAST = date(2026, 1, 1), date(2030, 12, 31), date(2041, 1, 1)


def barcode_signer(state: Any, **more: Any) -> bytes:
    values = {"signer_id": "MLV1", "public": state.visas.public, "serial": 0x01A3, "document_types": ["V"]} | more
    return issue_barcode_signer(state.csca, state.authority, valid_from=FROM, valid_until=date(2033, 1, 1), **values)


def test_openssl_verifies_the_chain_and_reads_the_profile(state: Any, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl program to check our certificates with")
    for name, der in (("csca", state.csca), ("signer", barcode_signer(state))):
        (tmp_path / f"{name}.der").write_bytes(der)
        subprocess.run(
            [openssl, "x509", "-inform", "der", "-in", f"{name}.der", "-out", f"{name}.pem"], cwd=tmp_path, check=True
        )
    instant = str(1_793_000_000)
    chain = [openssl, "verify", "-x509_strict", "-attime", instant, "-CAfile", "csca.pem", "signer.pem"]
    verified = subprocess.run(chain, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert verified.stdout.strip() == "signer.pem: OK", verified.stderr
    shown = subprocess.run(
        [openssl, "x509", "-in", "signer.pem", "-noout", "-text"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "X509v3 Extended Key Usage: critical" in shown
    assert "2.23.136.1.1.11.1" in shown
    assert "Serial Number: 419 (0x1a3)" in shown


def test_the_signer_has_the_profile_and_nothing_else(state: Any) -> None:
    certificate = x509.load_der_x509_certificate(barcode_signer(state))
    extensions = {extension.oid.dotted_string: extension.critical for extension in certificate.extensions}
    assert extensions == {"2.5.29.35": False, "2.5.29.37": True, "2.23.136.1.1.6.2": False}
    assert certificate.subject.rfc4514_string() == "CN=V1,C=ML"
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(state.csca))
    plain = x509.load_der_x509_certificate(barcode_signer(state, document_types=()))
    assert len(plain.extensions) == 2


def test_the_country_certificate_has_its_profile(state: Any) -> None:
    csca = x509.load_der_x509_certificate(state.csca)
    extensions = {extension.oid.dotted_string: extension.critical for extension in csca.extensions}
    assert extensions == {
        "2.5.29.19": True,
        "2.5.29.15": True,
        "2.5.29.14": False,
        "2.5.29.35": False,
        "2.5.29.16": False,
    }
    period = csca.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value
    assert period.not_after is not None
    assert period.not_after.date() == SIGNS < csca.not_valid_after_utc.date() == LAST


def test_document_types_are_spelled_as_a_real_signer_spells_them(state: Any, vectors: Path) -> None:
    sealed = json.loads((vectors / "seals/vdsnc/au_validVDSJson.json").read_text())
    theirs = x509.load_der_x509_certificate(urlsafe_b64decode(sealed["sig"]["cer"] + "=="))
    ours = x509.load_der_x509_certificate(barcode_signer(state, document_types=["NV"]))
    values = [one.extensions.get_extension_for_oid(DOCUMENT_TYPE).value.public_bytes() for one in (theirs, ours)]
    assert values[0] == values[1]


def test_the_same_request_gives_the_same_certificate(state: Any) -> None:
    assert barcode_signer(state) == barcode_signer(state)
    mixed = barcode_signer(state, document_types=["PB", "V", "PA", "AC", "V", "I", "PC"])
    in_der_order = ["130149", "130156", "13024143", "13025041", "13025042", "13025043"]
    assert bytes.fromhex("3116" + "".join(in_der_order)) in mixed


@pytest.mark.parametrize(
    "more",
    [
        {"signer_id": "MLV"},
        {"signer_id": "mlv1"},
        {"signer_id": "ML-1"},
        {"signer_id": "M1V1"},
        {"serial": 0},
        {"serial": 1 << 160},
        {"public": bytes(32)},
        {"public": b"\4" + bytes(64)},
        {"document_types": ["VISA"]},
        {"document_types": ["v"]},
    ],
    ids=str,
)
def test_bad_requests_are_refused(state: Any, more: dict[str, Any]) -> None:
    with pytest.raises(KeyRefused):
        barcode_signer(state, **more)


def test_only_the_key_of_the_csca_signs_under_it(state: Any, make_signer: Any) -> None:
    with pytest.raises(KeyRefused, match="not the key of that CSCA"):
        issue_barcode_signer(state.csca, state.visas, "MLV1", state.visas.public, 1, FROM, SIGNS)
    with pytest.raises(KeyRefused):
        create_csca("ML", "CSCA", make_signer(1, Algorithm.ED25519), FROM, SIGNS, LAST, lambda size: bytes(size))


def test_dates_in_the_wrong_order_are_refused(state: Any) -> None:
    with pytest.raises(KeyRefused):
        create_csca("ML", "CSCA", state.authority, SIGNS, FROM, LAST, lambda size: bytes(size))
    with pytest.raises(KeyRefused):
        issue_barcode_signer(state.csca, state.authority, "MLV1", state.visas.public, 1, SIGNS, FROM)
    with pytest.raises(KeyRefused):
        create_csca("Mali", "CSCA", state.authority, FROM, SIGNS, LAST, lambda size: bytes(size))
