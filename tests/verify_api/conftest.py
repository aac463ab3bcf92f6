"""A state that issues visas and extracts, and publishes what a checker needs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pack_publisher import Publisher
from starlette.testclient import TestClient

from sceau.domain import cose, mrz
from sceau.domain.document_type import Carrier
from sceau.keys.authority import create_csca, issue_barcode_signer
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, TrustList
from sceau.keys.signed_list import sign_list
from sceau.keys.signer import SoftwareSigner
from sceau.keys.trust_list import write_trust_list
from sceau.seals import c40, carrier, claim169, published, vds
from sceau.seals.recognise import parse
from sceau.seals.seal import list_key, look_up_code
from sceau.verify_api.app import create_app
from sceau.verify_api.directory import Versions
from sceau.verify_api.lists import IssuedList, StatusList
from sceau.verify_api.pack import Pack, open_pack
from sceau.verify_api.service import Settings

TODAY = date(2026, 11, 22)
NOON = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp())
DAY = 86_400
FROM, UNTIL = date(2026, 1, 1), date(2027, 12, 31)
ISSUER = "https://etat-civil.example"


def signer(number: int, algorithm: Algorithm = Algorithm.ED25519) -> SoftwareSigner:
    return SoftwareSigner.from_seed(bytes((number,)) * 32, algorithm)


ROOT, LISTS, CIVIL = signer(1), signer(2), signer(3)
VISAS, CSCA = signer(4, Algorithm.ES256), signer(5, Algorithm.ES256)
OTHER, OTHER_VISAS = signer(6), signer(7, Algorithm.ES256)
CSCA_DER = create_csca("ML", "CSCA Mali", CSCA, FROM, UNTIL, date(2041, 1, 1), lambda size: b"\7" * size)
VISA_DER = issue_barcode_signer(CSCA_DER, CSCA, "MLV1", VISAS.public, 0x1A, FROM, date(2033, 1, 1), ["V"])

LISTS_KEY = TrustedKey(LISTS.kid, Purpose.LISTS, LISTS.algorithm, LISTS.public, "MLI", "MAE", FROM, UNTIL)
CIVIL_KEY = TrustedKey(
    *(CIVIL.kid, Purpose.SEAL, CIVIL.algorithm, CIVIL.public, "MLI", "PAR", FROM, UNTIL),
    format="claim169",
    issuer=ISSUER,
    reference=CIVIL.kid.hex(),
    classes=frozenset({"civil_status"}),
)
VISA_KEY = TrustedKey(
    *(VISAS.kid, Purpose.SEAL, VISAS.algorithm, VISAS.public, "MLI", "MAE", FROM, UNTIL),
    format="vds",
    issuer="MLV1",
    reference="1A",
    country="MLI",
    classes=frozenset({"visa"}),
    certificate=VISA_DER,
)


def visa(
    number: str = "VPA26000A",
    issued_on: date = date(2026, 11, 10),
    signed_on: date | None = None,
    valid_until: date = date(2027, 5, 20),
    country: str = "MLI",
    reference: str = "1A",
    by: SoftwareSigner = VISAS,
) -> bytes:
    """A visa as a binary VDS."""
    first, second = mrz.visa(
        "MRV-B", "V", "MLI", "DUPONT", "MARIE CLAIRE", number, "FRA", date(1985, 4, 12), "F", valid_until
    )
    zone = c40.encode((first + second[:28]).replace("<", " "))
    features = [(2, zone), (3, b"\2"), (4, bytes((90, 0, 0))), (5, c40.encode("18AB12345"))]
    signed = vds.unsigned("5D01", country, "MLV1", reference, issued_on, signed_on or issued_on, features)
    return vds.assemble(signed, by.sign(signed))


def extract(
    number: str = "BPA26000A",
    issued_at: int = NOON - 12 * DAY,
    issuer: str = ISSUER,
    kid: bytes = CIVIL.kid,
    by: SoftwareSigner = CIVIL,
    document_class: str | None = "civil_status",
    algorithm: int = cose.EDDSA,
    by_carrier: Carrier = Carrier.URL,
    address: str = "HTTPS://VERIF.EXAMPLE/",
    **claims: int,
) -> bytes:
    """A birth extract as a Claim 169 in the carrier of an A4 paper; `exp` and `nbf` may be given."""
    act = {} if document_class is None else {claim169.ACT: {claim169.DOCUMENT_CLASS: document_class}}
    person = {1: number, 4: "Fatoumata TRAORÉ", 8: "20260203", 9: 2, 23: "MLI"}
    times = {**{{"exp": 4, "nbf": 5}[name]: claims[name] for name in sorted(claims)}, claim169.ISSUED_AT: issued_at}
    values = {claim169.ISSUER: issuer, **times, claim169.PERSON: person, **act}
    protected, payload, signed = claim169.unsigned(values, algorithm, kid)
    return carrier.write(claim169.assemble(protected, payload, by.sign(signed)), by_carrier, address)


def listed(data: bytes) -> bytes:
    return list_key(parse(data).seal_id)


@dataclass
class State:
    """What one authority published, ready for `scan`, and as a directory."""

    keys: tuple[TrustedKey, ...] = (LISTS_KEY, CIVIL_KEY, VISA_KEY)
    issued: list[bytes] = field(default_factory=list)  # seals
    against: dict[bytes, published.StatusEntry] = field(default_factory=dict)
    instant: int = NOON
    version: int = 1
    as_of: int = 100

    def issue(self, data: bytes) -> bytes:
        self.issued.append(data)
        return data

    def say(self, data: bytes, state: str, reason: str = "motif", since: date = date(2026, 11, 15)) -> None:
        self.against[listed(data)] = published.StatusEntry(state, reason, since)  # type: ignore[arg-type]

    @property
    def trust(self) -> TrustList:
        keys = tuple(sorted(self.keys, key=lambda key: key.kid))
        return TrustList("MLI", self.version, self.instant, self.instant + 7 * DAY, keys, (CSCA_DER,))

    @property
    def status_list(self) -> StatusList:
        return StatusList("MLI", self.version, self.instant, self.as_of, dict(self.against))

    @property
    def issued_list(self) -> IssuedList:
        members = published.IssuedSet(published.issued_body(map(listed, self.issued)))
        return IssuedList("MLI", self.version, self.instant, self.as_of, members)

    def replaced(self, key: TrustedKey, **changes: object) -> None:
        """Put a changed record in the place of `key`."""
        self.keys = tuple(replace(one, **changes) if one is key else one for one in self.keys)  # type: ignore[arg-type]

    def files(self, by: SoftwareSigner = LISTS, root: SoftwareSigner = ROOT) -> Mapping[str, bytes]:
        rows = []
        for data in self.issued:
            seal = parse(data)
            code = look_up_code(seal.seal_id)
            rows.append((published.look_up_key(seal.fields.get("number", ""), code), list_key(seal.seal_id)))
        bodies = {
            "status": published.status_body(self.against),
            "issued": published.issued_body(map(listed, self.issued)),
            "lookup": published.look_up_body(rows),
        }
        made = (self.version, self.instant, self.instant + 7 * DAY, self.as_of)
        lists = {name: sign_list(name, "MLI", *made, body, by) for name, body in bodies.items()}
        return {"trust": write_trust_list(self.trust, root), **lists}

    def publish(self, folder: Path, names: Iterable[str] = ("trust", "status", "issued", "lookup")) -> Path:
        """Write the files as a publisher does: each appears whole."""
        folder.mkdir(exist_ok=True)
        for name, content in self.files().items():
            if name in names:
                draft = folder / f".{name}.tmp"
                draft.write_bytes(content)
                draft.replace(folder / f"{name}.cose")
        return folder


class Made:
    """The builders and constants of this file, for tests that may not import it."""

    visa, extract, listed = staticmethod(visa), staticmethod(extract), staticmethod(listed)
    State, ISSUER, TODAY, NOON, DAY, FROM, UNTIL = State, ISSUER, TODAY, NOON, DAY, FROM, UNTIL
    ROOT, LISTS, CIVIL, VISAS, OTHER, OTHER_VISAS = ROOT, LISTS, CIVIL, VISAS, OTHER, OTHER_VISAS
    LISTS_KEY, CIVIL_KEY, VISA_KEY, CSCA_DER = LISTS_KEY, CIVIL_KEY, VISA_KEY, CSCA_DER


@pytest.fixture(scope="session")
def made() -> type[Made]:
    return Made


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def publisher(made, state) -> Publisher:
    return Publisher(made, state)


@pytest.fixture
def opened(made) -> Callable[..., Pack]:
    return lambda full, *deltas, memory=None: open_pack(full, deltas, made.ROOT.public, memory or Versions())


@pytest.fixture
def folder(made, state, tmp_path: Path) -> Path:
    state.issue(made.visa())
    state.issue(made.extract())
    state.issue(made.visa(number="VPA26000B"))
    state.say(made.visa(number="VPA26000B"), "revoked", reason="stolen")
    return state.publish(tmp_path / "published")


@pytest.fixture
def told(made, folder: Path, clock, tmp_path: Path) -> Settings:
    reports = tmp_path / "reports"
    reports.mkdir()
    return Settings(folder, made.ROOT.public, clock, rate="100000/minute", receipt_signer=made.OTHER, reports=reports)


@pytest.fixture
def client(told: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(told)) as client:
        yield client
