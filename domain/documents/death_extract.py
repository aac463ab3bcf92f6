"""Extract of a death act."""

from sceau.domain.acts.death import ACT_KIND
from sceau.domain.document_type import Carrier, DocumentClass, DocumentType, Fee, Label, Seal, SealFormat
from sceau.domain.fields import copied

DOCUMENT_TYPE = DocumentType(
    code="death_extract",
    version=1,
    title=Label("Extrait d'acte de décès", "Extract of death record"),
    letter="D",
    document_class=DocumentClass.CIVIL_STATUS,
    seal=Seal(SealFormat.CLAIM169, Carrier.URL),
    act_kind=ACT_KIND.code,
    fields=(
        copied(ACT_KIND, "surname", claim=7),
        copied(ACT_KIND, "given_names", claim=5),
        copied(ACT_KIND, "sex", claim=9),
        copied(ACT_KIND, "birth_date", claim=8),
        copied(ACT_KIND, "birth_place", claim=21),
        copied(ACT_KIND, "nationality", claim=13),
        copied(ACT_KIND, "nina", act_claim=10),
        copied(ACT_KIND, "death_date", act_claim=11),
        copied(ACT_KIND, "death_time"),
        copied(ACT_KIND, "death_place", act_claim=12),
        copied(ACT_KIND, "death_country"),
        copied(ACT_KIND, "father_surname"),
        copied(ACT_KIND, "father_given_names"),
        copied(ACT_KIND, "mother_surname"),
        copied(ACT_KIND, "mother_given_names"),
        copied(ACT_KIND, "declared_on"),
    ),
    fee=Fee(100),  # default tariff of a copy
    template="extract",
)
