"""The smaller readers, each held against its twin: JSON of strangers, addresses, codes that are no seal."""

import random
from typing import Any

import pytest
from mutations import mutants
from page_judge import hexed, told

from sceau.domain.errors import SealMalformed
from sceau.seals import stranger, strict_json
from sceau.seals.carrier import host_of
from sceau.seals.lookalike import imitates

JSON = (
    '{"b":[1,-2,{"a":"é\\u00e9\\n\\/"}],"a":null}',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
    '"\ud7ff\ue000"',
    "[]",
    "{}",
    '{"a":1,"a":1}',
    "0",
    "-0",
    "01",
    "1.0",
    "1e5",
    "-",
    "9007199254740991",
    "9007199254740992",
    "-9007199254740992",
    "NaN",
    "Infinity",
    " [1 ,\t2]\r\n",
    "[1,]",
    "[,1]",
    '{"a"}',
    "tru",
    "true",
    "nul",
    '"\t"',
    '"\\x"',
    '"\x7f"',
    '"\u2028"',
    "\ufeff1",
    "",
    "[" * 16,
    *("[" * depth + "]" * depth for depth in (15, 16, 17, 18)),
    *('{"a":' * depth + "1" + "}" * depth for depth in (16, 17)),
    '{"\\uffff":1,"😀":2,"é":3,"z":4,"A":5}',
    '{"__proto__":1,"constructor":2}',
)
HOSTS = (
    "verif.example",
    "verif.example.evil.com",
    "verif.example@evil.com",
    "verif.example:8443",
    "verlf.example",
    "verif-example.com",
    "xn--vrif-9oa.example",
    "xn--verif-.example",
    "VERIF.EXAMPLE",
    "vérif.example",
    "vеrif.example",
    "",
    "a",
    "other.org",
    "rnerif.example",
    "vverif.example",
    "veri.exampl",
    "v3rif.3xample",
    "x" * 300,
    "evil.com\\verif",
)
CODES = (
    b"https://a",
    b"WWW.a",
    b"http://",
    b"wifi:x",
    b"WIFI:",
    b"BEGIN:VCARD",
    b"mecard:",
    b"begin:vevent",
    b"MAILTO:a",
    b"tel:1",
    b"geo:1",
    b"BCD\n",
    b"BCD\r\n",
    b"bcd\n",
    b"000201",
    b"UPI://",
    b"otpauth://",
    b"FIDO:/1",
    b"mdoc:",
    b"EYJa.b.",
    b"eyJa.b.",
    b"M1DOE/JOHN            EABC1234PARBKOAF",
    b"@\n\x1e\rANSI ",
    b"@\r\nAAMVA",
    b"@\nANSI ",
    b"1234",
    b"123",
    b"1" * 41,
    b"1234\n",
    b"",
    b"x",
    bytes(3),
    b"eyJ.",
    b"haip:",
    b"openid4vp:",
    b"sms:",
    b"SMSTO:",
)


@pytest.mark.parametrize("fractions", [False, True])
def test_json_is_read_and_written_alike(judge: Any, fractions: bool) -> None:
    chance = random.Random(8785)
    values = [text.encode() for text in JSON]
    values += [b"\xff", "1".encode("utf-16"), '"\ud800"'.encode(errors="surrogatepass")]
    values += [mutant for value in values if value for mutant in mutants(value, chance, 60)]
    page = judge.ask("read_json", cases=hexed(values), fractions=fractions)
    python = [json_of(value, fractions) for value in values]
    assert [triple for triple in zip(values, python, page, strict=True) if triple[1] != triple[2]][:3] == []
    assert 30 < sum(type(one) is str for one in python) < len(python)


def json_of(data: bytes, fractions: bool) -> Any:
    try:
        return strict_json.canonical(strict_json.read(data, fractions)).decode()
    except SealMalformed as error:
        return told(error)


def test_an_imitation_is_seen_alike(judge: Any) -> None:
    chance = random.Random(3986)
    officials = ("verif.example", "v.ml", "verification-mali.example", "localhost")
    codes = [f"HTTPS://{host}/#A".encode() for host in HOSTS + officials]
    codes += [mutant for code in codes for mutant in mutants(code, chance, 30)]
    cases = [(host_of(code) or "", official) for code in codes for official in officials]
    cases = [(host.encode("ascii", "ignore").decode(), official) for host, official in cases]  # the page keeps Latin-1
    page = judge.ask("imitates", cases=cases)
    python = [imitates(host, official) for host, official in cases]
    assert [triple for triple in zip(cases, python, page, strict=True) if triple[1] is not triple[2]][:3] == []
    assert 0 < sum(python) < len(python)


def test_a_code_that_is_no_seal_seems_the_same(judge: Any) -> None:
    chance = random.Random(792)
    codes = [*CODES, *(mutant for code in CODES if code for mutant in mutants(code, chance, 20))]
    page = judge.ask("seems", cases=hexed(codes))
    python = [seen.value if (seen := stranger.seems(code)) else None for code in codes]
    assert [triple for triple in zip(codes, python, page, strict=True) if triple[1] != triple[2]][:3] == []
    assert len(set(python)) == len(stranger.Stranger) + 1
