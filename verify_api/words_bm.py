"""What the page says in Bambara, by the French text as it stands in the tables; what is missing is said in French.

Written with the letters of 1982 (ɛ ɔ ɲ ŋ), and not yet reviewed by a native speaker (docs/operate/scanner.md).
"""

from collections.abc import Mapping

_ANSWERS = {
    "Ce code n'est pas un sceau lisible : {why}.": "Nin kode in tɛ taamasiyɛn kalanta ye: {why}.",
    "Scannez de nouveau, à plat et bien éclairé ; sinon, vérifiez par le numéro et le code imprimés.": (
        "A ja ta tuguni, a dalen, yeelen ɲuman na; n'o tɛ, a sɛgɛsɛgɛ ni nimɔrɔ ni kode sɛbɛnnenw ye."
    ),
    "Ce sceau est d'un format qui n'est pas lu ici : {why}.": "Nin taamasiyɛn sugu tɛ kalan yan: {why}.",
    "Vérifiez par une autre voie : numéro et code imprimés, en ligne, ou appel au poste émetteur.": (
        "A sɛgɛsɛgɛ cogo wɛrɛ la: nimɔrɔ ni kode sɛbɛnnenw rezo kan, walima sɛbɛn dibaga wele."
    ),
    "Ce code n'est pas un sceau : {why}.": "Nin kode in tɛ taamasiyɛn ye: {why}.",
    "Cherchez un autre code sur le papier ; celui-ci ne prouve rien.": (
        "Kode wɛrɛ ɲini papiye kan; nin in tɛ foyi jira."
    ),
    "Une zone de lecture (MRZ) n'est signée par personne : quiconque sait écrire peut la fabriquer.": (
        "Mɔgɔ si ma bolonɔ bila MRZ la: min bɛ se ka sɛbɛnni kɛ, o bɛ se k'a dilan."
    ),
    "Scannez le code du document s'il en a un ; sinon, lisez sa puce ou vérifiez par une autre voie.": (
        "Kode bɛ sɛbɛn kan, o ja ta; n'o tɛ, a pisi kalan walima a sɛgɛsɛgɛ cogo wɛrɛ la."
    ),
    "Sceau lisible, mais aucune clé de cet émetteur n'est détenue ici ({issuer}, clé {reference}).": (
        "Taamasiyɛn bɛ se ka kalan, nka a dibaga kile si tɛ yan ({issuer}, kile {reference})."
    ),
    "Rien n'est prouvé. Vérifiez auprès de l'autorité émettrice, ou demandez un autre document.": (
        "Foyi ma jira. A sɛgɛsɛgɛ a dibaga fɛ, walima sɛbɛn wɛrɛ ɲini."
    ),
    "Aucune clé de confiance ne porte le nom que ce sceau indique ({issuer}, clé {reference}).": (
        "Dannaya kile si tɛ ni nin taamasiyɛn tɔgɔ ye ({issuer}, kile {reference})."
    ),
    "N'acceptez pas ce document. Retenez-le selon vos instructions et signalez-le.": (
        "Kana sɔn nin sɛbɛn in ma. A mara i ka cikanw fɛ, k'a kofɔ."
    ),
    "La signature est fausse : {issuer} n'a pas signé ce contenu.": (
        "Bolonɔ ye nkalon ye: {issuer} ma bolonɔ bila nin kɔnɔko in na."
    ),
    "La clé {reference} de {issuer} ne peut pas signer ce document : {why}.": (
        "{issuer} ka kile {reference} tɛ se ka bolonɔ bila nin sɛbɛn in na: {why}."
    ),
    "Ce document est révoqué depuis le {since}. {why}": "Nin sɛbɛn in bɔra baara la kabini {since}. {why}",
    "La signature est juste, mais l'autorité n'a pas délivré ce document : sa clé a pu être volée.": (
        "Bolonɔ ka ɲi, nka fanga ma nin sɛbɛn in di: n'a sɔrɔ a ka kile sonyara."
    ),
    "Ce document est suspendu depuis le {since}. {why}": "Nin sɛbɛn in jɔlen don kabini {since}. {why}",
    "N'acceptez pas ce document ; renvoyez son porteur vers le poste émetteur.": (
        "Kana sɔn nin sɛbɛn in ma; a tigi ci sɛbɛn dibaga ma."
    ),
    "Ce document n'est plus à jour depuis le {since}. {why}": "Nin sɛbɛn in kɔrɔla kabini {since}. {why}",
    "N'acceptez pas ce document ; demandez celui qui est en vigueur.": (
        "Kana sɔn nin sɛbɛn in ma; min bɛ baara la sisan, o ɲini."
    ),
    "Ce document a expiré le {valid_until}. {clock}": "Nin sɛbɛn in waati tɛmɛna {valid_until}. {clock}",
    "Ce document n'est valable qu'à partir du {valid_from}.": "Nin sɛbɛn in bɛ baara daminɛ {valid_from} dɔrɔn.",
    "La signature est juste, mais rien ne dit si le document a été révoqué depuis.": (
        "Bolonɔ ka ɲi, nka foyi t'a fɔ n'a ma bɔ baara la kabini o waati."
    ),
    "Mettez les listes à jour et scannez de nouveau ; sinon, vérifiez auprès de l'autorité émettrice.": (
        "Lisiw kuraya k'a ja ta tuguni; n'o tɛ, a sɛgɛsɛgɛ a dibaga fɛ."
    ),
    "Mettez les listes à jour et scannez de nouveau ; sinon, vérifiez par le numéro et le code imprimés.": (
        "Lisiw kuraya k'a ja ta tuguni; n'o tɛ, a sɛgɛsɛgɛ ni nimɔrɔ ni kode sɛbɛnnenw ye."
    ),
    "La signature est juste, mais le document est plus récent que la liste des documents délivrés.": (
        "Bolonɔ ka ɲi, nka sɛbɛn in ka kura ni sɛbɛn dilenw lisi ye."
    ),
    "Le sceau est authentique et le document est en vigueur.": "Taamasiyɛn ye tiɲɛ ye, sɛbɛn bɛ baara la.",
    "Comparez chaque donnée affichée avec le papier et avec la personne.": (
        "Kunnafoni minnu jirala, olu kelen-kelen suma ni papiye ye, ani ni mɔgɔ ye."
    ),
}
_REASONS = {
    "L'acte dont il est tiré a été annulé.": "A bɔra sɛbɛnba min na, o tiɲɛna.",
    "L'acte a changé depuis l'impression : demandez un nouvel extrait.": (
        "Sɛbɛnba yɛlɛmana papiye bɔlen kɔ: papiye kura ɲini."
    ),
    "Un autre document l'a remplacé : demandez celui-ci.": "Sɛbɛn wɛrɛ y'a nɔ ta: o ɲini.",
    "Il a été déclaré perdu.": "A fɔra ko a tununna.",
    "Il a été déclaré volé.": "A fɔra ko a sonyara.",
    "Il contient une erreur.": "Fili dɔ b'a kɔnɔ.",
    "Il y a eu fraude.": "Nanbara kɛra.",
    "La justice l'a décidé.": "Kiritigɛso y'a latigɛ.",
    "Le motif n'est pas publié.": "A kun ma fɔ.",
    "le sceau annonce un autre algorithme": "taamasiyɛn bɛ bolonɔ cogo wɛrɛ fɔ",
    "elle ne vaut pas pour ce type de document": "a ma yamaruya nin sɛbɛn sugu in na",
    "le sceau nomme un autre pays": "taamasiyɛn bɛ jamana wɛrɛ fɔ",
    "la date du sceau est hors de sa période de signature": "taamasiyɛn don tɛ a ka bolonɔ waati kɔnɔ",
    "elle a été retirée avant la date du sceau": "a bɔra yen sanni taamasiyɛn don cɛ",
    "elle a été révoquée avant la date du sceau": "a tiɲɛna sanni taamasiyɛn don cɛ",
}
_NOTES = {
    "C'est l'horloge de cet appareil qui le dit ({today}) : vérifiez-la, car les listes sont du {listed}.": (
        "Minɛn in ka lɛri de b'o fɔ ({today}): o sɛgɛsɛgɛ, katuguni lisiw ye {listed} taw ye."
    ),
    "Ce sceau ne dit rien que l'on puisse comparer avec le papier : il peut venir d'un autre.": (
        "Nin taamasiyɛn in tɛ foyi fɔ min bɛ se ka suma ni papiye ye: a bɛ se ka bɔ wɛrɛ la."
    ),
    "Les listes ont plus d'un jour : mettez-les à jour.": "Lisiw si tɛmɛna tile kelen kan: u kuraya.",
    "Les listes ont plus de sept jours : elles ne disent plus ce qui est en vigueur.": (
        "Lisiw si tɛmɛna tile wolonwula kan: min bɛ baara la, u t'o fɔ tugun."
    ),
    "Les listes manquent.": "Lisiw tɛ yen.",
    "Les listes présentes viennent d'une autre autorité que le sceau.": (
        "Lisi minnu bɛ yan, olu ni taamasiyɛn tɛ bɔ fanga kelen na."
    ),
    "L'horloge de cet appareil retarde sur les listes : remettez-la à l'heure.": (
        "Minɛn in ka lɛri bɛ lisiw kɔfɛ: a labɛn."
    ),
    "Le code porte une adresse qui n'est pas celle du vérificateur officiel : n'ouvrez pas cette page.": (
        "Adɛrɛsi min bɛ kode kan, o tɛ sɛgɛsɛgɛlikɛla sariyalen ta ye: kana o ɲɛ dayɛlɛ."
    ),
    "Cette adresse imite celle du vérificateur officiel : signalez-la.": (
        "Nin adɛrɛsi in bɛ sɛgɛsɛgɛlikɛla sariyalen ta ladege: a kofɔ."
    ),
    "Les chiffres de contrôle de la zone sont justes, ce qui ne prouve rien.": (
        "MRZ jatedenw ka ɲi, nka o tɛ foyi jira."
    ),
    "Un chiffre de contrôle de la zone est faux : relisez-la ; s'il reste faux, la zone est altérée.": (
        "MRZ jateden dɔ ma ɲi: a kalan tuguni; n'a ma ɲi hali bi, MRZ yɛlɛmana."
    ),
    "Ce fichier porte une fausse preuve d'inscription au journal : signalez-le.": (
        "Nin fisiye in kɔnɔ seereya ye nkalon ye: a kofɔ."
    ),
}
_UNREAD = {
    "il n'est d'aucune sorte connue ici": "a sugu ma dɔn yan",
    "il est plus long qu'aucun code imprimé": "a ka jan ni kode sɛbɛnnen bɛɛ ye",
    "un caractère n'y a pas sa place": "sɛbɛnden dɔ nɔ tɛ a la",
    "il est incomplet": "a dafalen tɛ",
    "son en-tête est faux": "a daminɛ ma ɲi",
    "il n'est pas composé comme le veut sa norme": "a labɛnnen tɛ i n'a fɔ a sariya b'a fɔ cogo min na",
    "son contenu n'est pas écrit de la seule façon permise": "a kɔnɔko ma sɛbɛn cogo yamaruyalen kelen na",
    "son contenu compressé est abîmé ou trop long": "a kɔnɔko tiɲɛna walima a ka jan kojugu",
    "le nom de l'émetteur ou de sa clé est mal écrit": "a dibaga walima a kile tɔgɔ sɛbɛncogo ma ɲi",
    "une date y manque ou n'existe pas": "don dɔ tɛ a la, walima o don tɛ yen",
    "une donnée y est mal nommée ou figure deux fois": "kunnafoni dɔ tɔgɔ ma ɲi, walima a b'a la siɲɛ fila",
    "une donnée n'a pas la forme voulue": "kunnafoni dɔ cogoya ma ɲi",
    "sa zone de lecture (MRZ) n'a pas la forme voulue": "a MRZ cogoya ma ɲi",
    "un chiffre de contrôle de sa zone de lecture (MRZ) est faux": "a MRZ jateden dɔ ma ɲi",
    "sa signature manque, n'est pas à sa place ou n'a pas la bonne longueur": (
        "a bolonɔ tɛ yen, walima a nɔ ma ɲi, walima a janya ma ɲi"
    ),
    "un sceau ISO 22376 (Otentik), que seule lit l'application de son opérateur": (
        "ISO 22376 taamasiyɛn (Otentik), a tigi ka porogaramu dɔrɔn b'a kalan"
    ),
    "un jeton chiffré (COSE_Encrypt0), que seul lit son destinataire": (
        "kunnafoni dogolen (COSE_Encrypt0), a cilen bɛ min ma, o dɔrɔn b'a kalan"
    ),
    "un 2D-Doc sous forme binaire": "2D-Doc binɛrima",
    "un code OACI que personne n'a signé ; il ne prouve rien": "OACI kode min bolonɔ tɛ yen; a tɛ foyi jira",
    "un jeton CBOR sans l'identité « claim 169 »": "CBOR kunnafoni min tɛ ni mɔgɔ tɔgɔ ye (claim 169)",
    "un certificat de santé sans contenu (claim -260)": "kɛnɛya sɛbɛn min kɔnɔ lankolon don (claim -260)",
    "une partie d'une SMART Health Card ; demandez la carte en un seul code": (
        "SMART Health Card tila dɔ; karti ɲini kode kelen na"
    ),
    "sa version ou son algorithme de signature n'est pas de ceux que l'on lit": (
        "a sugu nimɔrɔ walima a bolonɔ cogo tɛ kalan yan"
    ),
    "c'est une adresse web ; elle n'ouvre que ce que son auteur veut montrer": (
        "ɛntɛrinɛti adɛrɛsi don; a sɛbɛnbaga b'a fɛ ka min jira, o dɔrɔn de bɛ dayɛlɛ"
    ),
    "c'est un accès Wi-Fi": "Wi-Fi sira don",
    "c'est une carte de visite": "mɔgɔ tɔgɔ ni a nimɔrɔ karti don",
    "c'est un rendez-vous d'agenda": "ɲɔgɔnye don",
    "c'est un numéro ou une adresse à appeler": "nimɔrɔ walima adɛrɛsi weleta don",
    "c'est un lieu sur une carte": "yɔrɔ dɔ don jamana ja kan",
    "c'est une demande de paiement": "wari sarali ɲinini don",
    "c'est un secret de connexion": "donni gundo don",
    "c'est une carte d'embarquement": "pankurunbolo donni karti don",
    "ce sont les données non signées d'un permis de conduire nord-américain": (
        "Ameriki worodugu pɛrimi kunnafoniw don, bolonɔ t'u la"
    ),
    "c'est une offre de portefeuille numérique, qui se lit en ligne": (
        "telefɔni sɛbɛnmaralan don, a bɛ kalan rezo kan"
    ),
    "c'est un simple numéro": "nimɔrɔ gansan don",
}
_MONTHS = {
    "janvier": "zanwuye",
    "février": "feburuye",
    "mars": "marisi",
    "avril": "awirili",
    "mai": "mɛ",
    "juin": "zuwɛn",
    "juillet": "zuluye",
    "août": "uti",
    "septembre": "sɛtanburu",
    "octobre": "ɔkutɔburu",
    "novembre": "nowanburu",
    "décembre": "desanburu",
}
_FIELDS = {
    "Numéro": "Nimɔrɔ",
    "Nom": "Jamu",
    "Prénoms": "Tɔgɔw",
    "Nom complet": "Tɔgɔ ni jamu",
    "Autres prénoms": "Tɔgɔ wɛrɛw",
    "Sexe": "Cɛ walima muso",
    "Date de naissance": "Bangedon",
    "Lieu de naissance": "Bangeyɔrɔ",
    "Nationalité": "Faso",
    "Nom du père": "Fa jamu",
    "Prénoms du père": "Fa tɔgɔw",
    "Nom de la mère": "Ba jamu",
    "Prénoms de la mère": "Ba tɔgɔw",
    "Ville de résidence": "Sigidugu",
    "Date du décès": "Sayadon",
    "Lieu du décès": "Sayayɔrɔ",
    "Nom de l'époux": "Cɛ jamu",
    "Prénoms de l'époux": "Cɛ tɔgɔw",
    "Date de naissance de l'époux": "Cɛ bangedon",
    "Nom de l'épouse": "Muso jamu",
    "Prénoms de l'épouse": "Muso tɔgɔw",
    "Date de naissance de l'épouse": "Muso bangedon",
    "Date du mariage": "Furudon",
    "Lieu du mariage": "Furuyɔrɔ",
    "Numéro de passeport": "Pasipɔri nimɔrɔ",
    "Catégorie": "Sugu",
    "Téléphone": "Telefɔni",
    "Lieu": "Yɔrɔ",
    "Mission": "Lasigidenso",
    "Zone de lecture (MRZ)": "MRZ sɛbɛnni",
    "Délivré le": "A di don",
    "Valable jusqu'au": "A bɛ se don min ma",
    "Numéro de l'acte": "Sɛbɛnba nimɔrɔ",
    "Entrées": "Don siɲɛ",
    "multiples": "siɲɛ caman",
    "Durée de chaque séjour": "Sigi kelen-kelen kuntaala",
}

_STATES = {
    "Délivré, et rien n'est publié contre lui. Comparez papier et personne ; regardez la date de validité.": (
        "A dira, foyi ma bɔ a kama. Papiye ni mɔgɔ suma; a bɛ se don min ma, o lajɛ."
    ),
    "Révoqué : ne l'acceptez pas.": "A bɔra baara la: kana sɔn a ma.",
    "Suspendu : ne l'acceptez pas pour l'instant.": "A jɔlen don: kana sɔn a ma fɔlɔ.",
    "N'est plus à jour : ne l'acceptez pas.": "A kɔrɔla: kana sɔn a ma.",
    "Délivré, mais les listes sont trop anciennes pour en dire plus.": (
        "A dira, nka lisiw kɔrɔla kojugu, u tɛ se ka dɔ fara o kan."
    ),
    "Rien n'est publié sous ce nom : vérifiez le numéro et les lettres.": (
        "Foyi ma bɔ nin tɔgɔ in na: nimɔrɔ ni sɛbɛndenw sɛgɛsɛgɛ."
    ),
}

WORDS: Mapping[str, str] = {**_ANSWERS, **_REASONS, **_NOTES, **_UNREAD, **_STATES, **_MONTHS, **_FIELDS}
