"""What a preset's name means: a file of the shipped presets, of the user's own, or anywhere."""

from __future__ import annotations

from pathlib import Path

from ..places import own_folder, preset_folder, presets
from .problem import Problem, SpecError, nearest, shown


def is_path(source: str | Path) -> bool:
    """Whether ``source`` means a file rather than a preset's name."""
    return isinstance(source, Path) or "/" in source or source.endswith((".yaml", ".yml"))


def path_of(source: str | Path) -> Path:
    """The path that ``source`` means, ``~`` expanded where it names a home folder."""
    try:
        return Path(source).expanduser()
    except RuntimeError:
        return Path(source)  # there is no such user: reading it says that there is no such file


def is_file(path: Path) -> bool:
    """Whether there is a file at ``path``; no for a path that no file can have."""
    try:
        return path.is_file()
    except OSError:
        return False


def find(
    source: str | Path, *, study: bool = False, beside: Path | None = None, asks: Path | None = None
) -> Path | None:
    """The file that ``locate`` gives, None where it raises; of a path it is not said whether it exists."""
    if is_path(source):
        path = path_of(source)
        return beside / path if beside is not None and not path.is_absolute() else path
    if unsafe(str(source)):
        return None
    kind = "studies" if study else ""
    folders = [own_folder() / kind, preset_folder() / kind]
    if beside is not None:
        folders.insert(0, beside)
    paths = [path for folder in folders if is_file(path := folder / f"{source}.yaml")]
    others = [path for path in paths if asks is None or path.resolve() != asks.resolve()]
    return next(iter(others or paths), None)


def locate(source: str | Path, *, study: bool = False, beside: Path | None = None, asks: Path | None = None) -> Path:
    """The file of a preset or study by name or path; own files beat shipped ones.

    ``beside``: the folder of the file that names it, searched first. ``asks``: that file itself, which is passed over
    where another has its name, so that an own preset may extend the shipped one it is named after.
    Raises SpecError with the nearest name.
    """
    found = find(source, study=study, beside=beside, asks=asks)
    if found is not None:
        return found
    check_name(str(source))
    what = "study" if study else "preset"
    known = [entry.name for entry in presets() if entry.study == study]
    right = f"list them with `tui-ablate presets`{nearest(str(source), known)}"
    raise SpecError([Problem(file=shown(str(source)), found=f"there is no {what} of this name", right=right)])


def check_name(name: str) -> None:
    """Refuse names that are no safe file name: raises SpecError."""
    why = unsafe(name)
    if why:
        raise SpecError([Problem(file=shown(name), field="name", found=why, right=NAME_RIGHT)])


NAME_RIGHT = "use letters, digits, '-', '_' and '.'"


def unsafe(name: str) -> str | None:
    """Why ``name`` is no safe file name; None where it is one."""
    if not name.strip():
        return "the name is empty"
    if len(name.encode("utf-8", "replace")) > 200:
        return "the name is longer than 200 bytes"
    if any(c in "/\\" or not c.isprintable() for c in name):
        return f"{shown(name)}: a path separator or a control character"
    return f"{shown(name)} begins with a dot" if name.startswith(".") else None
