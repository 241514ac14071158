"""The palette: every verb of the table of bindings as "group: Verb"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from .bindings import KEYS, Key, written


class Verbs(Provider):
    """Offers the verbs that work on the screen below the palette."""

    async def discover(self) -> Hits:
        for key in self._keys():
            yield DiscoveryHit(
                Content(self._name(key)), partial(self._run, key), text=self._name(key), help=self._help(key)
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for key in self._keys():
            name = self._name(key)
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), partial(self._run, key), text=name, help=self._help(key))

    def _keys(self) -> Iterator[Key]:
        here = {"app", self.app.current_mode}
        return (key for key in KEYS if key.verb and key.where in here)

    def _name(self, key: Key) -> str:
        return f"{key.group}: {key.verb}"

    def _help(self, key: Key) -> str:
        return f"{written(key.keys.split(',')[0])}   {key.tooltip}"

    async def _run(self, key: Key) -> None:
        await self.app.run_action(key.action, self.app if key.where == "app" else self.screen)
