"""Headings of columns, folded, in the languages of the programs that write them: heading -> field."""

from netcard.contacts.rules import typed_words

_BY_FIELD = {
    "name": (
        "name|full name|fullname|display name|contact name|contact|person|complete name|"
        "vollstandiger name|anzeigename|nom complet|nom et prenom|nombre completo|nome completo|"
        "nom|naam|volledige naam|navn|namn|imie i nazwisko|jmeno|jmeno a prijmeni|nome|氏名|名前|姓名|"
        "имя и фамилия|фио"
    ),
    "prefix": (
        "prefix|name prefix|honorific|honorific prefix|salutation|anrede|civilite|tratamiento|titel vor name"
    ),
    "given": (
        "first name|firstname|given name|givenname|given names|forename|vorname|prenom|nombre|"
        "nombre de pila|primeiro nome|voornaam|fornavn|fornamn|imie|krestni jmeno|etunimi|"
        "keresztnev|名|имя|ad"
    ),
    "middle": (
        "middle name|middlename|additional name|second name|middle names|weitere vornamen|"
        "zweiter vorname|deuxieme prenom|segundo nombre|secondo nome|nome do meio|tussenvoegsel|"
        "mellomnavn|отчество"
    ),
    "family": (
        "last name|lastname|surname|family name|familyname|nachname|familienname|zuname|"
        "nom de famille|apellido|apellidos|cognome|sobrenome|apelido|achternaam|etternavn|"
        "efternavn|efternamn|nazwisko|prijmeni|sukunimi|vezeteknev|姓|фамилия|soyad"
    ),
    "suffix": (
        "suffix|name suffix|honorific suffix|credentials|degree|degrees|generation|suffixe|sufijo|suffisso"
    ),
    "nickname": "nickname|nick name|short name|spitzname|surnom|apodo|soprannome|alias",
    "phonetic_given": "phonetic first name|given name yomi|first name yomi|yomi first name",
    "phonetic_family": "phonetic last name|family name yomi|last name yomi|yomi last name",
    "institution": (
        "company|company name|organization|organisation|organization name|institution|hospital|"
        "university|employer|affiliation|workplace|firma|unternehmen|institut|klinik|arbeitgeber|"
        "universitat|entreprise|societe|etablissement|hopital|empresa|compania|institucion|"
        "azienda|societa|ente|organizzazione|organizacion|organizacao|instituicao|bedrijf|"
        "organisatie|ziekenhuis|firmanavn|bedrift|foretag|organizacja|spolecnost|会社|公司|"
        "организация|компания|sirket|current company|current employer"
    ),
    "department": (
        "department|division|unit|section|organization department|abteilung|service|departement|"
        "departamento|dipartimento|reparto|afdeling|avdeling|avdelning|dzial|oddeleni|部署|部门|отдел"
    ),
    "title": (
        "title|job title|jobtitle|position|role|function|occupation|organization title|job|rank|"
        "titel|beruf|funktion|stellung|titre|fonction|poste|cargo|puesto|titulo|profession|"
        "qualifica|ruolo|posizione|functie|stilling|befattning|stanowisko|pozice|役職|职位|должность|"
        "headline|current position"
    ),
    "email": (
        "email|e mail|mail|email address|e mail address|emailaddress|e mail value|primary email|"
        "email addresses|e mails|emails|mailadresse|e mail adresse|email adresse|adresse e mail|"
        "courriel|adresse mail|adresse electronique|correo|correo electronico|"
        "direccion de correo|posta elettronica|indirizzo email|indirizzo e mail|e mailadres|"
        "epost|e post|e postadress|adres e mail|メール|邮箱|电子邮件|эл почта|почта|eposta|contact email"
    ),
    "email:work": (
        "work email|business email|office email|email work|e mail work|email business|"
        "e mail geschaftlich|email professionnel|correo del trabajo|email lavoro"
    ),
    "email:home": (
        "home email|personal email|private email|email home|email personal|e mail privat|"
        "email prive|correo personal|secondary email"
    ),
    "phone": (
        "phone|telephone|phone number|phone numbers|telephone number|tel|phones|telefon|"
        "telefonnummer|rufnummer|numero de telephone|telefono|numero de telefono|"
        "numero di telefono|telefone|telefoon|telefoonnummer|numer telefonu|puhelin|電話|电话|"
        "телефон|phone value|whatsapp"
    ),
    "phone:cell": (
        "mobile|mobile phone|cell|cell phone|cellphone|mobile number|cell number|handy|"
        "mobiltelefon|mobil|handynummer|portable|mobile telephone|telephone mobile|"
        "telephone portable|movil|celular|cellulare|telemovel|mobiel|mobiele telefoon|"
        "mobilnummer|komorka|携帯|手机|мобильный"
    ),
    "phone:work": (
        "work phone|business phone|office phone|phone work|phone business|telefon geschaftlich|"
        "telephone bureau|telephone professionnel|telefono del trabajo|telefono ufficio|"
        "telefon firma|office"
    ),
    "phone:home": (
        "home phone|phone home|private phone|telefon privat|telephone domicile|"
        "telephone personnel|telefono particular|telefono casa|telefono abitazione"
    ),
    "phone:workfax": "fax|business fax|work fax|fax number|fax geschaftlich|telecopie|fax bureau|telefax",
    "phone:homefax": "home fax|fax privat|fax domicile",
    "phone:other": "other phone|primary phone|callback|radio phone",
    "phone:main": "main phone|company main phone|zentrale",
    "phone:car": "car phone",
    "phone:assistant": "assistants phone",
    "phone:pager": "pager|bleep|beeper|piepser",
    "website": (
        "website|web page|webpage|web site|url|link|homepage|home page|linkedin|linkedin url|"
        "linkedin profile|profile url|profile|orcid|twitter|x|instagram|google scholar|webseite|"
        "site web|page web|sitio web|pagina web|sito web|site|www|webside|strona internetowa|"
        "personal web page"
    ),
    "tags": (
        "tags|tag|labels|label|categories|category|group|groups|group membership|keywords|"
        "kategorien|kategorie|gruppe|gruppen|schlagworte|categorie|groupe|groupes|etiquettes|"
        "categoria|categorias|etiquetas|gruppo|etichette|groepen|categorieen|grupper|kategorier|"
        "kategorie|etykiety"
    ),
    "note": (
        "note|notes|comment|comments|remark|remarks|description|details|notiz|notizen|bemerkung|"
        "bemerkungen|anmerkung|anmerkungen|kommentar|commentaire|commentaires|remarques|nota|"
        "notas|comentario|comentarios|commenti|opmerking|opmerkingen|notities|merknad|"
        "anteckningar|uwagi|notatki|poznamka|備考|备注|заметки|примечание"
    ),
    "birthday": (
        "birthday|birthdate|birth date|date of birth|dob|geburtstag|geburtsdatum|anniversaire|"
        "date de naissance|cumpleanos|fecha de nacimiento|compleanno|data di nascita|aniversario|"
        "data de nascimento|verjaardag|geboortedatum|fodselsdag|bursdag|fodelsedag|"
        "data urodzenia|datum narozeni|誕生日|生日|день рождения"
    ),
    "anniversary": "anniversary|wedding anniversary|jahrestag|hochzeitstag",
    "met": "last met|met on|met|date met|day met|when we met|getroffen am",
    "first_met": "first met|first met on",
    "met_event": "event|conference|congress|met at|where we met|kongress|konferenz|tagung|congres",
    "poster": "poster|poster number",
    "discussed": "discussed|what we talked about|we talked about|talked about|conversation",
    "promised": "promised|i promised|my promise",
    "promised_by": "promised by|promise due|promised for",
    "offered": "offered|they offered|their offer",
    "earlier": "earlier meetings",
    "starred": "starred|star|favourite|favorite",
    "role": "role in netcard|who they are to you",
    "connected": "connected on|verbunden am|connecte le|connected",
    "uid": "uid|vcard uid",
    "related:spouse": "spouse|partner|ehepartner|conjoint",
    "related:manager": "manager|managers name|vorgesetzter",
    "related:assistant": "assistant|assistants name|assistent|assistentin",
    "related:child": "children|kinder|enfants",
    "": (
        "id|contact id|owner id|created|created at|created on|created date|updated|updated at|"
        "modified|modified at|last modified|last modified date|last activity|timestamp|photo|"
        "picture|avatar|image|image url|file as|initials|sensitivity|priority|private|"
        "e mail type|e mail display name|email type|internet free busy|"
        "e mail label|phone label|row|nr|no|lfd nr|index"
    ),
}

