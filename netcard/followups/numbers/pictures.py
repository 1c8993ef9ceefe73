"""Numbers as pictures: bars in SVG, with every number written beside its bar. Values in, markup out.

Drawn here, for pygal and its like put a <style> and a <script> into each picture, which the policy refuses.

Widths are per cent and heights are em: on a phone the bars shrink and the words stay as large as they are.
Which number a bar is for is said by words and by its filling (solid, hatched, outlined), never by colour
alone; colours come from the classes of `.chart` in app.css.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

WORDS, LONGEST = 36, 46
"""Per cent of the width: the words before a bar, and the longest bar. The rest holds "10,000" on 280 px."""

SHORTEST = 0.5
"""Per cent: one of ten thousand is still to be seen."""

FILLINGS = ("b", "h", "o")
"""Classes: solid, hatched, outlined; a picture has at most three series."""

SIGNS = 36
"""Of a name over its bars on 280 px; the whole of it stands in the table."""

ROW, BAR, GAP = 1.75, 1.5, 0.5
"""Heights in em: a bar by itself, one of several, and between the rows that have several."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, one bar or group of bars of the picture."""

    label: str
    values: tuple[int, ...]
    """One for each of the series."""
    href: str = ""
    """Where the label leads in the table; a picture has no links."""
    apart: bool = False
    """Drawn dashed: it is not one of the others' kind."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Numbers and what they are called: the picture and the table behind it say the same."""

    name: str
    """A word of one's own on the page; ids in the markup begin with it."""
    title: str
    summary: str
    """What it shows in a sentence, for who does not see it."""
    heading: str
    """What the rows are: the first column's head."""
    series: tuple[str, ...]
    rows: tuple[Row, ...]
    grouped: bool = False
    """Long labels: each stands over its bars, and each bar has its word before it."""

    @property
    def svg(self) -> Markup:
        """The picture as one <svg> element."""
        return _groups(self) if self.grouped else _bars(self)


def _bars(picture: Picture) -> Markup:
    """A label and its bar on one line; several bars to a label share it, and are told apart by a legend."""
    several = len(picture.series) > 1
    most, top = _most(picture), 2.0 if several else 0.0
    height = BAR * len(picture.series) + GAP if several else ROW
    parts = list(_legend(picture)) if several else []
    for number, row in enumerate(picture.rows):
        y = top + number * height
        parts.append(_text(row.label, 0, y))
        for index, value in enumerate(row.values):
            at = y + index * BAR
            parts += _bar(picture, value, most, at, "off" if row.apart else FILLINGS[index])
    end = top + len(picture.rows) * height
    return _whole(picture, parts, [(top, end)], end)


def _groups(picture: Picture) -> Markup:
    """A label on a line of its own, and under it each number with its word."""
    height = ROW + BAR * len(picture.series) + GAP
    most, axes = _most(picture), []
    parts: list[Markup] = []
    for number, row in enumerate(picture.rows):
        y = number * height
        if row.label:
            parts.append(_text(shortened(row.label), 0, y, "who"))
        for index, (word, value) in enumerate(zip(picture.series, row.values, strict=True)):
            at = y + ROW + index * BAR
            parts += [_text(word, 0, at, "q"), *_bar(picture, value, most, at, FILLINGS[index])]
        axes.append((y + ROW, y + height - GAP))
    return _whole(picture, parts, axes, len(picture.rows) * height)


def _most(picture: Picture) -> int:
    return max((value for row in picture.rows for value in row.values), default=0)


def shortened(text: str) -> str:
    """As much of a name as fits on a phone, by the usual width of its signs."""
    room: float = SIGNS
    for at, char in enumerate(text):
        room -= _width(char)
        if room < 0:
            return text[: at - 1].rstrip() + "…"
    return text


def _width(char: str) -> float:
    if unicodedata.combining(char):
        return 0
    if char in "MWmw@%" or unicodedata.east_asian_width(char) in "WF":
        return 2
    return 1.3 if char.isupper() else 1


def _legend(picture: Picture) -> Iterable[Markup]:
    for index, word in enumerate(picture.series):
        x = index * 100 // len(picture.series)
        yield Markup('<rect class="{}" x="{}%" y=".35em" width="1em" height="1em"{}/>').format(
            FILLINGS[index], x, _fill(picture, FILLINGS[index])
        )
        yield Markup('<text x="{}%" dx="1.5em" y="1.2em">{}</text>').format(x, readable(word))


def _bar(picture: Picture, value: int, most: int, y: float, filling: str) -> list[Markup]:
    width = max(SHORTEST, LONGEST * value / most) if value > 0 else 0.0
    drawn = []
    if width:
        drawn.append(
            Markup('<rect class="{}" x="{}%" y="{}em" width="{}%" height="1em"{}/>').format(
                filling, WORDS, _em(y + 0.35), _em(width), _fill(picture, filling)
            )
        )
    drawn.append(
        Markup('<text class="n" x="{}%" dx=".5em" y="{}em">{}</text>').format(
            _em(WORDS + width), _em(y + 1.2), f"{value:,}"
        )
    )
    return drawn


def _fill(picture: Picture, filling: str) -> Markup:
    return Markup(' fill="url(#{}-hatch)"').format(picture.name) if filling == "h" else Markup()


def _text(words: str, x: int, y: float, kind: str = "") -> Markup:
    named = Markup(' class="{}"').format(kind) if kind else Markup()
    return Markup('<text{} x="{}" y="{}em">{}</text>').format(named, x, _em(y + 1.2), readable(words))


def _whole(picture: Picture, parts: list[Markup], axes: list[tuple[float, float]], height: float) -> Markup:
    lines = Markup().join(
        Markup('<line class="ax" x1="{0}%" x2="{0}%" y1="{1}em" y2="{2}em"/>').format(
            WORDS, _em(start + 0.1), _em(end)
        )
        for start, end in axes
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="100%" height="{height}em" role="img"'
        ' aria-labelledby="{name}-title {name}-summary"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-summary">{summary}</desc>{hatch}{parts}{lines}</svg>'
    ).format(
        height=_em(height + 0.25),
        name=picture.name,
        title=readable(picture.title),
        summary=readable(picture.summary),
        hatch=_hatch(picture) if len(picture.series) > 1 else Markup(),
        parts=Markup().join(parts),
        lines=lines,
    )


def _hatch(picture: Picture) -> Markup:
    return Markup(
        '<defs><pattern id="{}-hatch" width="5" height="5" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path class="hl" d="M1 0v5"/></pattern></defs>'
    ).format(picture.name)


def readable(text: str) -> str:
    """Text without what XML cannot hold (XML 1.0, section 2.2): control signs, halves of pairs, no signs."""
    return "".join(
        char for char in text if unicodedata.category(char) not in {"Cc", "Cs"} and char not in "\ufffe\uffff"
    )


def _em(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
