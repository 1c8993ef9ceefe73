"""Cards as the devices of the replays write them."""

import base64

from tests.files import jpeg


def crlf(text: str) -> bytes:
    return text.strip().replace("\n", "\r\n").encode() + b"\r\n"


def folded(line: str) -> str:
    """A long line as phones fold it."""
    return "\n ".join(line[at : at + 74] for at in range(0, len(line), 74))


PHOTO = base64.b64encode(jpeg(48, 48)).decode()

IOS = crlf(
    f"""
BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 18.1//EN
N:Solheim;Margit;;Dr.;
FN:Dr. Margit Solheim
ORG:Fjordside University Hospital;Plastic Surgery
item1.EMAIL;type=INTERNET;type=pref:margit@fjordside.example
item1.X-ABLabel:Clinic
TEL;type=CELL;type=VOICE;type=pref:+47 400 00 001
item2.URL;type=pref:https\\://fjordside.example/margit
item2.X-ABLabel:_$!<HomePage>!$_
item3.ADR;type=WORK;type=pref:;;Havnegata 1;Bergen;;5003;Norway
item3.X-ABADR:no
NOTE:Cleft outcomes\\, packing\\; "the scale"
X-SOCIALPROFILE;type=linkedin;x-user=margit:http\\://www.linkedin.com/in/margit
X-ABUID:7C3F2A11-0001-4B6E-9B1C-000000000001\\:ABPerson
{folded("PHOTO;ENCODING=b;TYPE=JPEG:" + PHOTO)}
REV:2026-11-22T10\\:15\\:00Z
UID:7c3f2a11-0001-4b6e-9b1c-000000000001
END:VCARD
"""
)

IOS_GROUP = crlf(
    """
BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iOS 18.1//EN
N:Congress
FN:Congress
X-ADDRESSBOOKSERVER-KIND:group
X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:7c3f2a11-0001-4b6e-9b1c-000000000001
REV:2026-11-22T10:16:00Z
UID:7c3f2a11-0002-4b6e-9b1c-000000000002
END:VCARD
"""
)

DAVX5 = crlf(
    """
BEGIN:VCARD
VERSION:4.0
PRODID:+//IDN bitfire.at//DAVx5/4.5.1-ose ez-vcard/0.12.1
UID:aa11bb22-0001-4c6e-8d1c-000000000003
FN:Søren Ågaard
N:Ågaard;Søren;;;
TEL;TYPE="cell,voice";PREF=1:+45 20 00 00 03
EMAIL;PREF=1:soren@nordhavn.example
IMPP:matrix:u/soren:nordhavn.example
BDAY:19840302
CATEGORIES:Residents,Cleft
REV:20261122T101500Z
END:VCARD
"""
)

DAVX5_GROUP = crlf(
    """
BEGIN:VCARD
VERSION:4.0
PRODID:+//IDN bitfire.at//DAVx5/4.5.1-ose ez-vcard/0.12.1
UID:aa11bb22-0002-4c6e-8d1c-000000000004
KIND:group
FN:Posters
MEMBER:urn:uuid:aa11bb22-0001-4c6e-8d1c-000000000003
REV:20261122T101600Z
END:VCARD
"""
)

THUNDERBIRD = crlf(
    """
BEGIN:VCARD
VERSION:4.0
EMAIL;PREF=1:ines@lisboa.example
FN:Inês Carvalho
N:Carvalho;Inês;;;
UID:cc33dd44-0001-4e6e-8f1c-000000000005
X-CUSTOM1;VALUE=TEXT:kept
END:VCARD
"""
)

NOKIA = crlf(
    """
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=98stby;Kari;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Kari =C3=98stby
TEL;CELL;PREF:+47 400 00 006
EMAIL;INTERNET:kari@fjordside.example
UID:ee55ff66-0001-4a6e-8b1c-000000000006
END:VCARD
"""
)
