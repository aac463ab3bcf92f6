"""Seals of other states, signed by keys of no one: their signature holds, whatever stands in them.

`KEYS` are the trusted keys of all of them, as an operator would have accepted them; `codes` makes seals of every
foreign format with contents of every kind, the same each time for the same random source.
"""

import hashlib
import json
import random
import zlib
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from sceau.domain import cose
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, kid_of
from sceau.seals import base45, c40, strict_json, twoddoc_fields, vds

PERIOD = date(2020, 1, 1), date(2030, 1, 1)
CLASSES = frozenset({"visa", "travel", "identity", "vaccination", "test", "recovery", "unclassified"})
SCALAR = 0x5CEA0
CERTIFICATE = b"the certificate of nobody"
KID = hashlib.sha256(CERTIFICATE).digest()[:8]
SHA1 = hashlib.sha1(CERTIFICATE, usedforsecurity=False).digest()[-5:]
ADDRESS = "https://health.example/issuer"
RSA_DER = bytes.fromhex(
    "308204be020100300d06092a864886f70d0101010500048204a8308204a40201000282010100aaab31ec5bea1dd3e6c14cce40e4b684"
    "233a071d4b3b30dbe2975906dd8c46752c16bec6827aedf04f7fe97c14e7319a8c46e8982d5a82430b8cd8fdd9ff91a072e9c6f0ac42"
    "ff98d4a6ca5e88723a5c3250fde11a48585b5da9a84f00c557d22ede8e9c8b5dbd04867334e896df854c122208b2842b259078143076"
    "7f39b1b877db8d5a9fbf01d98bc151855000db428198e0ecddec217d22cd9401dc153e113cbb3a2283c1ad142291a9927c0e9b10e751"
    "f18965adfbd5e480a7089a1646f6aaa0eadf593a871d6fbd85fd88a8e929665f9f38a5c3bc11831b6c1ea4bd161cd9e14e695cf0e018"
    "ecadd7ad33dd622eed8b4eb52960a6e4cb1862e3c2c4e71f0203010001028201001b564fa955f1b2b469fe657096296c68cf01b0f90a"
    "bf60ec9fa7717dad88161317ac4f039a0bd9c807dbebc8d1ca5482365cf74dc4d9fe0a82339de04f8665cba70c762ebfd0fd82fbf0f9"
    "7259f5be0e5d8ae697a36f9a238c65ac0d7788a4b0088ce29805a4cead8661b6c458c255e620f36da4369278b262e18cffb612463a8c"
    "91e5cf5d688777966ed8d807252b987365c7c82470ee6148dbe216a45b99114bc05a52bb645caeebe952c65c52303200f49695c9afec"
    "107499852997158f8e4f47969e304be30ebf6e5b953b40b8be2f12633aa399cb8744abdb3004f493f67b57878502b1e561c9b51a2873"
    "f3ccba8383e6839d07ae105ae7b3fe2130755d02818100d5922549bc9b41640af7fab372a0f4e40269dd1da4133d0aecde1cadb3251f"
    "8e73aadee5e86b0273e8219d653782bf87e59e4de447247bbe5145420b755f7802154af628ebe4067f346c1946b8306bca041bda4dd3"
    "18e3294511c84f0b0d3f8cf5109c8e9b08c6d027e44ec3ed51ad6cdbe41e0ca753c6af19f8b62d0793e84302818100cc931e50629343"
    "669e0d5bf7eba91104c412135ba0963c4b4ed7a75b9c835e45cc6cf69a4ba3ec0317028be5e2a81bf5d750b69ef47a1e4dde454a03af"
    "6c1bbd82861c2d02828629acebd43ef519c8ab448c3705b386ef44b00aef9249dddba21113b044b67277a4f2cec7ff99552603c5ec0e"
    "bc64f322205470c03d4e1b75f50281801a761918a1bdbac46277872064bb7c9c23906a4d19df28590a301aed8a9cb6e437809c4d7016"
    "921f3a4bafecb28c089f15dc1f5a81560bdef0c2dc03ff6eecb7955bcc5415a61307ffbec502f61f49bba5f6ad7da70216632ea39d65"
    "edc09e772086065fc4e5b97c60f4f0ad65e210d2c40be78d39ce2f77d287f64a6dfded7102818100bfe9237ef57a80b83b7cfcd1ced9"
    "83859d09f7eef4eefb110a9d73fa951107d722b6f5803985455a80b37ad9e58f1eebb9599677f790b7ed049eab9859706975968488da"
    "1088b1a356fcc4d76ac70d60dda54bd8a559e80bdfb9e294b186d70b6a49b60a3fbd924fc31808b6d6f8f1f8882bb287398c7c6f27c7"
    "be0fc4be2e21028181008cd292b3204813eaf9564eff92b14a4ef2a0436ffd262cd16022414faadac98ca4c16d5cefdbeed92ab4ab0c"
    "7192c5db0241dc175f5b428cd583e9bad5d6c9bffc2b36318b6abd9287a4e1efea758bde4606310bc80e8400ea24f23f89c262665795"
    "6bd60d3fa1f6239081246cea172026bcc338b02511263beba10296580e1a"
)
_CURVES: dict[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    "ES256": (ec.SECP256R1(), hashes.SHA256(), 32),
    "ES384": (ec.SECP384R1(), hashes.SHA384(), 48),
    "ES512": (ec.SECP521R1(), hashes.SHA512(), 66),
    "ESB256": (ec.BrainpoolP256R1(), hashes.SHA256(), 32),
    "ESB384": (ec.BrainpoolP384R1(), hashes.SHA384(), 48),
}
Sign = Callable[[bytes], bytes]


