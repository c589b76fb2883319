"""Answers as XML, for clients that do not ask for JSON. Last.fm derives its JSON from this; here it goes back."""

from typing import Any
from xml.etree import ElementTree


def as_xml(answer: dict[str, Any]) -> bytes:
    """`@attr` becomes attributes; beside `#text` every other key is one too; lists become repeated elements."""
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
            element.attrib.update(value)
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
            child.text = str(one)


def _document(root: ElementTree.Element) -> bytes:
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
