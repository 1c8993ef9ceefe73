"""The page of merging as a browser sends it."""

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Form(HTMLParser):
    """The fields of the first form with a `with`, as they would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self.inside = (values.get("action") or "").endswith("/merge")
        if tag == "input" and self.inside:
            kind = values.get("type")
            if kind == "hidden" or (kind in ("radio", "checkbox") and "checked" in values):
                self.fields.add(values["name"] or "", values["value"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def filled(page: str) -> MultiDict[str, str]:
    """What the merge page's form sends as it stands."""
    form = _Form()
    form.feed(page)
    return form.fields
