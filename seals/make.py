"""From a declared document to the seal that waits for its signature.

    prepare(draft, key) -> Unsigned -> sign(unsigned.to_sign) -> unsigned.sealed(signature)

    Claim 169   person: number, language, the fields with a `claim`, the full name made of claims 5 and 7, our state
                act: type, class, office, act number, the fields with an `act_claim`
    VDS         the MRZ, then the fields with a `feature`, by tag

Maps are laid out in the order of deterministic CBOR (RFC 8949 section 4.2.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sceau.domain import cose, mrz
from sceau.domain.document_type import DocumentType, Seal, SealFormat
from sceau.domain.errors import FieldInvalid
from sceau.seals import claim169, features, vds
from sceau.seals.vds_profiles import PROFILES
from sceau.seals.zone import write as write_zone

LANGUAGE = "fra"  # ISO 639-3: what the papers are written in
_GIVEN_NAMES, _SURNAME = 5, 7
_DAY = 86400
_EPOCH = date(1970, 1, 1).toordinal()
_ZONE_FIELDS = ("surname", "nationality", "birth_date")


@dataclass(frozen=True, slots=True)
class SealKey:
    """How the signing key is named inside the seal.

    Claim 169: `issuer` is the iss claim ("ML"), `reference` the key id in 16 hex digits. VDS: `issuer` is the signer
    identifier ("MLV1"), `reference` the certificate reference in capitals. `country` has three letters ("MLI").
    """

    country: str
    issuer: str
    reference: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that was decided and bears its number; `values` are spelled as `Schema.check` accepts them."""

    type: DocumentType
    number: str  # at most 9 of A-Z and 0-9
    values: Mapping[str, str]
    office: str
    issued_on: date
    issued_at: int  # Unix seconds
    valid_until: date | None
    act_number: str | None
    status_index: int
    status_uri: str


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A seal without its signature: sign `to_sign`, give the 64 bytes to `sealed`."""

    to_sign: bytes
    format: str
    parts: tuple[bytes, bytes] | None = None  # protected header and payload of a COSE message

    def sealed(self, signature: bytes) -> bytes:
        """The seal as it is stored: a COSE_Sign1 with tag 18, or a VDS."""
        if self.parts is None:
            return vds.assemble(self.to_sign, signature)
        return claim169.assemble(*self.parts, signature)


def prepare(draft: Draft, key: SealKey) -> Unsigned:
    """Lay out the seal that the type declares; FieldInvalid where a value has no place in it."""
    if draft.type.seal.format is SealFormat.VDS:
        return Unsigned(_vds(draft, key), "vds")
    protected, payload, to_sign = claim169.unsigned(_claims(draft, key), cose.EDDSA, bytes.fromhex(key.reference))
    return Unsigned(to_sign, "claim169", (protected, payload))


def zone(draft: Draft, issuer: str) -> tuple[str, str]:
    """The two lines of the MRZ, full width, as the paper bears them; `issuer` is the state ("MLI")."""
    seal, values = draft.type.seal, draft.values
    if seal.mrz is None or draft.valid_until is None:
        raise FieldInvalid("valid_until", "a machine-readable zone needs one", "une zone lisible (MRZ) en exige une")
    for name in _ZONE_FIELDS:
        if name not in values:
            raise FieldInvalid(name, "a machine-readable zone needs it", "une zone lisible (MRZ) l'exige")
    holder = (
        values["surname"],
        values.get("given_names", ""),
        draft.number,
        values["nationality"],
        date.fromisoformat(values["birth_date"]),
        values.get("sex", ""),
        draft.valid_until,
    )
    if seal.mrz == "TD2":
        return mrz.td2(seal.mrz_code, issuer, *holder)
    return mrz.visa(seal.mrz, seal.mrz_code, issuer, *holder)


def _vds(draft: Draft, key: SealKey) -> bytes:
    seal = draft.type.seal
    tag = _zone_tag(seal)
    values = [
        (f.feature, features.write(f, draft.values[f.name]))
        for f in draft.type.fields
        if f.feature is not None and f.name in draft.values
    ]
    return vds.unsigned(
        seal.profile,
        key.country,
        key.issuer,
        key.reference,
        draft.issued_on,
        draft.issued_on,
        [(tag, write_zone(seal.mrz or "", zone(draft, key.country))), *sorted(values)],
    )


def _zone_tag(seal: Seal) -> int:
    """Where the MRZ stands. Only what we read is written: of another profile nobody would see the date of expiry."""
    profile = PROFILES.get(seal.profile)
    for tag, form in profile.zones.items() if profile else ():
        if form == seal.mrz:
            return tag
    raise FieldInvalid("seal", f"no VDS {seal.profile} with {seal.mrz}", f"pas de VDS {seal.profile} avec {seal.mrz}")


def _claims(draft: Draft, key: SealKey) -> dict[int, object]:
    claims: dict[int, object] = {claim169.ISSUER: key.issuer}
    if draft.valid_until is not None:
        claims[claim169.EXPIRES] = _last_second(draft.valid_until)
    claims[claim169.ISSUED_AT] = draft.issued_at
    claims[claim169.PERSON] = _person(draft, key.country)
    claims[claim169.STATUS] = {"status_list": {"idx": draft.status_index, "uri": draft.status_uri}}
    claims[claim169.ACT] = _act(draft)
    return claims


def _person(draft: Draft, country: str) -> dict[int, object]:
    person: dict[int, object] = {claim169.NUMBER: draft.number, claim169.LANGUAGE: LANGUAGE, claim169.COUNTRY: country}
    for claim, name in draft.type.claims:
        if name in draft.values:
            person[claim] = _claim(claim, draft.values[name])
    if claim169.FULL_NAME not in person and _SURNAME in person:
        names = (person.get(_GIVEN_NAMES), person[_SURNAME])
        person[claim169.FULL_NAME] = " ".join(str(name) for name in names if name is not None)
    return dict(sorted(person.items()))


def _claim(key: int, value: str) -> str | int:
    if key == claim169.BIRTH_DATE:
        return value.replace("-", "")
    return claim169.SEX_CODE[value] if key == claim169.SEX else value


def _act(draft: Draft) -> dict[int, object]:
    act: dict[int, object] = {
        claim169.TYPE_CODE: draft.type.code,
        claim169.DOCUMENT_CLASS: draft.type.document_class.value,
        claim169.OFFICE: draft.office,
    }
    if draft.act_number is not None:
        act[claim169.ACT_NUMBER] = draft.act_number
    for key, name in draft.type.act_claims:
        if name in draft.values:
            act[key] = draft.values[name]
    return act


def _last_second(day: date) -> int:
    """Of that day, UTC."""
    return (day.toordinal() - _EPOCH + 1) * _DAY - 1
