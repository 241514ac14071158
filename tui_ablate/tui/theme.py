"""The app's colours: a calm dark theme in which colour means something."""

from __future__ import annotations

from textual.theme import Theme

CALM = Theme(
    name="calm",
    primary="#7fa7c9",
    secondary="#9d8fc4",
    accent="#e3b873",
    warning="#e0a458",
    error="#e0707a",
    success="#8cc084",
    foreground="#d6dae1",
    background="#14171c",
    surface="#191d23",
    panel="#232933",
    dark=True,
    variables={
        "strong": "#f2f4f7",
        "dim": "#949dab",
        "faint": "#616a78",
        "rule": "#343c48",
        "chosen": "#2b3542",
        "chosen-away": "#20262f",
        "scrollbar": "#343c48",
        "scrollbar-hover": "#465060",
        "scrollbar-active": "#5a6678",
        "scrollbar-background": "#14171c",
        "scrollbar-background-hover": "#14171c",
        "scrollbar-background-active": "#14171c",
        "scrollbar-corner-color": "#14171c",
        "input-cursor-background": "#d6dae1",
        "input-cursor-foreground": "#14171c",
        "input-selection-background": "#7fa7c9 35%",
    },
)
