"""Members of a domain that a model asks for while it is being made, when only their default number is known.

`limit: Plan = Plan.last` in a class body would keep the default size's last plan in every scope. It is noted here, and
refused when a scope gives the domain another size.
"""

from __future__ import annotations

import sys
from types import FrameType
from weakref import WeakKeyDictionary

from raceproof.checker.errors import Location, author_location

first_asked: WeakKeyDictionary[type, Location] = WeakKeyDictionary()
"""Where the members of a domain were first asked for in a class body or in `__init__`."""


def note_asked(domain: type) -> None:
    """Remember that somebody asks for the members of a domain, if it is a class body or a model's `__init__`."""
    location = author_location()
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (location is None or frame.f_code.co_filename != location.file):
        frame = frame.f_back
    while frame is not None and frame.f_code.co_name in ("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"):
        frame = frame.f_back
    if frame is None or location is None:
        return
    in_class_body = {"__module__", "__qualname__"} <= frame.f_locals.keys()
    if in_class_body or frame.f_code.co_name == "__init__":
        first_asked.setdefault(domain, location)
