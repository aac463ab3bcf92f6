"""French names of the three-letter country codes (ISO 3166-1 alpha-3, with the codes of ICAO 9303-3 section 5), and the
adjectives of nationality that these papers need most, in the feminine that « nationalité » asks for."""

_NAMES = """\
AFG Afghanistan|AGO Angola|ALB Albanie|AND Andorre|ARE Émirats arabes unis|ARG Argentine|ARM Arménie
ATG Antigua-et-Barbuda|AUS Australie|AUT Autriche|AZE Azerbaïdjan|BDI Burundi|BEL Belgique|BEN Bénin|BFA Burkina Faso
BGD Bangladesh|BGR Bulgarie|BHR Bahreïn|BHS Bahamas|BIH Bosnie-Herzégovine|BLR Bélarus|BLZ Belize|BOL Bolivie
BRA Brésil|BRB Barbade|BRN Brunéi Darussalam|BTN Bhoutan|BWA Botswana|CAF République centrafricaine|CAN Canada
CHE Suisse|CHL Chili|CHN Chine|CIV Côte d’Ivoire|CMR Cameroun|COD République démocratique du Congo|COG Congo
COL Colombie|COM Comores|CPV Cabo Verde|CRI Costa Rica|CUB Cuba|CYP Chypre|CZE Tchéquie|DEU Allemagne|DJI Djibouti
DMA Dominique|DNK Danemark|DOM République dominicaine|DZA Algérie|ECU Équateur|EGY Égypte|ERI Érythrée
ESH Sahara occidental|ESP Espagne|EST Estonie|ETH Éthiopie|FIN Finlande|FJI Fidji|FRA France|FSM Micronésie|GAB Gabon
GBR Royaume-Uni|GEO Géorgie|GHA Ghana|GIN Guinée|GMB Gambie|GNB Guinée-Bissau|GNQ Guinée équatoriale|GRC Grèce
GRD Grenade|GTM Guatemala|GUY Guyana|HKG Hong Kong|HND Honduras|HRV Croatie|HTI Haïti|HUN Hongrie|IDN Indonésie
IND Inde|IRL Irlande|IRN Iran|IRQ Iraq|ISL Islande|ISR Israël|ITA Italie|JAM Jamaïque|JOR Jordanie|JPN Japon
KAZ Kazakhstan|KEN Kenya|KGZ Kirghizistan|KHM Cambodge|KIR Kiribati|KNA Saint-Kitts-et-Nevis|KOR République de Corée
KWT Koweït|LAO Laos|LBN Liban|LBR Libéria|LBY Libye|LCA Sainte-Lucie|LIE Liechtenstein|LKA Sri Lanka|LSO Lesotho
LTU Lituanie|LUX Luxembourg|LVA Lettonie|MAC Macao|MAR Maroc|MCO Monaco|MDA Moldova|MDG Madagascar|MDV Maldives
MEX Mexique|MHL Îles Marshall|MKD Macédoine du Nord|MLI Mali|MLT Malte|MMR Myanmar|MNE Monténégro|MNG Mongolie
MOZ Mozambique|MRT Mauritanie|MUS Maurice|MWI Malawi|MYS Malaisie|NAM Namibie|NER Niger|NGA Nigéria|NIC Nicaragua
NLD Pays-Bas|NOR Norvège|NPL Népal|NRU Nauru|NZL Nouvelle-Zélande|OMN Oman|PAK Pakistan|PAN Panama|PER Pérou
PHL Philippines|PLW Palaos|PNG Papouasie-Nouvelle-Guinée|POL Pologne|PRK République populaire démocratique de Corée
PRT Portugal|PRY Paraguay|PSE Palestine|QAT Qatar|ROU Roumanie|RUS Fédération de Russie|RWA Rwanda|SAU Arabie saoudite
SDN Soudan|SEN Sénégal|SGP Singapour|SLB Îles Salomon|SLE Sierra Leone|SLV El Salvador|SMR Saint-Marin|SOM Somalie
SRB Serbie|SSD Soudan du Sud|STP Sao Tomé-et-Principe|SUR Suriname|SVK Slovaquie|SVN Slovénie|SWE Suède|SWZ Eswatini
SYC Seychelles|SYR Syrie|TCD Tchad|TGO Togo|THA Thaïlande|TJK Tadjikistan|TKM Turkménistan|TLS Timor-Leste|TON Tonga
TTO Trinité-et-Tobago|TUN Tunisie|TUR Türkiye|TUV Tuvalu|TWN Taïwan|TZA Tanzanie|UGA Ouganda|UKR Ukraine|URY Uruguay
USA États-Unis d’Amérique|UZB Ouzbékistan|VAT Saint-Siège|VCT Saint-Vincent-et-les-Grenadines|VEN Venezuela
VNM Viet Nam|VUT Vanuatu|WSM Samoa|XKX Kosovo|YEM Yémen|ZAF Afrique du Sud|ZMB Zambie|ZWE Zimbabwe|UNO Nations Unies
XXA Apatride|XXB Réfugié|XXC Réfugié (hors convention)|XXX Nationalité indéterminée"""

