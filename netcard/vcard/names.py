"""A person's name in one line, and in the five parts of N.

The rule, which cannot be right for every name on earth and is therefore simple:

1. Honorifics at the start are the prefix (Dr, Prof. Dr. med., Sir).
2. Degrees and generations at the end are the suffix: after a comma in any case of letters,
   without one only with two capitals (`MD`, `PhD`, so that Yo-Yo Ma keeps his name).
3. With one comma left, what stands before it is the family name.
4. Otherwise the last word is the family name, with the particles before it (van der, de la,
   Ortega y Gasset); a hyphenated word is one word. All before is the given name.
5. A single word is the given name, after an honorific the family name.
"""

from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PREFIXES = _words(
    "dr dra prof professor profa mr mrs ms mx miss mme mlle sir dame lord lady rev revd reverend fr sra herr"
    " frau sister hon judge capt col maj lt sgt gen pd privdoz univprof hofrat ing dipling mag doc docent sig"
    " د أ"
)
_AFTER_A_PREFIX = _words("med dent vet phil rer nat hc habil mult ing jur theol sc")
_SUFFIXES = _words(
    "jr sr ii iii iv md do phd dphil mph mhs mba msc mscr ms ma bs bsc ba med mbbs mbchb mbbch bmbs bchir"
    " mchir mb ch frcs frcsc facs facp fracs frcp mrcs mrcp rn np pa pac crna dnp dds dmd dvm pharmd jd esq"
    " edd scd dsc dm fasps faaos facc febopras fellow mres mphil mclinres obe mbe cbe faan rd pt dpt otd"
)
_PARTICLES = _words(
    "van von der den de del della delle di da dos das do du la le las los el al bin ibn bint ter ten te zu"
    " zur zum af av st san santa 't op vom"
)
_JOINING = frozenset(("y", "e", "i"))


class Name(NamedTuple):
    """The five parts of N in its order (RFC 6350 section 6.2.2)."""

    family: str = ""
    given: str = ""
    additional: str = ""
    prefix: str = ""
    suffix: str = ""

    def __bool__(self) -> bool:
        return any(self[:])

    def in_one_line(self) -> str:
        """Prefix, given, additional, family; a generation after a space, degrees after a comma."""
        name = " ".join(part for part in (self.prefix, self.given, self.additional, self.family) if part)
        if not self.suffix or not name:
            return name or self.suffix
        plain = self.suffix.split(",")[0].rstrip(".").lower() in ("jr", "sr", "ii", "iii", "iv")
        return f"{name} {self.suffix}" if plain else f"{name}, {self.suffix}"


def split_name(full_name: str) -> Name:
    """The parts of a name, by the rule above. Nothing of the text is lost."""
    parts = [part.strip() for part in full_name.split(",") if part.strip()]
    suffixes: list[str] = []
    while len(parts) > 1 and _is_suffix(parts[-1]):
        suffixes.insert(0, parts.pop())
    if len(parts) == 2:
        family, rest = parts
        prefix, given = _take_prefix(rest.split())
        more_prefix, family_words = _take_prefix(family.split())
        return Name(
            " ".join(family_words), " ".join(given), "", " ".join(more_prefix + prefix), ", ".join(suffixes)
        )
    prefix, words = _take_prefix(", ".join(parts).split())
    trailing: list[str] = []
    while len(words) > 2 and _capitals(words[-1]) > 1 and _is_suffix(words[-1]):
        trailing.insert(0, words.pop())
    if len(words) > 2 and words[-1].rstrip(".").lower() in ("jr", "sr"):
        trailing.insert(0, words.pop())
    at = _family_start(words, after_prefix=bool(prefix))
    suffix = ", ".join(([" ".join(trailing)] if trailing else []) + suffixes)
    return Name(" ".join(words[at:]), " ".join(words[:at]), "", " ".join(prefix), suffix)


def rename(old: Name, shown: str, full_name: str) -> Name:
    """The parts for a new full name, keeping what the old full name (`shown`) did not show.

    A card with the prefix Dr whose full name is `Ada Okafor` stays a doctor when she becomes
    `Ada Okafor-Lind`; one shown as `Dr Ada Okafor` loses the title with the new text. Middle
    names stay apart from the first where both are still there.
    """
    new = split_name(full_name)
    given, additional = new.given, ""
    if old.additional and old.given and new.given == f"{old.given} {old.additional}":
        given, additional = old.given, old.additional
    prefix = new.prefix or ("" if shown.startswith(old.prefix) else old.prefix)
    suffix = new.suffix or ("" if old.suffix in shown else old.suffix)
    return Name(new.family, given, additional, prefix, suffix)


def _take_prefix(words: list[str]) -> tuple[list[str], list[str]]:
    count = 0
    while count < len(words) - 1:
        bare = _bare(words[count])
        if bare not in _PREFIXES and not (count and bare in _AFTER_A_PREFIX):
            break
        count += 1
    return words[:count], words[count:]


def _is_suffix(text: str) -> bool:
    words = [_bare(word) for word in text.split()]
    return bool(words) and all(word in _SUFFIXES or word.startswith("(") for word in words)


def _capitals(word: str) -> int:
    return sum(map(str.isupper, word))


def _bare(word: str) -> str:
    return word.replace(".", "").replace("-", "").replace("’", "'").casefold()


def _family_start(words: list[str], *, after_prefix: bool) -> int:
    if len(words) < 2:
        return 0 if after_prefix else len(words)
    if after_prefix and words[0] in _PARTICLES:
        return 0
    at = len(words) - 1
    while at > 1 and _bare(words[at - 1]) in _PARTICLES:
        at -= 1
    if at > 2 and words[at - 1] in _JOINING:
        at -= 2
    return at
