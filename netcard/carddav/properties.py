"""The properties of all that is no card: what each says, and where it stands.

Those of a card are in `cards`, for there are ten thousand of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import format_datetime

from sqlalchemy import select

from netcard import vcard
from netcard.carddav import paths
from netcard.carddav.authentication import Asker
from netcard.carddav.paths import Kind, Place
from netcard.carddav.tokens import token
from netcard.carddav.xml import CALENDARSERVER, carddav, dav, element, escape, href
from netcard.contacts.models import BookProperty
from netcard.database import db

BOOK_NAME = "netcard"

DISPLAYNAME = dav("displayname")
DESCRIPTION = carddav("addressbook-description")


@dataclass
class Here:
    """What a property is worked out from: who asks, and where."""

    asker: Asker
    place: Place
    _kept: dict[str, str] | None = field(default=None, repr=False)

    @property
    def kept(self) -> dict[str, str]:
        """What devices set on the book, by name; read when first asked for."""
        if self._kept is None:
            owner = self.asker.owner
            rows = db.session.execute(
                select(BookProperty.name, BookProperty.value)
                .where(BookProperty.owner_id == owner, BookProperty.book_id == owner)
                .order_by(BookProperty.name)
            )
            self._kept = dict(rows.tuples().all())
        return self._kept


Value = Callable[[Here], str]


@dataclass(frozen=True)
class Live:
    """A property that the server knows by itself: its inner XML, and the kinds of place that have it."""

    value: Value
    at: frozenset[Kind]
    in_allprop: bool = False


EVERYWHERE = frozenset(Kind)
OF_BOOK = frozenset({Kind.BOOK})
OWNED = frozenset({Kind.PRINCIPAL, Kind.HOME, Kind.BOOK, Kind.CARD})

# --- values -------------------------------------------------------------------


def _resourcetype(here: Here) -> str:
    match here.place.kind:
        case Kind.CARD:
            return ""
        case Kind.PRINCIPAL:
            return "<D:collection/><D:principal/>"
        case Kind.BOOK:
            return "<D:collection/><C:addressbook/>"
    return "<D:collection/>"


def _displayname(here: Here) -> str:
    match here.place.kind:
        case Kind.PRINCIPAL:
            return escape(here.asker.device.email)
        case Kind.BOOK:
            return BOOK_NAME
        case Kind.HOME:
            return "Address books"
    return "netcard"


def _principal(here: Here) -> str:
    return href(paths.principal(here.asker.owner))


def _home(here: Here) -> str:
    return href(paths.home(here.asker.owner))


_READ = ("read", "read-acl", "read-current-user-privilege-set")
_WRITE = ("write", "write-content", "write-properties", "bind", "unbind")


def privileges(place: Place) -> tuple[str, ...]:
    """What the owner may do there."""
    match place.kind:
        case Kind.BOOK:
            return (*_READ, *_WRITE)
        case Kind.CARD:
            return (*_READ, "write", "write-content")
    return _READ


def _privilege_set(here: Here) -> str:
    return "".join(f"<D:privilege><D:{name}/></D:privilege>" for name in privileges(here.place))


def _supported_privileges(here: Here) -> str:
    def privilege(name: str, inner: str = "") -> str:
        return (
            f"<D:supported-privilege><D:privilege><D:{name}/></D:privilege>"
            f'<D:description xml:lang="en">{name}</D:description>{inner}</D:supported-privilege>'
        )

    writes = "".join(privilege(name) for name in _WRITE[1:])
    reads = "".join(privilege(name) for name in _READ[1:])
    return privilege("all", privilege("read", reads) + privilege("write", writes))


def _acl(here: Here) -> str:
    return (
        f"<D:ace><D:principal>{_principal(here)}</D:principal><D:grant>{_privilege_set(here)}</D:grant>"
        "<D:protected/></D:ace>"
    )


REPORTS: dict[Kind, tuple[str, ...]] = {
    Kind.BOOK: ("C:addressbook-multiget", "C:addressbook-query", "D:sync-collection"),
    Kind.HOME: ("C:addressbook-multiget",),
}
PRINCIPAL_REPORTS = ("D:principal-match", "D:principal-property-search", "D:principal-search-property-set")


def _reports(here: Here) -> str:
    names = (*REPORTS.get(here.place.kind, ()), *PRINCIPAL_REPORTS)
    return "".join(
        f"<D:supported-report><D:report><{name}/></D:report></D:supported-report>" for name in names
    )


def _token(here: Here) -> str:
    return token(here.asker.epoch, here.asker.seq)


def _made(here: Here) -> str:
    since = here.asker.book_since
    return since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else "1970-01-01T00:00:00Z"


_ADDRESS_DATA = '<C:address-data-type content-type="text/vcard" version="3.0"/>'
"""3.0 alone: offered 4.0 as well, DAVx5 uploads that, and one such card makes macOS drop the whole book."""

_COLLATIONS = "".join(
    f"<C:supported-collation>{name}</C:supported-collation>"
    for name in ("i;ascii-casemap", "i;unicode-casemap", "i;octet")
)


def _constant(inner: str) -> Value:
    return lambda here: inner


LIVE: dict[str, Live] = {
    dav("resourcetype"): Live(_resourcetype, EVERYWHERE, in_allprop=True),
    DISPLAYNAME: Live(_displayname, EVERYWHERE - {Kind.CARD}, in_allprop=True),
    dav("creationdate"): Live(_made, OF_BOOK, in_allprop=True),
    dav("current-user-principal"): Live(_principal, EVERYWHERE),
    dav("principal-collection-set"): Live(lambda here: href(f"{paths.root()}principals/"), EVERYWHERE),
    dav("current-user-privilege-set"): Live(_privilege_set, EVERYWHERE),
    dav("supported-privilege-set"): Live(_supported_privileges, EVERYWHERE),
    dav("supported-report-set"): Live(_reports, EVERYWHERE),
    dav("acl"): Live(_acl, OWNED),
    dav("acl-restrictions"): Live(_constant("<D:grant-only/><D:no-invert/>"), OWNED),
    dav("owner"): Live(_principal, OWNED),
    dav("group"): Live(_constant(""), OWNED),
    dav("inherited-acl-set"): Live(_constant(""), OWNED),
    dav("principal-URL"): Live(_principal, frozenset({Kind.PRINCIPAL})),
    dav("alternate-URI-set"): Live(_constant(""), frozenset({Kind.PRINCIPAL})),
    dav("group-member-set"): Live(_constant(""), frozenset({Kind.PRINCIPAL})),
    dav("group-membership"): Live(_constant(""), frozenset({Kind.PRINCIPAL})),
    carddav("addressbook-home-set"): Live(_home, frozenset({Kind.PRINCIPAL})),
    dav("sync-token"): Live(_token, OF_BOOK),
    f"{{{CALENDARSERVER}}}getctag": Live(_token, OF_BOOK),
    dav("add-member"): Live(lambda here: href(paths.book(here.asker.owner)), OF_BOOK),
    carddav("supported-address-data"): Live(_constant(_ADDRESS_DATA), OF_BOOK),
    carddav("supported-collation-set"): Live(_constant(_COLLATIONS), OF_BOOK),
    carddav("max-resource-size"): Live(_constant(str(vcard.MAX_CARD)), OF_BOOK),
}

SETTABLE = frozenset({DISPLAYNAME, DESCRIPTION})
"""Live properties of the book that a device may change; all that is not live it may change too."""

ALSO_PROTECTED = frozenset(
    {
        *(dav(name) for name in ("getetag", "getcontenttype", "getcontentlength", "getlastmodified")),
        *(dav(name) for name in ("lockdiscovery", "supportedlock", "quota-used-bytes")),
        *(dav(name) for name in ("quota-available-bytes", "getcontentlanguage", "resource-id")),
        carddav("address-data"),
        carddav("principal-address"),
        carddav("addressbook-home-set"),
    }
)


def protected(name: str) -> bool:
    """Whether only the server says what stands there."""
    return (name in LIVE and name not in SETTABLE) or name in ALSO_PROTECTED


# --- asking -------------------------------------------------------------------


def read(here: Here, name: str) -> str | None:
    """A property as a whole element; None where the place has none of that name."""
    live = LIVE.get(name)
    if here.place.kind is Kind.BOOK and (live is None or name in SETTABLE) and name in here.kept:
        return here.kept[name]
    if live is None or here.place.kind not in live.at:
        return None
    return element(name, live.value(here))


def names_at(here: Here, *, allprop: bool = False) -> list[str]:
    """What a place has; with `allprop` only what that must list: the rest is dear or long."""
    names = [
        name for name, live in LIVE.items() if here.place.kind in live.at and (live.in_allprop or not allprop)
    ]
    if here.place.kind is Kind.BOOK:
        names += (name for name in here.kept if name not in LIVE)
    return names


def split(here: Here, names: Iterable[str]) -> tuple[str, str]:
    """The properties that are there, and empty elements of those that are not."""
    found, missing = [], []
    for name in names:
        value = read(here, name)
        if value is None:
            missing.append(element(name))
        else:
            found.append(value)
    return "".join(found), "".join(missing)


def http_date(moment: object) -> str:
    """A moment as HTTP writes it."""
    return format_datetime(moment, usegmt=True)  # type: ignore[arg-type]
