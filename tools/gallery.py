"""Draw every component and layout as pictures, both themes, and let axe look at them.

python -m tools.gallery [FOLDER]: pictures go to var/gallery or the folder named; exit status 1
when anything is wrong.
"""

import sys
import threading
from functools import partial
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, flash, render_template, request
from playwright.sync_api import ConsoleMessage, Page
from werkzeug.datastructures import MultiDict
from werkzeug.serving import WSGIRequestHandler, make_server
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, ValidationError

from netcard.web.assets import init_assets
from tools.chromium import chromium

CHECKOUT = Path(__file__).resolve().parent.parent

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
INKS = ("theatre", "oxblood", "prussian", "aubergine", "sepia", "graphite")
BIO = "I trained in Enugu and came to plastic surgery through a mission ward. "
LONG = "Maximiliane-Theodora+von+Hohenlohe-Waldenburg-Schillingsfürst"
PAGES = {
    "gallery": "gallery",
    "card": "card",
    "card-photo": f"card?photo=yes&name={LONG}",
    "card-arabic": "card?name=ليلى عبد الرحمن الخطيب",
    "preview": "preview",
    "show": "show",
    "plain": "plain",
    "problem-404": "problem-404",
    "problem-500": "problem-500",
}
SIZES = {"phone": (390, 844), "desk": (1280, 800)}


class Quiet(WSGIRequestHandler):
    """Say nothing of each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def _refused(form: Form, field: StringField) -> None:
    raise ValidationError("The part after @ looks unfinished. Saved as you typed it.")


class Everything(Form):
    """One field of each kind, some refused."""

    name = StringField("Name", [InputRequired("A name is enough, but it needs one.")])
    institution = StringField("Institution")
    arabic = StringField("Arabic")
    email = EmailField("E-mail", [_refused])
    handle = StringField("Address of your card")
    closed = StringField("Address of your card, fixed")
    password = PasswordField("Password")
    discussed = TextAreaField("What did you talk about?")
    promised = TextAreaField("I promised")
    bio = TextAreaField("Short bio")
    short = TextAreaField("Pitch")
    zone = SelectField("Time zone", choices=["Europe/Vienna", "America/New_York", "UTC"])
    day = DateField("Pick a day")
    role = RadioField(
        "They are", choices=["Attending", "Resident", "Director", "Researcher", "Student", "Nurse"]
    )
    by = RadioField("By when", choices=[("3", "Day 3"), ("7", "Day 7"), ("", "Pick a day")])
    accent = RadioField("Ink", choices=[(ink, ink.title()) for ink in INKS])
    show_email = BooleanField("Show my e-mail on the card")
    search_engines = BooleanField("Let search engines find this card")
    agreed = BooleanField("I have read it", [InputRequired("Tick this to go on.")])
    headshot = FileField("Photo of you")
    cv = FileField("CV as PDF", [_refused])


def make_app() -> Flask:
    """An app that knows the templates and nothing else."""
    app = Flask("gallery", template_folder=str(CHECKOUT / "templates"), static_folder=None)
    app.secret_key = "only for looking"
    init_assets(app)
    form = Everything(
        MultiDict(
            {
                "institution": "Fjordside University Hospital",
                "arabic": "مستشفى الملك فيصل",
                "email": "m.solheim@fjordside",
                "handle": "ada-okafor",
                "closed": "netcard.example/c/ada-okafor",
                "discussed": "A 7-year-old from Bergen, room 12, with a fistula.",
                "promised": "to send our speech scale",
                "bio": BIO * 14,
                "short": "I study why some repaired palates need a second operation.",
                "role": "Attending",
                "by": "3",
                "accent": "theatre",
                "show_email": "y",
            }
        )
    )
    form.validate()
    sprite = (CHECKOUT / "static" / "icons" / "icons.svg").read_text()
    icons = [part.split('"')[0] for part in sprite.split('<symbol id="')[1:]]

    @app.get("/favicon.ico")
    @app.get("/manifest.webmanifest")
    def nothing() -> Response:
        return Response(status=204)

    @app.get("/<page>")
    def show(page: str) -> Response | str:
        if page.startswith("problem-"):
            status = int(page.removeprefix("problem-"))
            sentence = "Something broke on our side. What you had saved is safe."
            return render_template(
                "errors/problem.html", status=status, sentence=sentence, request_id="0c4f2a9e71bd"
            )
        if page == "gallery":
            flash({"text": "Brandt put off to Wednesday.", "undo": "/undo"}, "toast")  # type: ignore[arg-type]
            return render_template("components/gallery.html", form=form, icons=icons)
        template = CHECKOUT / "tools" / "gallery" / f"{page}.html"
        if not template.is_file():  # what only netcard answers: the worker, the owner's copy
            return Response(status=404)
        css = (CHECKOUT / "static" / "css" / "card.css").read_text()
        return app.jinja_env.from_string(template.read_text()).render(css=css, form=form, args=request.args)

    @app.after_request
    def strictly(response: Response) -> Response:
        if request.path not in {"/card"}:
            response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


def look(page: Page, name: str, folder: Path) -> list[str]:
    """Photograph one page at one size and theme; the sentences of what is wrong with it."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    wrong = [f"{name}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*wrong, *([f"{name}: {wide} px wider than the screen"] if wide > 0 else [])]


def _heard(wrong: list[str], said: ConsoleMessage) -> None:
    if (
        said.type == "error"
        and "Failed to load resource" not in said.text
        and "fetching the script" not in said.text
    ):
        wrong.append(f"console: {said.text}")


def main() -> int:
    """Take all pictures; the number of things wrong decides the exit status."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT / "var" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    server = make_server("127.0.0.1", 0, make_app(), threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wrong: list[str] = []
    with chromium() as browser:
        for size, (width, height) in SIZES.items():
            for theme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme, device_scale_factor=1
                )
                page = context.new_page()
                page.on("console", partial(_heard, wrong))
                for name, address in PAGES.items():
                    page.goto(f"http://127.0.0.1:{server.server_port}/{address}")
                    wrong += look(page, f"{name}-{size}-{theme}", folder)
                context.close()
    server.shutdown()
    print("\n".join(dict.fromkeys(wrong)) or "nothing wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
