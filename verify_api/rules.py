"""The rules of a scan as data, written out for the page: `page/rules.js` is made of the tables that Python judges by.

    export default {languages, limits, ages, what a verdict says (table, reasons, notes, ...), what a reader knows
                    (standards, formats, profiles, trust, ...), what people read (types, labels)}

A text is {fr, en, bm}. Maps whose keys are numbers or bytes bear them as text; tags of a VDS in two digits of hex.
Nothing is typed twice: what is missing here, the page does not know.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sceau.domain import canonical
from sceau.domain.document_type import DocumentType, Field, document_types
from sceau.domain.reasons import OTHER
from sceau.keys import signed_list, trust_list
from sceau.seals import (
    claim169,
    deflate,
    features,
    hcert,
    idb,
    pack,
    pack_status,
    pack_trust,
    positive_set,
    recognise,
    shc,
    twoddoc_fields,
    vds_profiles,
    vdsnc,
)
from sceau.verify_api import labels, lists, look_up, meaning, scan, unread, verdict
from sceau.verify_api.languages import LANGUAGES, said

_READER_NAMES = {read: name for name, read in features.READERS.items()}


def rules() -> Mapping[str, Any]:
    """Everything that the page's modules read from Python, JSON throughout."""
    return {
        "languages": list(LANGUAGES),
        "limits": _limits(),
        "ages": {"fresh_days": lists.AGE_FRESH_DAYS, "max_days": lists.AGE_MAX_DAYS},
        "table": [_answer(code) for code in meaning.TABLE],
        "reasons": {code: said(label) for code, label in meaning.REASONS.items()},
        "other": OTHER,
        "by_clock": said(meaning.BY_CLOCK),
        "misfits": {misfit.name: said(misfit.value) for misfit in meaning.Misfit},
        "notes": {note.name: said(note.value) for note in meaning.Note},
        "unread": {why: said(label) for why, label in unread.UNREAD.items()},
        "months": [said(month) for month in meaning.MONTHS],
        "standards": [[start.hex(), standard.name, standard.value] for start, standard in recognise.STARTS],
        "names": {standard.name: standard.value for standard in recognise.Standard},
        "formats": verdict.NAMES,
        "claimed": {algorithm.value: list(names) for algorithm, names in scan.CLAIMED.items()},
        "stating_country": sorted(scan.STATING_COUNTRY),
        "states": sorted(features.STATES),
        "standings": {state: said(label) for state, label in look_up.STATES.items()},
        "profiles": {code: _profile(profile) for code, profile in vds_profiles.PROFILES.items()},
        "declared": {profile: _declared(profile) for profile in sorted(_profiles())},
        "claim169": _claim169(),
        "idb_types": idb.TYPES,
        "twoddoc": _twoddoc(),
        "vdsnc": {"names": vdsnc.NAMES, "classes": vdsnc.CLASSES},
        "hcert": {"names": hcert.NAMES},
        "shc": {"classes": shc.CLASSES},
        "trust": {name: _spelling(*spelling) for name, spelling in trust_list.SPELLING.items()},
        "types": {code: _type(declared) for code, declared in sorted(document_types().items())},
        "labels": {name: said(label) for name, label in labels.LABELS.items()},
    }


def rules_module() -> bytes:
    """`page/rules.js`."""
    return f"export default {json.dumps(rules(), ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _limits() -> dict[str, Any]:
    return {
        "code_size": recognise.SIZE_MAX,
        "inflated": deflate.INFLATED_MAX,
        "depth": canonical.DEPTH_MAX,
        "list_size": signed_list.SIZE_MAX,
        "time": signed_list.TIME_MAX,
        "keys": trust_list.KEYS_MAX,
        "csca": trust_list.CSCA_MAX,
        "pack": pack.SIZE_MAX,
        "chain": pack.CHAIN_MAX,
        "edits": pack_trust.EDITS_MAX,
        "blanks": pack.BLANKS_MAX,
        "checkpoint": pack.CHECKPOINT_MAX,
        "reasons": pack_status.REASONS_MAX,
        "documents": positive_set.COUNT_MAX,
    }


def _answer(code: meaning.Code) -> dict[str, Any]:
    row = meaning.TABLE[code]
    return {"code": code.value, "colour": row.colour.value, "reason": said(row.reason), "todo": said(row.todo)}


def _profile(profile: vds_profiles.Profile) -> dict[str, Any]:
    return {
        "document_class": profile.document_class,
        "zones": {_tag(tag): form for tag, form in profile.zones.items()},
        "features": _readers(profile.features),
    }


def _profiles() -> Iterable[str]:
    return {declared.seal.profile for declared in document_types().values() if _is_vds(declared)}


def _is_vds(declared: DocumentType) -> bool:
    return declared.seal.format.value == "vds"


def _declared(profile: str) -> dict[str, Any]:
    """What the declared types put under the tags of a profile."""
    found = features.declared(profile)
    choices = {f"{_tag(tag)}{value.hex()}": list(choice) for (tag, value), choice in found.choices.items()}
    return {"type_code": found.type_code, "features": _readers(found.readers), "choices": choices}


def _readers(found: Mapping[int, tuple[str, features.Reader]]) -> dict[str, list[str]]:
    return {_tag(tag): [name, _READER_NAMES[read]] for tag, (name, read) in found.items()}


def _tag(tag: int) -> str:
    return f"{tag:02X}"


def _claim169() -> dict[str, Any]:
    types = {code: claim169.names_of(code) for code in sorted(document_types())}
    return {
        "names": claim169.NAMES,
        "act_names": claim169.ACT_NAMES,
        "hidden": sorted(claim169.HIDDEN),
        "sexes": claim169.SEX_OF,
        "types": {
            code: {
                "names": {n: name for n, name in names.items() if claim169.NAMES.get(n) != name},
                "act_names": {n: name for n, name in acts.items() if claim169.ACT_NAMES.get(n) != name},
            }
            for code, (names, acts) in types.items()
        },
    }


def _twoddoc() -> dict[str, Any]:
    return {
        "sizes": twoddoc_fields.SIZES,
        "longest": twoddoc_fields.LONGEST,
        "names": twoddoc_fields.NAMES,
        "types": twoddoc_fields.TYPES,
        "classes": twoddoc_fields.CLASSES,
        "hex_days": sorted(twoddoc_fields.HEX_DAYS),
        "days": sorted(twoddoc_fields.DAYS),
        "first_days": twoddoc_fields.FIRST_DAYS,
        "last_days": twoddoc_fields.LAST_DAYS,
    }


def _spelling(algorithms: Any, issuer: Any, reference: Any, country: Any) -> dict[str, Any]:
    """How a trust list spells the keys of one format; the patterns mean the same in both languages."""
    return {
        "algorithms": sorted(algorithm.value for algorithm in algorithms),
        "issuer": issuer.pattern,
        "reference": reference.pattern,
        "country": country.pattern,
    }


def _type(declared: DocumentType) -> dict[str, Any]:
    sealed = [f for f in declared.fields if (f.feature, f.claim, f.act_claim) != (None, None, None)]
    return {"title": said(declared.title), "fields": {f.name: _field(f) for f in sealed}}


def _field(field: Field) -> dict[str, Any]:
    choices = {code: said(label) for code, label in field.choices.items()}
    return {"label": said(field.label), "kind": field.kind.value, **({"choices": choices} if choices else {})}
