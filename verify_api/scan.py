"""One scan, from bytes to verdict. Read this file top to bottom and you know the checker.

    bytes -> 1 parse -> 2 key -> 3 does it fit? -> 4 signature -> 5 dates -> 6 issued? -> 7 status -> verdict

Nothing that a stranger prints raises: what is wrong with the paper is an answer. What is wrong with a list was refused
before it came here (directory.py). Each step adds its finding, and the table in meaning.py says which one counts.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from sceau.domain.errors import NotASeal, SealUnread, SealUnsupported, SignatureInvalid, UnknownKey
from sceau.keys.keyring import Algorithm, TrustedKey, TrustList, verify
from sceau.seals.carrier import host_of
from sceau.seals.lookalike import imitates
from sceau.seals.mrz import BareZone
from sceau.seals.published import StatusEntry
from sceau.seals.recognise import parse, standard_of
from sceau.seals.seal import ParsedSeal, list_key
from sceau.verify_api.lists import Freshness, IssuedList, StatusList, day_of, freshness
from sceau.verify_api.meaning import Code, Misfit, Note, worst
from sceau.verify_api.verdict import Knowledge, Verdict

UNCLASSIFIED = "unclassified"  # the class of a seal that names none: a key must be trusted for that too
STATING_COUNTRY = frozenset({"vds", "idb", "2ddoc"})  # formats whose header states a country, which must be the key's
_A_DAY = timedelta(days=1)
_UNREAD = {NotASeal: Code.NO_SEAL, SealUnsupported: Code.UNSUPPORTED}  # SealMalformed: UNREADABLE
CLAIMED = {  # what a message may claim of its algorithm, by that of the key: an ICAO barcode names the hash alone
    Algorithm.ED25519: ("EdDSA",),
    Algorithm.ES256: ("ES256", "SHA-256"),
    Algorithm.ES384: ("ES384", "SHA-384"),
    Algorithm.ES512: ("ES512", "SHA-512"),
    Algorithm.ESB256: ("SHA-256",),
    Algorithm.ESB384: ("SHA-384",),
    Algorithm.PS256: ("PS256",),
}
_STATES: Mapping[str, Code] = {
    "revoked": Code.REVOKED,
    "suspended": Code.SUSPENDED,
    "superseded": Code.SUPERSEDED,
}
_WORTH: Mapping[Freshness, tuple[Code, tuple[Note, ...]]] = {
    Freshness.FRESH: (Code.VALID, ()),
    Freshness.OLD: (Code.VALID, (Note.LISTS_OLD,)),
    Freshness.TOO_OLD: (Code.STATUS_UNKNOWN, (Note.LISTS_TOO_OLD,)),
    Freshness.AHEAD: (Code.STATUS_UNKNOWN, (Note.CLOCK,)),
}


def scan(
    data: bytes,
    trust: TrustList,
    status: StatusList | None,
    issued: IssuedList | None,
    today: date,
    host: str | None = None,
) -> Verdict:
    """Judge the bytes of one code as of `today`, the date where the verifier stands; never raises on `data`.

    `host` is the official checker's: a code that opens another page is noted. The lists count for seals of their own
    authority only. VALID is green when they are at most a day old, amber up to seven days.
    """
    known = Knowledge(trust, status, issued, today)
    notes = _address(data, host)
    # 1. Recognise the format and parse strictly; nothing in the seal may be believed yet.
    try:
        seal = parse(data)
    except SealUnread as error:
        code = _UNREAD.get(type(error), Code.UNREADABLE)
        return Verdict(code, known, unread=error.why, recognised=standard_of(data), notes=notes)
    if isinstance(seal, BareZone):
        return Verdict(Code.NOT_SIGNED, known, seal, notes=(Note.DIGITS_WRONG if seal.wrong else Note.DIGITS_HOLD,))
    # 2. The key comes from the trust list alone, by (format, issuer, reference).
    try:
        key = trust.seal_key(seal.format, seal.issuer, seal.reference)
    except UnknownKey:
        claimed = trust.holds_keys_of(seal.issuer, seal.country)
        return Verdict(Code.UNKNOWN_ISSUER if claimed else Code.NO_KEY_HELD, known, seal, notes=notes)
    # 3. The key is trusted for this algorithm, country, class and day, whatever the seal says of itself.
    misfit = _misfit(seal, key, today)
    if misfit is Misfit.ALGORITHM:
        return Verdict(Code.KEY_NOT_VALID_FOR_THIS, known, seal, key, misfit=misfit, notes=notes)
    # 4. The signature holds.
    try:
        verify(key, seal.signed, seal.signature)
    except SignatureInvalid:
        return Verdict(Code.FORGED, known, seal, key, notes=notes)
    if misfit:
        return Verdict(Code.KEY_NOT_VALID_FOR_THIS, known, seal, key, misfit=misfit, notes=notes)
    # 5-7. Now it may be believed.
    return _still_counts(seal, key, known, notes)


def _address(data: bytes, official: str | None) -> tuple[Note, ...]:
    """What to note of the page that a phone would open."""
    host = None if official is None else host_of(data)
    if official is None or host is None or host == official:
        return ()
    return (Note.ADDRESS, Note.IMITATION) if imitates(host, official) else (Note.ADDRESS,)


def _still_counts(seal: ParsedSeal, key: TrustedKey, known: Knowledge, notes: tuple[Note, ...]) -> Verdict:
    """Steps 5 to 7 on a seal that `key` signed."""
    identity = seal.seal_id
    listed = list_key(identity)
    # 5. It is in force today.
    dates = _in_force(seal, known.today)
    # 6. Its authority made it.
    made = _issued(listed, seal, key, known)
    # 7. Nothing was said against it, and the lists are fresh enough to tell.
    entry = _entry(listed, key, known.status)
    against = _STATES[entry.state] if entry else Code.VALID
    fresh, more = _freshness(known, key)
    code = worst((dates, made, against, fresh))
    bare = (Note.NOTHING_TO_COMPARE,) if code is Code.VALID and not _is_comparable(seal) else ()
    return Verdict(code, known, seal, key, identity, entry, notes=more + bare + notes)


def _is_comparable(seal: ParsedSeal) -> bool:
    """Whether it says anything that stands on the paper too; who finds nothing may hold any paper beside it."""
    return bool(seal.fields or seal.issued_on or seal.valid_until)


def _misfit(seal: ParsedSeal, key: TrustedKey, today: date) -> Misfit | None:
    """Why `key` does not vouch for `seal`; None where it does."""
    if seal.algorithm is not None and seal.algorithm not in CLAIMED[key.algorithm]:
        return Misfit.ALGORITHM
    if (seal.document_class or UNCLASSIFIED) not in key.classes:
        return Misfit.CLASS
    if seal.format in STATING_COUNTRY and seal.country != key.country:
        return Misfit.COUNTRY
    day = _signing_day(seal, today)
    if key.signs_on(day):
        return None
    if key.valid_from <= day <= key.valid_until:
        return Misfit.REVOKED if key.status == "revoked" else Misfit.ENDED
    return Misfit.PERIOD


def _signing_day(seal: ParsedSeal, today: date) -> date:
    """When the seal says that it was signed; today, where it does not say: its key must still be in use."""
    return seal.signed_on or seal.issued_on or today


def _in_force(seal: ParsedSeal, today: date) -> Code:
    """Calendar dates, both included. A seal dated tomorrow may come from a time zone east of here."""
    if seal.valid_until is not None and seal.valid_until < today:
        return Code.EXPIRED
    if seal.valid_from is not None and seal.valid_from > today:
        return Code.NOT_YET_VALID
    latest = max(seal.issued_on or today, _signing_day(seal, today))
    return Code.NOT_YET_VALID if latest > today + _A_DAY else Code.VALID


def _issued(listed: bytes, seal: ParsedSeal, key: TrustedKey, known: Knowledge) -> Code:
    """Whether the authority made it: a stolen key signs well, but cannot put its work on the list."""
    issued = known.issued
    if issued is None or issued.authority != key.authority:
        return Code.STATUS_UNKNOWN
    if listed in issued.members:
        return Code.VALID
    if seal.issued_at is not None:
        newer = seal.issued_at > issued.issued_at
    else:
        newer = _signing_day(seal, known.today) >= day_of(
            issued.issued_at
        )  # a day has no hour: it may have been later that day
    return Code.NEWER_THAN_LIST if newer else Code.NOT_ISSUED


def _entry(listed: bytes, key: TrustedKey, status: StatusList | None) -> StatusEntry | None:
    """What the authority says against this seal; an old list still counts, for what was revoked stays so."""
    if status is None or status.authority != key.authority:
        return None
    return status.entries.get(listed)


def _freshness(known: Knowledge, key: TrustedKey) -> tuple[Code, tuple[Note, ...]]:
    """Whether the lists can say that nothing speaks against a seal of this key, and what to note about them."""
    trust, status, issued, today = known
    if status is None or issued is None:
        return Code.STATUS_UNKNOWN, (Note.LISTS_MISSING,)
    if not status.authority == issued.authority == key.authority:
        return Code.STATUS_UNKNOWN, (Note.LISTS_OF_ANOTHER,)
    return _WORTH[freshness((trust.issued_at, status.issued_at, issued.issued_at), today)]
