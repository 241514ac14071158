"""`doctor`: what training needs, and what works."""

from __future__ import annotations

from .program import as_json, verb

SIGNS = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", "yellow")}


@verb("doctor", examples="doctor\ndoctor --json")
@as_json
def doctor_verb(json: bool) -> int:
    """Check Python, TensorFlow, GPUs, CUDA libraries, disk, home and the rest; say what to do where something fails.

    Ends with 1 where something training needs does not work.
    """
    from rich.text import Text

    from ..runs import Home, doctor
    from .terminal import clean, console, note, print_json, shows_unicode

    if not json:
        note("Asking TensorFlow what it sees takes a few seconds …")
    checks = doctor(Home())
    failed = any(check.ok is False for check in checks)
    if json:
        print_json(checks)
        return 1 if failed else 0
    screen = console()
    wide = max((len(check.name) for check in checks), default=0)
    for check in checks:
        sign, color = SIGNS[check.ok]
        sign = sign if shows_unicode() else {True: "ok", False: "!!", None: "--"}[check.ok]
        line = Text.assemble((sign, color), "  ", (clean(check.name).ljust(wide), "bold"), "  ", clean(check.says))
        screen.print(line)
        if check.advice:
            screen.print(Text(" " * (wide + 5) + clean(check.advice), "dim"))
    return 1 if failed else 0
