"""What the features of a VDS mean, profile by profile: which hold an MRZ, which a number, which a text.

    5D01 visa                              5E03 emergency travel document          (ICAO 9303-13)
    FB06 residence permit                  FA06 its supplement sheet
    FD02 arrival attestation               FC04 social insurance card
    F908, F90C, F80A address stickers: identity card, residence permit, passport
    01C8, 01C9 administrative documents    (BSI TR-03171): tags from 0A on are text that a profile of its own names

The profiles that begin with F are German (BSI TR-03137). Other profiles are read too: their features are shown in hex,
by tag.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sceau.domain.document_type import Kind
from sceau.seals import features

_Features = Mapping[int, tuple[str, features.Reader]]


@dataclass(frozen=True, slots=True)
class Profile:
    """One document type of the standard: the class it belongs to, where its MRZ stands, what else it carries."""

    document_class: str | None
    zones: Mapping[int, str]  # tag -> form of the MRZ
    features: _Features


UNKNOWN = Profile(None, {}, {})

_CODE = features.reader(Kind.NUMBER)
_TEXT = features.reader(Kind.TEXT)
_PASSPORT = ("passport_number", _CODE)
_STICKER: _Features = {1: ("number", _CODE), 2: ("municipality", _CODE), 3: ("address", _CODE)}
_ADMINISTRATIVE = Profile(
    None,
    {},
    {
        0: ("profile", bytes.hex),
        1: ("valid_from", features.read_day),
        2: ("valid_until", features.read_day),
        3: ("profile_address", _TEXT),
        4: ("certificate_address", _TEXT),
        5: ("status_address", _TEXT),
        6: ("status_index", bytes.hex),
        **{tag: (f"tag_{tag:02X}", _TEXT) for tag in range(0x0A, 0xFF)},
    },
)
PROFILES: Mapping[str, Profile] = {
    "5D01": Profile(  # what its type byte says is each state's to define
        "visa",
        {1: "MRV-A", 2: "MRV-B"},
        {
            3: ("entries", features.reader(Kind.COUNT)),
            4: ("stay", features.reader(Kind.DURATION)),
            5: _PASSPORT,
            6: ("visa_type", bytes.hex),
        },
    ),
    "5E03": Profile("travel", {2: "TD2"}, {}),
    "FB06": Profile(None, {2: "TD2"}, {3: _PASSPORT}),
    "FA06": Profile(None, {4: "TD2"}, {5: ("sheet_number", _CODE)}),
    "FD02": Profile(None, {2: "TD2"}, {3: ("file_number", _CODE)}),
    "FC04": Profile(
        None,
        {},
        {1: ("number", _CODE), 2: ("surname", _TEXT), 3: ("given_names", _TEXT), 4: ("birth_name", _TEXT)},
    ),
    "F908": Profile(None, {}, _STICKER),
    "F90C": Profile(None, {}, _STICKER),
    "F80A": Profile(None, {}, {**_STICKER, 3: ("postal_code", _CODE)}),
    "01C8": _ADMINISTRATIVE,
    "01C9": _ADMINISTRATIVE,
}
