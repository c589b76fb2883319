"""Answers as XML, for clients that do not ask for JSON. Last.fm derives its JSON from XML; this is the reverse."""

import re
from typing import Any
from xml.etree import ElementTree

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML cannot hold, however they are written; a name asked for may have them."""


def as_xml(answer: dict[str, Any]) -> bytes:
    """`@attr` and all keys beside `#text` become attributes; lists become repeated elements."""
    root = ElementTree.Element("lfm", status="ok")
    _fill(root, answer)
    return _document(root)


def error_as_xml(code: int, message: str) -> bytes:
    root = ElementTree.Element("lfm", status="failed")
    ElementTree.SubElement(root, "error", code=str(code)).text = message
    return _document(root)


def _fill(element: ElementTree.Element, content: dict[str, Any]) -> None:
    for name, value in content.items():
        if name == "#text":
            element.text = str(value)
        elif name == "@attr":
            element.attrib.update({key: str(one) for key, one in value.items()})
        elif "#text" in content:
            element.set(name, str(value))
        else:
            _append(element, name, value)


def _append(parent: ElementTree.Element, name: str, value: Any) -> None:
    for one in value if isinstance(value, list) else [value]:
        child = ElementTree.SubElement(parent, name)
        if isinstance(one, dict):
            _fill(child, one)
        else:
            child.text = "" if one is None else str(one)


def _document(root: ElementTree.Element) -> bytes:
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return NOT_IN_XML.sub("", document.decode()).encode()
