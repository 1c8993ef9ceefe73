"""Draws the demo's portrait and prints its CV: `python -m tools.draw_demo`.

Neither shows a real person; both are made here so that the demo needs nobody's photo.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image

from tools.chromium import chromium

HERE = Path(__file__).parent / "demo"
DEMO = Path(__file__).parent.parent / "netcard" / "demo"


def main() -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 1020})
        page.goto((HERE / "portrait.html").as_uri())
        portrait = Image.open(BytesIO(page.screenshot()))
        portrait.convert("RGB").save(DEMO / "portrait.jpg", quality=82, optimize=True)
        page.goto((HERE / "cv.html").as_uri())
        page.pdf(path=DEMO / "cv.pdf", prefer_css_page_size=True)


if __name__ == "__main__":
    main()
