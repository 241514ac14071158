"""Every key of the app, once: dispatch, footer, help and palette all read this table."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Key:
    """One verb and its keys (Textual's names, the first is the one shown).

    ``where`` is the screen or pane that answers; ``label`` names it in the footer (empty: not there), ``verb`` in the
    palette and ``tooltip`` in the help; ``id`` is what a key map of the user's refers to.
    """

    id: str
    keys: str
    action: str
    tooltip: str
    group: str
    where: str
    label: str = ""
    shown: str = ""
    verb: str = ""


KEYS: tuple[Key, ...] = (
    # everywhere
    Key("app.build", "1", "screen('build')", "Build: presets, the network, its totals", "Screens", "app", verb="Build"),
    Key("app.watch", "2", "screen('watch')", "Watch: charts and runs, live", "Screens", "app", verb="Watch"),
    Key("app.help", "question_mark,f1", "help", "All keys", "App", "app", "help", "?", "Show all keys"),
    Key("app.palette", "ctrl+p", "command_palette", "Every verb by its name", "App", "app", "", "^p"),
    Key("app.quit", "q", "quit", "Quit; runs go on by themselves", "App", "app", "quit", "q", "Quit, runs go on"),
    # the network on Build
    Key("build.residual", "r", "residual", "Shortcuts under the cursor: off, on", "Network",
        "build", "residual", "r", "Toggle shortcuts under the cursor"),
    Key("build.network", "R", "residual_network", "Shortcuts of the network: off, on", "Network", "build",
        "all", "R", "Toggle shortcuts of the network"),
    Key("build.shallower", "left_square_bracket", "depth(-1)", "Less depth in the family (50 → 34)", "Network",
        "build", "", "[", "Less depth"),
    Key("build.deeper", "right_square_bracket", "depth(1)", "More depth in the family (34 → 50)", "Network", "build",
        "depth", "[ ]", "More depth"),
    Key("build.more", "plus,equals_sign", "repeat(1)", "A block more (VGG: a convolution)", "Network",
        "build", "repeat", "+ −", "Repeat the block once more"),
    Key("build.fewer", "minus", "repeat(-1)", "A block less (VGG: a convolution)", "Network", "build",
        "", "−", "Repeat the block once less"),
    # what to do with it
    Key("build.train", "t", "train", "Train it and its twin over several seeds", "Experiment", "build", "train", "t",
        "Train with its twin"),
    Key("build.save", "s", "save", "Save as a preset of your own", "Experiment", "build", "save", "s",
        "Save as a preset"),
    # one stage
    Key("build.wider", "w,greater_than_sign", "width(1)", "More channels in the stage", "Network", "build", "width",
        "w W", "More channels"),
    Key("build.narrower", "W,less_than_sign", "width(-1)", "Fewer channels in the stage", "Network", "build", "", "W",
        "Fewer channels"),
    Key("build.stride", "S", "stride", "Stride of the stage: 1, 2, 4", "Network", "build", "stride", "S",
        "Change the stride"),
    Key("build.add", "a", "add", "A new stage after the cursor", "Network", "build", "stage", "a x", "Add a stage"),
    Key("build.duplicate", "d", "duplicate", "The stage once more", "Network", "build", "dup", "d",
        "Duplicate the stage"),
    Key("build.remove", "x,delete", "remove", "Remove the stage", "Network", "build", "", "x",
        "Remove the stage"),
    Key("build.undo", "u", "undo", "Take back the last change or preset", "Experiment", "build", "undo",
        "u", "Undo"),
    Key("build.redo", "U,ctrl+r", "redo", "Do it again", "Experiment", "build", "", "U", "Redo"),
    Key("build.against", "v", "against", "Totals against the preset or the twin", "Experiment", "build",
        "versus", "v", "Compare with the other"),
    Key("build.presets", "p", "presets", "Go to the presets", "Presets", "build", "presets", "p",
        "Go to the presets"),
    Key("build.filter", "slash", "filter", "Filter the presets", "Presets", "build", "filter", "/",
        "Filter the presets"),
    Key("build.back", "escape", "back", "Back: filter, presets, block", "Presets", "build", "back", "esc"),
    # moving
    Key("move.up", "up,k", "move(-1)", "Up", "Moving", "pane", "move", "↑ ↓"),
    Key("move.down", "down,j", "move(1)", "Down", "Moving", "pane", shown="↓"),
    Key("move.left", "left,h", "turn(-1)", "The block or depth before", "Moving", "pane", "depth", "← →"),
    Key("move.right", "right,l", "turn(1)", "The block or depth behind", "Moving", "pane", shown="→"),
    Key("move.first", "home,g", "jump(-1)", "First row", "Moving", "pane", shown="home"),
    Key("move.last", "end,G", "jump(1)", "Last row", "Moving", "pane", shown="end"),
    Key("move.page_up", "pageup", "page(-1)", "A page up", "Moving", "pane", shown="pgup"),
    Key("move.page_down", "pagedown", "page(1)", "A page down", "Moving", "pane", shown="pgdn"),
    Key("move.open", "enter", "open", "Open the preset, stage or study", "Moving", "pane", "open", "enter"),
    Key("move.next", "tab", "app.focus_next", "Next pane", "Moving", "app", shown="tab"),
    Key("move.previous", "shift+tab", "app.focus_previous", "Pane before", "Moving", "app", shown="⇧tab"),
    # watching
    Key("watch.pause", "space", "pause", "Pause this run, or let it go on", "Runs", "watch", "pause", "space",
        "Pause or resume the run"),
    Key("watch.cancel", "c", "cancel", "Cancel this run (asks first)", "Runs", "watch", "cancel", "c",
        "Cancel the run"),
    Key("watch.cancel_all", "C", "cancel_all", "Cancel all shown here (asks first)", "Runs", "watch",
        "cancel all", "C", "Cancel all runs shown"),
    Key("watch.log", "y", "log_axis", "Loss on a log or a linear axis", "Runs", "watch", "log axis", "y",
        "Loss axis: log or linear"),
    Key("watch.choose", "p", "groups", "Go to the studies and runs", "Runs", "watch", "studies", "p",
        "Go to the list of studies"),
    Key("watch.back", "escape", "back", "Back: list, then Build", "Runs", "watch", "back", "esc"),
)  # fmt: skip


ALWAYS = ("app.help", "app.quit")


def bindings(where: str) -> list[Binding]:
    """What Textual dispatches from in a screen or pane."""
    return [
        Binding(key, entry.action, entry.label or entry.tooltip, key_display=entry.shown or None, id=entry.id,
                show=False, tooltip=entry.tooltip)
        for entry in KEYS
        if entry.where == where
        for key in entry.keys.split(",")
    ]  # fmt: skip


FOOTERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "build": (
        ("build.residual", "build.network", "build.deeper", "build.more", "build.wider", "build.stride", "build.add",
         "build.duplicate"),
        ("build.presets", "build.train", "build.undo", "build.save", "build.filter", "build.against", *ALWAYS),
    ),
    "presets": (("move.up", "move.left", "move.open"), ("build.filter", "build.back", *ALWAYS)),
    "filter": (("move.open", "build.back"), ()),
    "watch": (("watch.pause", "watch.cancel", "watch.cancel_all", "watch.log", "watch.choose", "watch.back", *ALWAYS),),
    "groups": (("move.up", "move.open", "watch.back", *ALWAYS),),
}  # fmt: skip
"""The rows at the foot of a screen by what has the focus: ids of keys, the most useful first, ALWAYS at the right."""


def footer(place: str) -> list[list[Key]]:
    """The rows of keys to show at the foot of a screen in ``place``, a name of FOOTERS."""
    known = {entry.id: entry for entry in KEYS}
    return [[known[each] for each in row] for row in FOOTERS[place]]


def groups() -> dict[str, list[Key]]:
    """All keys for the help screen by group."""
    made: dict[str, list[Key]] = {}
    for entry in KEYS:
        made.setdefault(entry.group, []).append(entry)
    return made


NAMES = {
    "left_square_bracket": "[", "right_square_bracket": "]", "plus": "+", "equals_sign": "=", "minus": "−",
    "greater_than_sign": ">", "less_than_sign": "<", "slash": "/", "question_mark": "?", "escape": "esc", "up": "↑",
    "down": "↓", "left": "←", "right": "→", "pageup": "pgup", "pagedown": "pgdn", "shift+tab": "⇧tab", "ctrl+p": "^p",
    "ctrl+r": "^r", "delete": "del", "f1": "F1",
}  # fmt: skip


def written(keys: str) -> str:
    """Textual's key names as a person writes them: ``u ^r``."""
    return " ".join(NAMES.get(key, key) for key in keys.split(","))
