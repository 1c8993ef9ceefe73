"""Small files as the programs write them, with people who do not exist."""

import csv
import io


def table(*people: dict[str, str], columns: str, delimiter: str = ",") -> str:
    """A CSV with these columns; a person names only those that hold something."""
    names = [name.strip() for name in columns.replace("\n", " ").split(" | ")]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(people)
    return out.getvalue()


MARGIT = {
    "First Name": "Margit",
    "Middle Name": "Åse",
    "Last Name": "Solheim",
    "Phonetic First Name": "MAR-git",
    "Name Prefix": "Prof.",
    "Name Suffix": "PhD",
    "Nickname": "Maggi",
    "Organization Name": "Fjordside Hospital",
    "Organization Title": "Attending",
    "Organization Department": "Plastic Surgery",
    "Birthday": "--05-14",
    "Notes": "Stopped packing.\nSend her the scale.",
    "Labels": "* myContacts ::: * starred ::: Cleft ::: Mentors",
    "E-mail 1 - Label": "* Work",
    "E-mail 1 - Value": "m.solheim@fjordside.example ::: margit@fjordside.example",
    "E-mail 2 - Label": "Home",
    "E-mail 2 - Value": "margit@home.example",
    "Phone 1 - Label": "Mobile",
    "Phone 1 - Value": "+47 22 85 00 11",
    "Phone 2 - Label": "Clinic desk",
    "Phone 2 - Value": "+47 22 85 00 12",
    "Address 1 - Label": "Work",
    "Address 1 - Formatted": "Sykehusveien 3\n0372 Oslo",
    "Address 1 - Street": "Sykehusveien 3",
    "Address 1 - City": "Oslo",
    "Address 1 - PO Box": "PB 77",
    "Address 1 - Postal Code": "0372",
    "Address 1 - Country": "Norway",
    "Address 1 - Extended Address": "Floor 4",
    "Relation 1 - Label": "Manager",
    "Relation 1 - Value": "Kari Lund",
    "Website 1 - Label": "Profile",
    "Website 1 - Value": "https://www.linkedin.com/in/margit-solheim",
    "Event 1 - Label": "Anniversary",
    "Event 1 - Value": "2011-06-18",
    "Custom Field 1 - Label": "Bleep",
    "Custom Field 1 - Value": "4471",
}
GOOGLE_COLUMNS = """First Name | Middle Name | Last Name | Phonetic First Name | Phonetic Middle Name |
Phonetic Last Name | Name Prefix | Name Suffix | Nickname | File As | Organization Name | Organization Title |
Organization Department | Birthday | Notes | Photo | Labels | E-mail 1 - Label | E-mail 1 - Value |
E-mail 2 - Label | E-mail 2 - Value | Phone 1 - Label | Phone 1 - Value | Phone 2 - Label | Phone 2 - Value |
Address 1 - Label | Address 1 - Formatted | Address 1 - Street | Address 1 - City | Address 1 - PO Box |
Address 1 - Region | Address 1 - Postal Code | Address 1 - Country | Address 1 - Extended Address |
Relation 1 - Label | Relation 1 - Value | Website 1 - Label | Website 1 - Value | Event 1 - Label |
Event 1 - Value | Custom Field 1 - Label | Custom Field 1 - Value"""
AMRIT = {
    "First Name": "Amrit",
    "Last Name": "Lall",
    "Labels": "* myContacts",
    "Phone 1 - Label": "Mobile",
    "Phone 1 - Value": "+44 7700 900123",
}
GOOGLE = table(MARGIT, AMRIT, columns=GOOGLE_COLUMNS)

GOOGLE_OLD = table(
    {
        "Name": "Dr. Inés Marchetti",
        "Given Name": "Inés",
        "Family Name": "Marchetti",
        "Name Prefix": "Dr.",
        "Birthday": "1979-02-28",
        "Hobby": "Sailing",
        "Notes": "Flaps",
        "Group Membership": "Registry ::: * myContacts",
        "E-mail 1 - Type": "* Work",
        "E-mail 1 - Value": "ines@ospedale.example",
        "Phone 1 - Type": "Work",
        "Phone 1 - Value": "+39 051 555 0101",
        "Organization 1 - Name": "Ospedale Maggiore",
        "Organization 1 - Title": "Researcher",
        "Organization 1 - Department": "Hand",
    },
    columns="""Name | Given Name | Additional Name | Family Name | Yomi Name | Given Name Yomi |
Additional Name Yomi | Family Name Yomi | Name Prefix | Name Suffix | Initials | Nickname | Short Name |
Maiden Name | Birthday | Gender | Location | Billing Information | Directory Server | Mileage | Occupation |
Hobby | Sensitivity | Priority | Subject | Notes | Language | Photo | Group Membership | E-mail 1 - Type |
E-mail 1 - Value | Phone 1 - Type | Phone 1 - Value | Organization 1 - Type | Organization 1 - Name |
Organization 1 - Yomi Name | Organization 1 - Title | Organization 1 - Department | Organization 1 - Symbol |
Organization 1 - Location | Organization 1 - Job Description""",
)

