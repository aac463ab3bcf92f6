"""NINA, the national identification number: 14 digits and a check letter.

    NINA = nationality 1, sex 1, birth year 2, birth locality 7, order 3, letter

How the letter is computed is not public, so a number is refused for its form alone (Kind.NINA). When its digits
disagree with what the act or document says, the clerk is told; the paper is not refused. That the sex digit is 1 for
men and 2 for women is an assumption: one more reason only to warn.
"""

from collections.abc import Mapping

from sceau.domain.document_type import Label

_SEX = {"1": "M", "2": "F"}
_SUFFIX = "nina"


def warnings(values: Mapping[str, str]) -> tuple[Label, ...]:
    """What looks wrong in every well-formed NINA among `values` ("nina", "spouse_a_nina", ...)."""
    return tuple(
        warning
        for name, nina in values.items()
        if name == _SUFFIX or name.endswith("_" + _SUFFIX)
        for warning in _compared(values, name.removesuffix(_SUFFIX), nina)
    )


def _compared(values: Mapping[str, str], prefix: str, nina: str) -> tuple[Label, ...]:
    name, found = prefix + _SUFFIX, []
    sex, birth_date = values.get(prefix + "sex"), values.get(prefix + "birth_date")
    if sex is not None and sex != _SEX.get(nina[1]):
        found.append(Label(f"{name} : le chiffre du sexe ne correspond pas", f"{name}: its sex digit disagrees"))
    if birth_date is not None and birth_date[2:4] != nina[2:4]:
        found.append(Label(f"{name} : l'année de naissance ne correspond pas", f"{name}: its birth year disagrees"))
    return tuple(found)
