"""Plain values -> typed experiment, or every problem at once.

msgspec decodes and stops at its first error; when it refuses, the JSON schema of the same types tells all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

import msgspec

from .problem import MISSING, PROBLEMS_MOST, Problem, SpecError, nearest, shown
from .tree import Key

T = TypeVar("T")
Place = Callable[[Key], tuple[str, int | None]]
"""From a path to the file and line it stands on."""

WORDS = {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number", "number": "a number"}
WORDS |= {"boolean": "true or false", "null": "nothing"}
_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minItems": "{} or more items",
    "maxItems": "{} items or fewer",
    "minLength": "{} or more characters",
    "maxLength": "{} characters or fewer",
}


def decode(value: Any, kind: type[T], place: Place) -> T:
    """``value`` as ``kind``. Raises SpecError with all problems."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError, RecursionError, UnicodeEncodeError) as error:
        problems = list(dict.fromkeys(_problems(value, kind, place)))
        if not problems:
            file, line = place(())
            says = "half of a character" if isinstance(error, UnicodeEncodeError) else shown(str(error), 200)
            problems = [Problem(file=file, line=line, found=says, right="mend this value")]
        raise SpecError(problems) from None


@cache
def _schema(kind: type) -> dict[str, Any]:
    return msgspec.json.schema(kind)


def _problems(value: Any, kind: type, place: Place) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    checker = Draft202012Validator.TYPE_CHECKER.redefine("array", lambda _, v: isinstance(v, (list, tuple)))
    # As msgspec: 10.0 is no whole number.
    checker = checker.redefine("integer", lambda _, v: isinstance(v, int) and not isinstance(v, bool))
    schema = _schema(kind)
    own = extend(Draft202012Validator, validators={"items": _items}, type_checker=checker)  # type: ignore[no-untyped-call]
    validator = own(schema)
    # That a list is too long goes before the many mistakes it may hold.
    for error in sorted(validator.iter_errors(value), key=lambda error: error.validator != "maxItems"):
        yield from _explain(error, schema, place)


def _items(validator: Any, items: Any, value: Any, schema: dict[str, Any]) -> Iterator[Any]:
    """The items of a list that may be there: those beyond its longest length are told by that rule, all at once."""
    if validator.is_type(value, "array"):
        first = len(schema.get("prefixItems", ()))
        for index, item in enumerate(value[first : schema.get("maxItems")], first):
            yield from validator.descend(item, items, path=index)


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _explain(error: Any, root: dict[str, Any], place: Place) -> Iterator[Problem]:
    path: Key = tuple(error.absolute_path)
    value, rule, limit = error.instance, error.validator, error.validator_value

    def problem(found: str, right: str, at: Key = path) -> Problem:
        file, line = place(at)
        return Problem(file=file, line=line, field=shown(".".join(map(str, at)), 200), found=found, right=right)

    if rule == "anyOf":
        yield from _explain_choice(error, root, problem, place)
    elif rule == "additionalProperties":
        known = error.schema.get("properties", {})
        for number, key in enumerate(key for key in value if key not in known):
            # Looking for the word that was meant takes long, and no more are read.
            near = nearest(str(key), known) if number < PROBLEMS_MOST else ""
            yield problem("there is no such field", f"fields here: {_listed(known)}{near}", (*path, key))
    elif rule == "required":
        for key in limit:
            if key not in value:
                needed = _resolved(error.schema.get("properties", {}).get(key, {}), root)
                yield problem(MISSING, f"give {_kinds(needed, root)}", (*path, key))
    elif rule == "enum":
        yield problem(f"found {shown(value)}", f"use one of {_listed(limit)}{nearest(str(value), map(str, limit))}")
    elif rule == "type":
        yield problem(f"found {shown(value)}", f"give {_kinds(error.schema, root)}")
    elif rule in _BOUNDS:
        yield problem(f"found {shown(value)}", f"give {_BOUNDS[rule].format(limit)}")
    else:
        yield problem(f"found {shown(value)}", f"it must satisfy {rule} {shown(limit)}")


def _explain_choice(
    error: Any, root: dict[str, Any], problem: Callable[..., Problem], place: Place
) -> Iterator[Problem]:
    path, value, branches = tuple(error.absolute_path), error.instance, error.schema["anyOf"]
    chosen = None
    if isinstance(value, dict):
        objects = [i for i, b in enumerate(branches) if _resolved(b, root).get("type") == "object"]
        tag = _tag_field(branches, objects, root)
        if tag is not None:
            words = {str(_tag(branches[i], tag, root)): i for i in objects}
            if tag not in value:
                yield problem(MISSING, f"use one of {_listed(words)}", (*path, tag))
                return
            if not isinstance(value[tag], str) or value[tag] not in words:
                right = f"use one of {_listed(words)}{nearest(str(value[tag]), words)}"
                yield problem(f"found {shown(value[tag])}", right, (*path, tag))
                return
            chosen = words[value[tag]]
        elif objects:
            chosen = objects[0]
    elif isinstance(value, (list, tuple)):
        chosen = next((i for i, b in enumerate(branches) if _resolved(b, root).get("type") == "array"), None)
    else:
        # A scalar of the right type that breaks a bound: say the bound, not the list of types.
        for inner in error.context:
            if inner.validator in _BOUNDS:
                chosen = inner.schema_path[0]
    inner_errors = [e for e in error.context if e.schema_path[0] == chosen]
    if not inner_errors:
        yield problem(f"found {shown(value)}", f"give {_kinds(error.schema, root)}")
    for inner in inner_errors:
        yield from _explain(inner, root, place)


def _tag_field(branches: list[Any], objects: list[int], root: dict[str, Any]) -> str | None:
    for field in ("name", "block"):
        if objects and all(_tag(branches[i], field, root) for i in objects):
            return field
    return None


def _tag(branch: dict[str, Any], field: str, root: dict[str, Any]) -> str | None:
    words = _resolved(branch, root).get("properties", {}).get(field, {}).get("enum", ())
    return str(words[0]) if len(words) == 1 else None


def _kinds(schema: dict[str, Any], root: dict[str, Any]) -> str:
    schema = _resolved(schema, root)
    if "anyOf" in schema:
        words = [_kinds(branch, root) for branch in schema["anyOf"]]
        return " or ".join(dict.fromkeys(words))
    if "enum" in schema:
        return f"one of {_listed(schema['enum'])}"
    kind = schema.get("type", "")
    return WORDS.get(kind, str(kind))


def _listed(words: Iterable[Any]) -> str:
    return ", ".join(str(word) for word in words)