def signer(algorithm: str, number: int = 0) -> tuple[bytes, Sign]:
    """Public key as a trust list has it, and how it signs."""
    if algorithm == "PS256":
        key = load_der_private_key(RSA_DER, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return spki, lambda message: key.sign(message, pss, hashes.SHA256())
    if algorithm == "Ed25519":
        own = ed25519.Ed25519PrivateKey.from_private_bytes(bytes((number + 1,)) * 32)
        return own.public_key().public_bytes_raw(), own.sign
    return _ecdsa(algorithm, number)


def _ecdsa(algorithm: str, number: int) -> tuple[bytes, Sign]:
    curve, digest, size = _CURVES[algorithm]
    key = ec.derive_private_key(SCALAR + number, curve)

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(digest, deterministic_signing=True)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), sign


# algorithm, number of the key, format, issuer, reference, country
_NAMED: Sequence[tuple[str, int, str, str, str, str]] = (
    *((algorithm, 0, "vds", "UTTS", algorithm, "D") for algorithm in _CURVES),
    ("ESB256", 1, "idb", "D", SHA1.hex(), "D"),
    ("ES256", 2, "vdsnc", "UTO", KID.hex(), ""),
    ("ES384", 3, "vdsnc", "AUS", KID.hex(), ""),
    ("ES512", 3, "vdsnc", "NZL", KID.hex(), ""),
    ("ES256", 3, "2ddoc", "FR00", "0001", "FR"),
    ("ES256", 4, "hcert", "AT", KID.hex(), ""),
    ("PS256", 0, "hcert", "DE", KID.hex(), ""),
    ("Ed25519", 5, "hcert", "XX", KID.hex(), ""),
    ("ES256", 6, "shc", ADDRESS, "kid-1", ""),
)
_SIGNERS = {(named[2], named[3], named[4]): signer(named[0], named[1]) for named in _NAMED}
KEYS = tuple(
    TrustedKey(
        *(kid_of(_SIGNERS[seal_format, issuer, reference][0]), Purpose.SEAL, Algorithm(algorithm)),
        *(_SIGNERS[seal_format, issuer, reference][0], "UTO", "UTO", *PERIOD),
        format=seal_format,
        issuer=issuer,
        reference=reference,
        country=country,
        classes=CLASSES,
    )
    for algorithm, _, seal_format, issuer, reference, country in _NAMED
)


def key_of(seal_format: str, issuer: str) -> TrustedKey:
    """The first key of an issuer for a format."""
    return next(key for key in KEYS if (key.format, key.issuer) == (seal_format, issuer))


def sign_with(seal_format: str, issuer: str, reference: str) -> Sign:
    """How the key of that name signs."""
    return _SIGNERS[seal_format, issuer, reference][1]


def codes(chance: random.Random, count: int) -> Iterator[bytes]:
    """`count` seals of each format."""
    for _ in range(count):
        for make in (visible, barcode, non_constrained, two_d_doc, health_certificate, health_card):
            yield make(chance)


