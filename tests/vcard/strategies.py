"""Cards made at random in the versions, line ends and habits that occur."""

import quopri

from hypothesis import strategies as st

TEXT = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")),
        st.sampled_from(list(";,:\\\n\"='^ \tאבגش😀👩‍⚕️éß中")),
    ),
    max_size=60,
)
LINE = TEXT.map(lambda text: " ".join(text.split()))
WORD = LINE.filter(bool)

_EOLS = st.sampled_from(["\r\n", "\n", "\r"])
_HEADS = {
    "2.1": [
        *("NOTE", "TEL;CELL;VOICE", "item1.URL", "EMAIL;PREF;INTERNET", "X-ODD"),
        *("TITLE", "CATEGORIES", "ORG", "NICKNAME"),
    ],
    "3.0": [
        *("NOTE", "TEL;TYPE=CELL;type=pref", "item1.URL", "item1.X-ABLabel", 'EMAIL;TYPE="INTERNET,WORK"'),
        *("TITLE", "CATEGORIES", "ORG", "PHOTO;ENCODING=b;TYPE=JPEG", "REV", "X-ODD;P=a"),
    ],
    "4.0": [
        *("NOTE;LANGUAGE=en", 'TEL;VALUE=uri;TYPE="voice,home";PREF=1', "item2.URL", "EMAIL;PREF=2"),
        *("TITLE", "CATEGORIES", 'ORG;SORT-AS="x,y"', "PHOTO", "KIND", "REV", 'ADR;LABEL="1:2;3"'),
    ],
}


@st.composite
def cards(draw):
    """One valid card's bytes: random lines, folds (inside characters too), quoted-printable, blank lines."""
    version = draw(st.sampled_from(["2.1", "3.0", "4.0"]))
    eol = draw(_EOLS).encode()
    lines = [b"BEGIN:VCARD", f"VERSION:{version}".encode()]
    if draw(st.booleans()):
        lines.append(b"FN:" + _escaped(draw(LINE)).encode())
    if draw(st.booleans()):
        lines.append(b"N:" + ";".join(_escaped(draw(LINE)) for _ in range(draw(st.integers(0, 6)))).encode())
    for _ in range(draw(st.integers(0, 6))):
        head = draw(st.sampled_from(_HEADS[version]))
        text = draw(TEXT)
        if version == "2.1" and draw(st.booleans()):
            packed = quopri.encodestring(text.replace("\n", "\r\n").encode(), quotetabs=True).rstrip(b"\n")
            packed = packed.replace(b"=0D\n", b"=0D=0A=\n").replace(b"\r\n", b"=0D=0A=\n")
            lines.append(
                f"{head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:".encode() + packed.replace(b"\n", eol)
            )
        else:
            lines.append(_folded(f"{head}:{_escaped(text)}".encode(), draw(st.integers(20, 75)), eol))
        if draw(st.integers(0, 5)) == 0:
            lines.append(b"")
    lines.append(b"END:VCARD")
    return eol.join(lines) + (eol if draw(st.booleans()) else b"")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: bytes, width: int, eol: bytes) -> bytes:
    return (eol + b" ").join(line[at : at + width] for at in range(0, len(line), width))