_PARTS = {
    "address": (
        "address|full address|postal address|adresse|anschrift|direccion|indirizzo|endereco|"
        "adres|住所|地址|адрес"
    ),
    "street": (
        "street|street address|address line|strasse|rue|calle|via|rua|straat|gate|gatuadress|ulica|улица"
    ),
    "extended": (
        "street 2|street 3|address line 2|address 2|address2|extended address|adresszusatz|complement"
    ),
    "box": "po box|post office box|address po box|postfach|boite postale|apartado",
    "code": (
        "postal code|zip|zip code|zipcode|postcode|post code|plz|postleitzahl|code postal|"
        "codigo postal|cap|cep|postnummer|kod pocztowy|psc|индекс"
    ),
    "city": (
        "city|town|place|ort|stadt|ville|localite|ciudad|citta|cidade|localita|plaats|stad|sted|"
        "by|miasto|mesto|город"
    ),
    "region": (
        "state|region|province|state province|county|bundesland|kanton|departement region|"
        "provincia|estado|regione|provincie|wojewodztwo|область"
    ),
    "country": "country|country region|land|pays|pais|paese|kraj|zeme|страна|国|nation",
}
_PLACES = {
    "work": (
        "business",
        "work",
        "office",
        "company",
        "geschaftlich",
        "bureau",
        "trabajo",
        "ufficio",
        "zakelijk",
    ),
    "home": (
        "home",
        "private",
        "personal",
        "privat",
        "domicile",
        "particular",
        "casa",
        "prive",
        "abitazione",
    ),
    "other": ("other", "weitere", "autre", "otro", "altro"),
}


def _headings() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, names in _BY_FIELD.items():
        for name in filter(None, names.split("|")):
            found.setdefault(name, code)
    for part, names in _PARTS.items():
        for name in names.split("|"):
            found.setdefault(name, f"{part}:work")
            for slot, words in _PLACES.items():
                for word in words:
                    found.setdefault(f"{word} {name}", f"{part}:{slot}")
                    found.setdefault(f"{name} {word}", f"{part}:{slot}")
    return {" ".join(typed_words(name)): code for name, code in found.items()}


HEADINGS = _headings()