WORDS: Sequence[Any] = (
    *(
        "",
        "A",
        "Keïta",
        "2026-11-20",
        "2026-02-30",
        "20261120",
        "5",
        "no",
        "\ufeff",
        "😀",
        "\u2028",
        "a\nb",
        '"',
        "{why}",
    ),
    *(0, 1, -1, 24, 255, 1 << 40, True, False, None),
)
NAMES = ("vf", "vu", "n", "dob", "pid", "valid_until", "5", "__proto__", "length", "ve", "v", "t", "r", "nam", "é", "")


def content(chance: random.Random, depth: int = 0) -> Any:
    """A text, a number, or something that holds more of them."""
    kind = chance.randrange(8) if depth < 4 else 0
    if kind == 6:
        return [content(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 7:
        return {chance.choice(NAMES): content(chance, depth + 1) for _ in range(chance.randrange(4))}
    return chance.choice(WORDS)


def visible(chance: random.Random) -> bytes:
    """A VDS under each curve."""
    algorithm = chance.choice(tuple(_CURVES))
    values = [
        (tag, chance.choice((b"\1", b"\x5a\0\0", c40.encode("A1"), b"20261231", "é".encode(), b"")))
        for tag in (1, 2, 3)
    ]
    day = date(2026, chance.randrange(1, 13), 5)
    signed = vds.unsigned(chance.choice(("FC04", "F908", "01C9", "F48F")), "D", "UTTS", algorithm, day, day, values)
    return vds.assemble(signed, sign_with("vds", "UTTS", algorithm)(signed))


def item(tag: int, value: bytes) -> bytes:
    """A message of a barcode."""
    size = len(value)
    length = size.to_bytes(1 + (size > 0xFF), "big")
    return bytes((tag,)) + (bytes((0x80 | len(length),)) if size >= 0x80 else b"") + length + value


TD3 = "P<D<<GARCIA<<EVELYN<<<<<<<<<<<<<<<<<<<<<<<<<B870L41688D<<8108108F3507050<<<<<<<<<<<<<<08"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<"
MRV_B = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<L8988901C4XXX4009078F9612109<<<<<<<<"


def bent(text: str, chance: random.Random) -> str:
    """A zone, or one with a letter changed."""
    at = chance.randrange(len(text))
    return text if chance.random() < 0.6 else text[:at] + chance.choice("A1<9") + text[at + 1 :]


def barcode(chance: random.Random) -> bytes:
    """An ICAO barcode."""
    days = (b"\0\x31\x78\x2a", b"\x31\x78\x2a", b"\0\0\0\0", b"\x80\x31\x78\x2a")
    visa = (
        item(3, b"\2") + item(4, chance.choice((b"\x5a", b"\x5a\0\0", b""))) + item(2, c40.encode(bent(MRV_B, chance)))
    )
    messages = {
        0x01: visa,
        0x02: item(2, c40.encode(bent(TD2, chance))),
        0x07: c40.encode(bent(TD1, chance)),
        0x08: c40.encode(bent(TD3, chance)),
        0x80: bytes(130),
        0x81: c40.encode(bent(TD2, chance)),
        0x82: c40.encode("A1"),
        0x84: chance.choice(days),
        0x86: bytes((chance.randrange(25),)),
        0x90: b"\xff",
    }
    chosen = chance.sample(sorted(messages), chance.randrange(1, 4))
    head = c40.encode("D<<") + bytes((chance.choice((1, 1, 1, 2, 4)),)) + SHA1 + chance.choice(days[:2] * 3 + days)
    signed = head + item(0x61, b"".join(item(tag, messages[tag]) for tag in chosen))
    signature = item(0x7F, sign_with("idb", "D", SHA1.hex())(signed))
    brought = chance.choice((b"", b"", item(0x7E, CERTIFICATE), item(0x7E, b"another")))
    payload = signed + brought + signature
    flag = chance.choice("BD")
    text = b32encode(zlib.compress(payload) if flag == "D" else payload).rstrip(b"=")
    return chance.choice((b"RDB1", b"NDB1")) + flag.encode() + text


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def non_constrained(chance: random.Random) -> bytes:
    """A VDS-NC."""
    issuer, algorithm = chance.choice((("UTO", "ES256"), ("AUS", "ES384"), ("NZL", "ES512")))
    said = {chance.choice(NAMES): content(chance) for _ in range(chance.randrange(5))}
    header = {"is": issuer, "t": chance.choice(("icao.dta", "icao.vacc", "other")), "v": 1}
    data = {"hdr": header, "msg": said}
    canonical = strict_json.canonical(data)
    signature = sign_with("vdsnc", issuer, KID.hex())(canonical)
    seal = {"data": data, "sig": {"alg": algorithm, "cer": b64(CERTIFICATE), "sigvl": b64(signature)}}
    return json.dumps(seal, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, 1))).encode()


