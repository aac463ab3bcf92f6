"""What is printed on what: every type, pages by template, sizes in millimetres."""

from sceau.domain.document_type import document_types

ALL_TYPES = sorted(document_types())


PAGES = {"extract": 1, "certificate": 1, "laissez_passer": 1, "visa": 1, "card": 2}


CARD_MM, A4_MM, MRV_A_MM, MRV_B_MM = (85.6, 54.0), (210.0, 297.0), (120.0, 80.0), (105.0, 74.0)
