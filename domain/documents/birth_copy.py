"""Full copy of a birth act (copie intégrale): everything that the act says, sealed like the extract."""

from sceau.domain.acts.birth import ACT_KIND
from sceau.domain.document_type import Carrier, DocumentClass, DocumentType, Fee, Label, Seal, SealFormat
from sceau.domain.fields import copied_all

_CLAIMS = {"surname": 7, "given_names": 5, "sex": 9, "birth_date": 8, "birth_place": 21, "nationality": 13}
_ACT_CLAIMS = {
    "nina": 12,
    "father_surname": 13,
    "father_given_names": 14,
    "mother_surname": 15,
    "mother_given_names": 16,
}

DOCUMENT_TYPE = DocumentType(
    code="birth_copy",
    version=1,
    title=Label("Copie intégrale d'acte de naissance", "Full copy of birth record"),
    letter="B",
    document_class=DocumentClass.CIVIL_STATUS,
    seal=Seal(SealFormat.CLAIM169, Carrier.URL),
    act_kind=ACT_KIND.code,
    fields=copied_all(ACT_KIND, _CLAIMS, _ACT_CLAIMS),
    fee=Fee(100),  # default tariff of a copy
    template="extract",
)
