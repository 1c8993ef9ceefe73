"""Cards in the manner of the products people use, each with its own habits."""

import base64
import textwrap

# The smallest JPEG and PNG a decoder takes.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q"
    "EBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def base64_lines(data: bytes, width: int, indent: str) -> str:
    packed = base64.b64encode(data).decode()
    return "\n".join(indent + packed[at : at + width] for at in range(0, len(packed), width))


def crlf(text: str) -> bytes:
    """The text with CRLF, and a folded photo where it says JPEG DATA."""
    text = textwrap.dedent(text).lstrip("\n").replace("JPEG DATA", "\n" + base64_lines(JPEG, 74, " "))
    return text.replace("\n", "\r\n").encode()


IPHONE = crlf(
    """
    BEGIN:VCARD
    VERSION:3.0
    PRODID:-//Apple Inc.//iPhone OS 18.1//EN
    N:Okonjo-Hale;Ngozi;;Dr.;
    FN:Dr. Ngozi Okonjo-Hale
    ORG:St. Brigid University Hospital;Plastic Surgery;
    TITLE:Programme Director
    item1.EMAIL;type=INTERNET;type=pref:ngozi@brigid.example
    item1.X-ABLabel:_$!<Other>!$_
    EMAIL;type=INTERNET;type=WORK:n.okonjo-hale@brigid.example
    TEL;type=CELL;type=VOICE;type=pref:+44 20 7946 0958
    TEL;type=WORK;type=FAX:+44 20 7946 0111
    item2.ADR;type=WORK;type=pref:;;1 Poster Row\\nHall 7;Leeds;;LS1 4AP;United Kingdom
    item2.X-ABADR:gb
    NOTE:Met at poster 112\\nAsked about flaps\\, and timing\\; promised slides
    item3.URL;type=pref:https\\://brigid.example/~ngozi
    item3.X-ABLabel:Lab
    X-SOCIALPROFILE;type=linkedin;x-user=ngozi:http://www.linkedin.com/in/ngozi
    BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-09
    PHOTO;ENCODING=b;TYPE=JPEG:JPEG DATA
    REV:2026-11-20T08:15:30Z
    UID:7f3c8a52-9d0b-4e55-8d55-0f6a3a1f2b11
    END:VCARD
    """
)

ANDROID = crlf(
    """
    BEGIN:VCARD
    VERSION:2.1
    N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4E=67=75=79=E1=BB=85=6E;=C4=90=E1=BB=A9=63;;;
    FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C4=90=E1=BB=A9=63=20=4E=67=75=79=
    =E1=BB=85=6E
    TEL;CELL;PREF:+84912345678
    TEL;X-Assistant:555
    EMAIL;HOME:duc@example.vn
    ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=42=E1=BB=87=6E=68=20=76=69=E1=BB=87=6E
    NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=44=C3=B2=6E=67=20=31=0D=0A=
    =44=C3=B2=6E=67=20=32
    PHOTO;ENCODING=BASE64;JPEG:JPEG DATA

    END:VCARD
    """
)

OUTLOOK = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nX-MS-OL-DEFAULT-POSTAL-ADDRESS:2\r\n"
    b"N;LANGUAGE=de;CHARSET=Windows-1252:M\xfcller-L\xfcdenscheidt;J\xfcrgen;;Prof. Dr.\r\n"
    b"FN;CHARSET=Windows-1252:Prof. Dr. J\xfcrgen M\xfcller-L\xfcdenscheidt\r\n"
    b"ORG:Universit\xe4tsklinikum;Chirurgie\r\nTITLE:Oberarzt\r\n"
    b"NOTE;ENCODING=QUOTED-PRINTABLE:Erste Zeile=0D=0A=\r\nZweite = Zeile; mit Semikolon=0D=0A=\r\n\r\n"
    b"TEL;WORK;VOICE:+49 (221) 496 0\r\nTEL;CELL;VOICE:+49 171 1234567\r\n"
    b"ADR;WORK;PREF;ENCODING=QUOTED-PRINTABLE:;;Stra=DFe 1=0D=0AHaus 2;K=F6ln;;50937;Deutschland\r\n"
    b"EMAIL;PREF;INTERNET:jm@klinik.example\r\n"
    b"CATEGORIES:Kongress,Mentor\r\n"
    b"PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n " + base64.b64encode(JPEG) + b"\r\n\r\n"
    b'X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns="http://schemas.microsoft.com/office/outlook/12/"/>\r\n'
    b"REV:20261103T101112Z\r\nEND:VCARD\r\n"
)

GMAIL = crlf(
    """
    BEGIN:VCARD
    VERSION:3.0
    FN:Amrit Lall\\, MD
    N:Lall;Amrit;;;MD
    NICKNAME:Ami
    EMAIL;TYPE=INTERNET;TYPE=HOME:amrit@mail.example
    EMAIL;TYPE=INTERNET;TYPE=PREF:a.lall@work.example
    TEL;TYPE=CELL:(555) 010-2030
    ORG:Lakeside Medical, Inc.
    TITLE:Resident
    item1.URL:http\\://www.google.com/profiles/123
    item1.X-ABLabel:PROFILE
    CATEGORIES:myContacts,Poster session
    NOTE:One line that Google never folds although it is far longer than the seventy-five octets of the book
    END:VCARD
    """
)

THUNDERBIRD = crlf(
    """
    BEGIN:VCARD
    VERSION:4.0
    EMAIL;PREF=2:second@example.org
    EMAIL;PREF=1:søren@example.org
    FN:Søren Brandt-Łódź
    N;SORT-AS="Brandt,Soren":Brandt-Łódź;Søren;;;
    ORG:Rigshospitalet;Håndkirurgi
    TEL;TYPE="voice,work";VALUE=uri:tel:+45-35-45-35-45;ext=12
    TEL;TYPE=cell;VALUE=TEXT:+45 20 20 20 20
    URL;TYPE=work;VALUE=uri:https://example.org/a,b;c
    UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
    NOTE:Talks about ønsker
    END:VCARD
    """
)

MACOS_4 = (
    "BEGIN:VCARD\nVERSION:4.0\nPRODID:-//Apple Inc.//macOS 15.1//EN\nN:de la Cruz;María;;;\n"
    "FN:María de la Cruz\n"
    "PHOTO:data:image/jpeg;base64\\,\n" + base64_lines(JPEG, 74, " ") + "\n"
    "BDAY:--0415\nKIND:individual\nEMAIL;PID=1.1;TYPE=work;PREF=1:maria@example.es\nFN;ALTID=1;LANGUAGE=en:Mary\n"
    "FN;ALTID=1;LANGUAGE=fr:Marie\nCLIENTPIDMAP:1;urn:uuid:53e374d9\nREV:20261101T120000Z\nEND:VCARD\n"
).encode()

NOKIA = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Lind;Eva\r\nTEL;CELL:12345\r\nPHOTO;ENCODING=BASE64;TYPE=PNG:\r\n"
    + base64_lines(PNG, 40, "").replace("\n", "\r\n").encode()
    + b"\r\n\r\nAGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Helper;Hal\r\nTEL:999\r\nEND:VCARD\r\n"
    b"TITLE:Nurse\r\nEND:VCARD\r\n"
)

ALL = {
    "iPhone": IPHONE,
    "Android": ANDROID,
    "Outlook": OUTLOOK,
    "Gmail": GMAIL,
    "Thunderbird": THUNDERBIRD,
    "macOS 4.0": MACOS_4,
    "Nokia": NOKIA,
}
