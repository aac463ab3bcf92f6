"""Extract of a birth act (extrait d'acte de naissance): the paper that schools and administrations ask for.

The seal holds who was born, when, where and of whom; a larger code would be hard to scan at 40 mm.
"""

from sceau.domain.acts.birth import ACT_KIND
from sceau.domain.document_type import Carrier, DocumentClass, DocumentType, Fee, Label, Seal, SealFormat
from sceau.domain.fields import copied

DOCUMENT_TYPE = DocumentType(
    code="birth_extract",
    version=1,
    title=Label("Extrait d'acte de naissance", "Extract of birth record"),
    letter="N",
    document_class=DocumentClass.CIVIL_STATUS,
    seal=Seal(SealFormat.CLAIM169, Carrier.URL),
    act_kind=ACT_KIND.code,
    fields=(
        copied(ACT_KIND, "surname", claim=7),
        copied(ACT_KIND, "given_names", claim=5),
        copied(ACT_KIND, "sex", claim=9),
        copied(ACT_KIND, "birth_date", claim=8),
        copied(ACT_KIND, "birth_time"),
        copied(ACT_KIND, "birth_place", claim=21),
        copied(ACT_KIND, "birth_country"),
        copied(ACT_KIND, "nationality", claim=13),
        copied(ACT_KIND, "nina", act_claim=12),
        copied(ACT_KIND, "father_surname", act_claim=13),
        copied(ACT_KIND, "father_given_names", act_claim=14),
        copied(ACT_KIND, "mother_surname", act_claim=15),
        copied(ACT_KIND, "mother_given_names", act_claim=16),
        copied(ACT_KIND, "declared_on"),
    ),
    fee=Fee(100),  # default tariff of a copy
    template="extract",
)