OUTLOOK = table(
    {
        "Title": "Dr.",
        "First Name": "Chidi",
        "Last Name": "Okonjo-Hale",
        "Suffix": "III",
        "Company": "St. Brigid's",
        "Department": "Surgery",
        "Job Title": "Programme Director",
        "Business Street": "1 Kirk Lane",
        "Business Street 2": "Wing B",
        "Business City": "Leeds",
        "Business Postal Code": "LS1 4AB",
        "Business Country/Region": "United Kingdom",
        "Home Street": "9 Moor Road",
        "Home City": "Otley",
        "Assistant's Phone": "+44 113 496 0007",
        "Business Fax": "+44 113 496 0001",
        "Business Phone": "+44 113 496 0000",
        "Home Phone": "+44 113 496 0099",
        "Mobile Phone": "+44 7700 900456",
        "Anniversary": "0/0/00",
        "Birthday": "12/24/1968",
        "Categories": "Letters;Programme Directors",
        "E-mail Address": "chidi@brigids.example",
        "E-mail Type": "SMTP",
        "E-mail Display Name": "Chidi Okonjo-Hale (chidi@brigids.example)",
        "E-mail 2 Address": "chidi@home.example",
        "E-mail 2 Type": "SMTP",
        "Gender": "Unspecified",
        "Hobby": "Chess",
        "Manager's Name": "Ruth Adeyemi",
        "Notes": "Asked for the rota.\r\nSaid yes.",
        "Office Location": "Room 4.12",
        "Priority": "Normal",
        "Private": "False",
        "Sensitivity": "Normal",
        "Spouse": "Ngozi",
        "Web Page": "brigids.example/chidi",
    },
    columns="""Title | First Name | Middle Name | Last Name | Suffix | Company | Department | Job Title |
Business Street | Business Street 2 | Business Street 3 | Business City | Business State |
Business Postal Code | Business Country/Region | Home Street | Home City | Home State | Home Postal Code |
Home Country/Region | Other Street | Assistant's Phone | Business Fax | Business Phone | Business Phone 2 |
Home Phone | Mobile Phone | Pager | Anniversary | Assistant's Name | Birthday | Categories | E-mail Address |
E-mail Type | E-mail Display Name | E-mail 2 Address | E-mail 2 Type | E-mail 2 Display Name | Gender |
Hobby | Initials | Manager's Name | Notes | Office Location | Priority | Private |
Sensitivity | Spouse | Web Page""",
)

LINKEDIN = """Notes:
"When exporting, some addresses may be missing: only those who allow it are listed."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Petra,Brandt,https://www.linkedin.com/in/petra-brandt-example,,Klinikum Nord,"Oberärztin, Hand",05 Mar 2024
Yusuf,"Demir, MD",https://www.linkedin.com/in/yusuf-demir-example,yusuf@demir.example,,Resident,19 Nov 2025
"""

GERMAN = """Name;Vorname;Firma;Telefon (geschäftlich);Mobil;E-Mail;PLZ;Ort;Straße;Geburtstag;Bemerkung
Groß;Jörg;Charité;030 45;0171 555;joerg@charite.example;10117;Berlin;Platz 1;24.12.1970;"K; Brandt"
Weiß;Änne;;;;aenne@weiss.example;;;;;
"""

CARDS = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:one-1\r\nFN:Margit Solheim\r\nN:Solheim;Margit;;;\r\n"
    b"EMAIL;TYPE=WORK:margit@fjord.example\r\nX-ODD;Q=1:kept \r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gro=C3=9F;J=C3=B6rg\r\n"
    b"TEL;CELL:0171 5550123\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Broken Person\r\nTHIS LINE HAS NO COLON\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\nVERSION:4.0\nUID:urn:uuid:4\nKIND:group\nFN:Team\nMEMBER:urn:uuid:1\nEND:VCARD\n"
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Marchetti;In\xe9s\r\n"
    b"EMAIL;INTERNET:ines@ospedale.example\r\nEND:VCARD\r\n"
)
