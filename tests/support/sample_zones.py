"""Machine-readable zones of our own documents."""

from datetime import date

from sceau.domain.mrz import td2, visa

BORN, UNTIL = date(1993, 6, 21), date(2027, 2, 18)


VISA_B = visa("MRV-B", "V", "MLI", "TRAORÉ", "Ɲagalen", "VPA26000A", "MLI", BORN, "F", UNTIL)


VISA_A = visa("MRV-A", "V", "MLI", "KƐITA", "Fanta Mariam", "XBG260001", "FRA", BORN, "F", UNTIL, "AES")


LAISSEZ_PASSER = td2("PU", "MLI", "COULIBALY", "Ŋɔlɔ", "PPA260001", "MLI", BORN, "M", UNTIL)