def nothing_said() -> bytes:
    """A VDS-NC that its key signed and that says nothing: no value, no day."""
    data = {"hdr": {"is": "UTO", "t": "icao.dta", "v": 1}, "msg": {}}
    signature = sign_with("vdsnc", "UTO", KID.hex())(strict_json.canonical(data))
    return json.dumps(
        {"data": data, "sig": {"alg": "ES256", "cer": b64(CERTIFICATE), "sigvl": b64(signature)}}
    ).encode()


def two_d_doc(chance: random.Random) -> bytes:
    """A 2D-Doc of each version."""
    known = [*twoddoc_fields.SIZES, *twoddoc_fields.LONGEST, "ZZ", "01"]
    data = ""
    for identifier in chance.sample(known, chance.randrange(5)) + chance.sample(("62", "69", "08", "6O", "B7"), 2):
        size = twoddoc_fields.SIZES.get(identifier, chance.randrange(6))
        value = chance.choice(("31122030", "265C", "FFFF", "AB CD/E"))[:size].ljust(size, chance.choice("0A"))
        data += identifier + value + chance.choice(("", "\x1d", "\x1d", "\x1e"))
    version = chance.choice(("DC01", "DC02", "DC03", "DC04"))
    scope = {"DC03": chance.choice(("01", "02")), "DC04": chance.choice(("01FR", "02FR", "01DE"))}.get(version, "")
    kind = chance.choice((*twoddoc_fields.TYPES, "ZZ"))
    text = f"{version}FR000001{chance.choice(('265C265D', 'FFFF265D', 'FFFFFFFF'))}{kind}{scope}{data}"
    signature = b32encode(sign_with("2ddoc", "FR00", "0001")(text.encode())).decode().rstrip("=")
    return f"{text}\x1f{signature}{chance.choice(('', chr(0x1D) + 'annex'))}".encode()


def health_certificate(chance: random.Random) -> bytes:
    """An HCERT under each algorithm."""
    issuer, algorithm = chance.choice((("AT", -7), ("DE", -37), ("XX", -8)))
    said = {"nam": {"fn": "Keïta"}, chance.choice(NAMES): content(chance), chance.choice("vtr"): [content(chance)]}
    claims: dict[Any, Any] = {1: issuer, 4: 1_800_000_000, 6: 1_795_338_000, -260: {1: said}}
    if chance.random() < 0.3:
        claims[chance.choice((4, 6, -260, 9))] = content(chance)
    header, payload = cbor2.dumps({4: KID, 1: algorithm}), cbor2.dumps(claims)
    signature = sign_with("hcert", issuer, KID.hex())(cose.to_sign(header, payload))
    message = cbor2.dumps(cbor2.CBORTag(18, [header, {}, payload, signature]))
    return b"HC1:" + base45.encode(zlib.compress(message)).encode()


def health_card(chance: random.Random) -> bytes:
    """A SMART Health Card."""
    patient = {"resourceType": "Patient", "name": [{"family": "Keïta", "given": ["Awa", content(chance)]}]}
    other = {"resourceType": "Immunization", chance.choice(NAMES): content(chance), "dose": 0.5}
    entries = [{"resource": one} for one in chance.sample([patient, other, content(chance)], 2)]
    credential: Any = {"type": [content(chance), "https://smarthealth.cards#immunization"]}
    credential["credentialSubject"] = {"fhirBundle": {"entry": entries}}
    claims = {"iss": ADDRESS, "nbf": chance.choice((1620992383.218, 1620992383, "soon", True)), "vc": credential}
    if chance.random() < 0.3:
        claims[chance.choice(("exp", "vc", "nbf"))] = content(chance)
    stream = zlib.compressobj(wbits=-15)
    payload = stream.compress(json.dumps(claims).encode()) + stream.flush()
    signed = f"{b64(json.dumps({'zip': 'DEF', 'alg': 'ES256', 'kid': 'kid-1'}).encode())}.{b64(payload)}"
    token = f"{signed}.{b64(sign_with('shc', ADDRESS, 'kid-1')(signed.encode()))}"
    return ("shc:/" + "".join(f"{ord(char) - 45:02}" for char in token)).encode()
