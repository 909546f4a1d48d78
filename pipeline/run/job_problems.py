"""What is wrong with a job file, one sentence a problem: key, what is wrong, remedy."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

Place = tuple[int | str, ...]

# pydantic's words for these speak of Python, not of TOML.
_PLAIN = {
    "too_short": "empty",
    "string_too_short": "empty",
    "tuple_type": "not a list",
    "dict_type": "not a table",
    "string_type": "not a text in quotes",
    "int_type": "not a whole number",
    "int_from_float": "not a whole number",
    "float_type": "not a number",
    "bool_type": "neither true nor false",
    "string_pattern_mismatch": "holds characters that may not stand there",
}


def describe(error: ValidationError, file: type[BaseModel]) -> list[str]:
    """One sentence for each problem, in the order of the file's keys."""
    problems = error.errors()
    places = [problem["loc"] for problem in problems]
    return [
        _sentence(problem["loc"], problem["type"], problem["msg"], file)
        for problem in problems
        # A list counts as too short when its members are wrong: the members' own sentences say it better.
        if not (problem["type"] == "too_short" and any(_inside(place, problem["loc"]) for place in places))
    ]


def _inside(place: Place, outer: Place) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _sentence(loc: Place, kind: str, message: str, file: type[BaseModel]) -> str:
    key = _dotted(loc)
    if kind == "extra_forbidden":
        return f"{key}: unknown key; {_nearest(loc, file)}"
    remedy = _description(loc, file)
    if kind == "missing":
        return f"{key}: missing; write {remedy}"
    message = _PLAIN.get(kind) or message.removeprefix("Value error, ").replace("Input should be", "this should be")
    return f"{key}: {message}; write {remedy}" if remedy else f"{key}: {message}"


def _dotted(loc: Place) -> str:
    """A place as people write it.

    >>> _dotted(("sites", 0, "allow", 1)), _dotted(("crawl", "resolve", "a", "[key]"))
    ('sites[0].allow[1]', 'crawl.resolve.a')
    """
    text = ""
    for step in loc:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step != "[key]":
            text += f".{step}" if text else step
    return text or "the file"


def _models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The sections of a file by name."""
    found = {}
    for name, field in model.model_fields.items():
        for candidate in (field.annotation, *get_args(field.annotation)):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                found[name] = candidate
    return found


def _section(loc: Place, file: type[BaseModel]) -> tuple[type[BaseModel], list[str]]:
    """The section that a place lies in, and the named steps inside it."""
    names = [step for step in loc if isinstance(step, str)]
    sections = _models(file)
    if len(names) > 1 and names[0] in sections:
        return sections[names[0]], names[1:]
    return file, names


def _description(loc: Place, file: type[BaseModel]) -> str:
    section, names = _section(loc, file)
    field: Any = section.model_fields.get(names[0]) if names else None
    return (field.description or "") if field is not None else ""


def _nearest(loc: Place, file: type[BaseModel]) -> str:
    section, names = _section(loc, file)
    wanted, known = names[-1], list(section.model_fields)
    close = get_close_matches(wanted, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    for name, other in _models(file).items():
        if other is not section and wanted in other.model_fields:
            return f"it belongs in {'[[sites]]' if name == 'sites' else f'[{name}]'}"
    return f"known here are {', '.join(known)}"
