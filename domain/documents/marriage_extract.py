"""Extract of a marriage act: two persons do not fit one Claim 169, so both stand in the private map."""

from sceau.domain.acts.marriage import ACT_KIND
from sceau.domain.document_type import Carrier, DocumentClass, DocumentType, Fee, Label, Seal, SealFormat
from sceau.domain.fields import copied

DOCUMENT_TYPE = DocumentType(
    code="marriage_extract",
    version=1,
    title=Label("Extrait d'acte de mariage", "Extract of marriage record"),
    letter="M",
    document_class=DocumentClass.CIVIL_STATUS,
    seal=Seal(SealFormat.CLAIM169, Carrier.URL),
    act_kind=ACT_KIND.code,
    fields=(
        copied(ACT_KIND, "spouse_a_surname", act_claim=10),
        copied(ACT_KIND, "spouse_a_given_names", act_claim=11),
        copied(ACT_KIND, "spouse_a_birth_date", act_claim=12),
        copied(ACT_KIND, "spouse_a_birth_place"),
        copied(ACT_KIND, "spouse_a_nationality"),
        copied(ACT_KIND, "spouse_a_nina"),
        copied(ACT_KIND, "spouse_b_surname", act_claim=13),
        copied(ACT_KIND, "spouse_b_given_names", act_claim=14),
        copied(ACT_KIND, "spouse_b_birth_date", act_claim=15),
        copied(ACT_KIND, "spouse_b_birth_place"),
        copied(ACT_KIND, "spouse_b_nationality"),
        copied(ACT_KIND, "spouse_b_nina"),
        copied(ACT_KIND, "marriage_date", act_claim=16),
        copied(ACT_KIND, "marriage_place", act_claim=17),
        copied(ACT_KIND, "marriage_country"),
        copied(ACT_KIND, "option", act_claim=18),
        copied(ACT_KIND, "regime"),
    ),
    fee=Fee(100),  # default tariff of a copy
    template="extract",
)
