"""French names of the three-letter country codes (ISO 3166-1 alpha-3, with the codes of ICAO 9303-3 section 5)."""

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

_BY_CODE = dict(entry.split(" ", 1) for entry in _NAMES.replace("\n", "|").split("|"))


def country(code: str) -> str:
    """The French name, or the code itself where we know no name: a paper never invents one."""
    return _BY_CODE.get(code, code)
