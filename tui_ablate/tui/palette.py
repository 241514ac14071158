"""The palette of verbs, which takes keys that come before its list is on the screen."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette


class Palette(CommandPalette):
    """Textual's palette; its list counts lines when it pages, and has none before it was laid out."""

    def _action_command_list(self, action: str) -> None:
        commands = self.query_one(CommandList)
        if not action.startswith("page_") or (commands.size.height and commands.virtual_size.height):
            super()._action_command_list(action)
