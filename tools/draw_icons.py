"""Draw the app's icons: an engraved card with its corner turned, and a pen upon it.

`python -m tools.draw_icons` writes static/icons/*.png and favicon.svg; they are committed, so that
nothing else needs Chromium.
"""

from pathlib import Path

from tools.chromium import chromium

ICONS = Path(__file__).resolve().parent.parent / "static" / "icons"
PAPER, STOCK, GREEN = "#f2f0ea", "#fcfbf7", "#0b5a45"

INKED = f'stroke="{GREEN}" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round"'
CARD = f"""
<path d="M6 15h38.5L58 28.5V49H6z" fill="{STOCK}" {INKED}/>
<path d="M44.5 15v13.5H58z" fill="{GREEN}" {INKED}/>
<path d="M13.5 42.5h11" fill="none" {INKED}/>
<g transform="translate(28.5 43) rotate(45)" fill="{GREEN}">
<path d="M0 0l-3.6-7.2h7.2zM-3.6-9.2h7.2v-12.6h-7.2z"/></g>
"""


def drawing(scale: float, corner: float) -> str:
    """The mark on paper, 64 units wide; `scale` shrinks the card, `corner` rounds the paper."""
    shift = 32 * (1 - scale)
    paper = f'<rect width="64" height="64" rx="{corner}" fill="{PAPER}"/>'
    card = f'<g transform="translate({shift:.3g} {shift:.3g}) scale({scale})">{CARD}</g>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{paper}{card}</svg>'


# A maskable icon may lose all but a circle of 80 %; Apple and Android cut their own corners.
PICTURES = {
    "icon-192.png": (192, 0.86, 12),
    "icon-512.png": (512, 0.86, 12),
    "maskable-512.png": (512, 0.66, 0),
    "apple-touch-180.png": (180, 0.8, 0),
}


def main() -> None:
    """Write all pictures."""
    (ICONS / "favicon.svg").write_text(" ".join(drawing(1, 10).split()).replace("> <", "><") + "\n")
    with chromium() as browser:
        for name, (size, scale, corner) in PICTURES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{drawing(scale, corner)}")
            page.screenshot(path=ICONS / name, omit_background=True)
            page.close()


if __name__ == "__main__":
    main()