_DEMONYMS = """\
AFG afghane|AGO angolaise|ARE émirienne|ARG argentine|AUS australienne|AUT autrichienne|BDI burundaise|BEL belge
BEN béninoise|BFA burkinabè|BGD bangladaise|BGR bulgare|BRA brésilienne|CAF centrafricaine|CAN canadienne|CHE suisse
CHL chilienne|CHN chinoise|CIV ivoirienne|CMR camerounaise|COL colombienne|COM comorienne|CPV cap-verdienne|CUB cubaine
CZE tchèque|DEU allemande|DJI djiboutienne|DNK danoise|DZA algérienne|EGY égyptienne|ERI érythréenne|ESP espagnole
ETH éthiopienne|FIN finlandaise|FRA française|GAB gabonaise|GBR britannique|GHA ghanéenne|GIN guinéenne|GMB gambienne
GNB bissau-guinéenne|GNQ équato-guinéenne|GRC hellénique|HTI haïtienne|HUN hongroise|IDN indonésienne|IND indienne
IRL irlandaise|IRN iranienne|IRQ irakienne|ISR israélienne|ITA italienne|JOR jordanienne|JPN japonaise|KEN kényane
KOR sud-coréenne|KWT koweïtienne|LBN libanaise|LBR libérienne|LBY libyenne|LUX luxembourgeoise|MAR marocaine
MDG malgache|MEX mexicaine|MLI malienne|MOZ mozambicaine|MRT mauritanienne|MUS mauricienne|MYS malaisienne
NER nigérienne|NGA nigériane|NLD néerlandaise|NOR norvégienne|PAK pakistanaise|POL polonaise|PRT portugaise
QAT qatarienne|ROU roumaine|RUS russe|RWA rwandaise|SAU saoudienne|SDN soudanaise|SEN sénégalaise|SLE sierra-léonaise
SOM somalienne|SSD sud-soudanaise|SWE suédoise|SYR syrienne|TCD tchadienne|TGO togolaise|THA thaïlandaise|TUN tunisienne
TUR turque|TZA tanzanienne|UGA ougandaise|UKR ukrainienne|USA américaine|VNM vietnamienne|YEM yéménite
ZAF sud-africaine|ZMB zambienne|ZWE zimbabwéenne|XXX indéterminée"""


def _by_code(entries: str) -> dict[str, str]:
    return dict(entry.split(" ", 1) for entry in entries.replace("\n", "|").split("|"))


_BY_CODE = _by_code(_NAMES)
_DEMONYM_BY_CODE = _by_code(_DEMONYMS)


def country(code: str) -> str:
    """The French name, or the code itself where we know no name: a paper never invents one."""
    return _BY_CODE.get(code, code)


def demonym(code: str) -> str:
    """« malienne » for MLI; the country's name where we know no adjective."""
    return _DEMONYM_BY_CODE.get(code) or country(code)
