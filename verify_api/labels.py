"""What people read beside a value of a seal that no declared type names."""

from collections.abc import Mapping

from sceau.domain.document_type import Label

LABELS: Mapping[str, Label] = {
    "number": Label("Numéro", "Number"),
    "full_name": Label("Nom complet", "Full name"),
    "middle_names": Label("Autres prénoms", "Middle names"),
    "full_name_2": Label("Nom dans une autre écriture", "Name in another script"),
    "email": Label("Courriel", "E-mail"),
    "telephone": Label("Téléphone", "Telephone"),
    "marital_status": Label("Situation matrimoniale", "Marital status"),
    "guardian": Label("Tuteur", "Guardian"),
    "legal_status": Label("Statut légal", "Legal status"),
    "place": Label("Lieu", "Place"),
    "office": Label("Mission", "Mission"),
    "act_number": Label("Numéro de l'acte", "Number of the act"),
    "mrz": Label("Zone de lecture (MRZ)", "Machine-readable zone (MRZ)"),
    "issued_on": Label("Délivré le", "Issued on"),
    "valid_until": Label("Valable jusqu'au", "Valid until"),
}
