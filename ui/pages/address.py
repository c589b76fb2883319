"""The page's address: the listener, the view, and the view's parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode

NEXT = "next"
LONGEST = 2_000
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Address:
    """`?listener=ada&view=explore&tag=idm`; without them, the first listener and their recommendations."""

    listener: str = ""
    view: str = NEXT
    asked: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    @classmethod
    def read(cls, search: object) -> "Address":
        """Parse a query string, with or without its question mark; anything else is the first view."""
        if not isinstance(search, str) or len(search) > LONGEST:
            return cls()
        given = dict(parse_qsl(search.removeprefix("?"), errors="replace", max_num_fields=None))
        return cls(given.pop("listener", ""), given.pop("view", NEXT), given)

    def of(self, listener: str) -> "Address":
        """The same view for a listener."""
        return Address(listener, self.view, self.asked)

    def link(self, view: str = "", **asked: object) -> str:
        """The `href` of a view for this listener, escaped; this view unless another is named."""
        return escape(
            Address(self.listener, view or self.view, {name: str(value) for name, value in asked.items()}).href()
        )

    def href(self) -> str:
        """The address as a query string."""
        listener = {"listener": self.listener} if self.listener else {}
        view = {} if self.view == NEXT else {"view": self.view}
        return "?" + urlencode({**listener, **view, **self.asked}, errors="replace")
