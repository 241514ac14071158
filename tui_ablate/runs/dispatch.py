"""Gives open runs to workers, one worker at a time on each device; puts runs whose worker died into the queue again."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from .. import journal
from ..spec.problem import SpecError
from ..spec.runfile import Environment, NewerRun, read_run
from . import deaths
from .devices import Device
from .engine import Engine, Worker
from .home import Home, ids_in
from .places import places, unmatched
from .queue import end

CANCEL_SECONDS = 10.0
"""A worker that has not ended a cancelled run after so long is asked to leave …"""
FORCE_SECONDS = 5.0
"""… and so long after that killed."""
START_SECONDS = 120.0
"""A worker that has not claimed its run after so long will not."""
IDLE_SECONDS = 3.0
"""How long a worker without a run is kept for the next one."""
SCAN_SECONDS = 2.0
"""How often every open run is looked at, though the list of them has not changed."""
_HOST = socket.gethostname()
FULL = (errno.ENOSPC, errno.EDQUOT)


class Post(msgspec.Struct):
    """A worker at its device, with the run it was given (None: idle since ``since``)."""

    worker: Worker
    run_id: str | None
    since: float
    served: bool = False
    """Whether it has trained a run before this one."""
    claimed: bool = False
    """Whether it was seen to have its run: where it has no claim then, it let go of it."""
    asked: float | None = None
    """When its run was seen to be cancelled."""
    warned: bool = False
    why: str | None = None
    """Why it was ended by us."""
    oom_kills: int = msgspec.field(default_factory=deaths.oom_kills)
    """How many processes the kernel had killed for memory when it got its run."""


class Dispatcher:
    """The runs of one home on the devices of this host. ``say`` gets a line for every thing that is done."""

    def __init__(self, home: Home, engine: Engine, cards: Sequence[Device], say: Callable[[str], None]) -> None:
        self.home = home
        self.engine = engine
        self.cards = list(cards)
        self.say = say
        self.posts: list[Post] = []
        self._seen: list[str] = []
        self._scanned = -SCAN_SECONDS
        self._waiting: list[str] = []
        self._needs: dict[str, Environment] = {}
        self._unsaid: dict[str, tuple[str, str, int | None]] = {}
        """Last words (state, sentence, signal) that could not be written yet."""
        self._trouble: dict[str, int | None] = {}
        """The last error of each run whose files refused something: each is said once."""
        self.refused: set[str] = set()
        """Runs that only a newer version of the program can read."""
        self.resting: set[str] = set()
        """Runs that are paused."""

    def turn(self) -> bool:
        """Look once at what is open and do what can be done; says whether there is anything to come back for.

        What one run's files refuse is tried again in a later turn, and keeps no other run waiting. Raises OSError
        where the home itself cannot be read.
        """
        now = time.monotonic()
        for run_id in list(self._unsaid):
            with self._passing_over(run_id):
                self._say_last(run_id)
        for post in list(self.posts):
            with self._passing_over(post.run_id or f"process {post.worker.pid}"):
                self._attend(post, now)
        opened = [run_id for run_id in ids_in(self.home.open) if run_id not in self.refused]
        if opened != self._seen or now - self._scanned >= SCAN_SECONDS:
            self._seen, self._scanned = opened, now
            self._waiting = self._scan(opened)
            self._needs = {run_id: self._needs[run_id] for run_id in self._waiting if run_id in self._needs}
            self._trouble = {run_id: self._trouble[run_id] for run_id in opened if run_id in self._trouble}
        for run_id in list(self._waiting):
            if len({post.worker.device for post in self.posts if post.run_id}) > len(self.cards):
                break
            with self._passing_over(run_id):
                if self._give(run_id, now):
                    self._waiting.remove(run_id)
        for post in self.posts:
            if post.run_id is None and now - post.since > IDLE_SECONDS:
                post.worker.dismiss()
        return bool(set(opened) - self.resting) or any(post.run_id for post in self.posts)

    def dismiss(self) -> None:
        """Let idle workers leave; a working one leaves after its run."""
        for post in self.posts:
            post.worker.dismiss()

    @contextmanager
    def _passing_over(self, about: str) -> Iterator[None]:
        """Say an OSError once and go on."""
        try:
            yield
        except OSError as error:
            if self._trouble.get(about, 0) != error.errno:
                self.say(f"{about}: passed over for now: {error}")
            self._trouble[about] = error.errno

    def _scan(self, opened: list[str]) -> list[str]:
        """The open runs that nobody has; whose worker died gets a last word, whose worker lives is taken note of."""
        held = {post.run_id for post in self.posts} | set(self._unsaid)
        self.resting = set()
        waiting = []
        for run_id in opened:
            if run_id not in held:
                with self._passing_over(run_id):
                    if self._waits(run_id):
                        waiting.append(run_id)
        return waiting

    def _waits(self, run_id: str) -> bool:
        folder = self.home.run(run_id)
        if not folder.is_dir() or journal.read_exit(folder) is not None:
            self.home.marker(run_id).unlink(missing_ok=True)
            return False
        claim = journal.read_claim(folder)
        if claim is None:
            requests = journal.requests(folder)
            if "cancel" in requests:
                self._end(run_id, "cancelled", f"Cancelled{deaths.reached(folder)}.")
            elif "pause" in requests:
                self.resting.add(run_id)
            else:
                return True
        elif journal.alive(claim):
            found = self.engine.find(run_id)
            if found is not None:
                self._meet(found, run_id)
        else:
            self._bury(run_id, deaths.of_claim(claim, folder))
        return False

    def _meet(self, found: Worker, run_id: str) -> None:
        """Take note of a worker that has ``run_id`` though we did not give it: another supervisor did."""
        now = time.monotonic()
        for post in self.posts:
            if post.worker.pid == found.pid and post.run_id is None:
                post.run_id, post.since, post.claimed = run_id, now, True
                return
        self.say(f"{run_id}: found with process {found.pid} on {found.device}")
        self.posts.append(Post(found, run_id, now, claimed=True))

    def _attend(self, post: Post, now: float) -> None:
        """See whether the worker lives and where its run is."""
        gone = post.worker.poll()
        run_id = post.run_id
        if run_id is None:
            if gone is not None:
                self.posts.remove(post)
            elif now - post.since > IDLE_SECONDS + START_SECONDS:
                post.worker.cancel(force=True)  # it was dismissed, and does not leave its device
            return
        folder = self.home.run(run_id)
        there = folder.is_dir()
        if not there or journal.read_exit(folder) is not None:
            self.home.marker(run_id).unlink(missing_ok=True)
            if gone is not None:
                self.posts.remove(post)
            elif there:
                self._rest(post, now)
            elif post.why is None:
                # Deleted by hand: the worker does not see that, and its device is free only once it has left.
                self.say(f"{run_id}: its folder is gone; killing process {post.worker.pid}, which trained it")
                post.why = "trained a run that was deleted"
                post.worker.cancel(force=True)
            return
        claim = journal.read_claim(folder)
        # A claim without a host cannot be read, and may be our worker's.
        mine = claim is not None and (not claim.host or (claim.host, claim.pid) == (_HOST, post.worker.pid))
        post.claimed = post.claimed or mine or (claim is None and _began(post, folder, now))
        if gone is not None:
            left = claim is None and (post.served or post.claimed or gone.status == 0)
            if not left or post.why is not None:
                oom_killed = deaths.oom_kills() > post.oom_kills
                death = deaths.of_worker(gone, folder, oom_killed=oom_killed)
                self._bury(run_id, death if post.why is None else deaths.Death(post.why, death.signal))
            # Else it let go of the run, or died before it took it: another can have it.
            self.posts.remove(post)
            self._scanned = -SCAN_SECONDS
            return
        requests = journal.requests(folder)
        if claim is None and post.claimed:
            self._rest(post, now)
            self._scanned = -SCAN_SECONDS
            return
        if claim is None and "pause" in requests:
            post.since = now
            post.worker.dismiss()  # it has still to take the run; it lets go of it then, and ends
        elif claim is None:
            if now - post.since > START_SECONDS and post.why is None:
                post.why = f"did not begin within {START_SECONDS:.0f} seconds and was killed"
                post.worker.cancel(force=True)
        elif not mine and journal.alive(claim):
            self._rest(post, now)  # another worker was quicker
            return
        if "cancel" in requests:
            self._press(post, now)

    def _rest(self, post: Post, now: float) -> None:
        post.run_id, post.since, post.served = None, now, True
        post.asked, post.warned, post.claimed = None, False, False

    def _press(self, post: Post, now: float) -> None:
        """End the worker of a cancelled run that does not end."""
        if post.asked is None:
            post.asked = now
        waited = now - post.asked
        if waited > CANCEL_SECONDS + FORCE_SECONDS and post.why is None:
            self.say(f"{post.run_id}: killing process {post.worker.pid}, which does not end")
            post.why = "did not end by itself and was killed"
            post.worker.cancel(force=True)
        elif waited > CANCEL_SECONDS and not post.warned:
            post.warned = True
            post.worker.cancel()

    def _give(self, run_id: str, now: float) -> bool:
        """Find a device and a worker for a waiting run; says whether the run waits no longer."""
        folder = self.home.run(run_id)
        if journal.read_exit(folder) is not None or journal.read_claim(folder) is not None:
            return True
        if "pause" in journal.requests(folder):
            self.resting.add(run_id)
            return True
        environment = self._needs.get(run_id)
        if environment is None:
            try:
                environment = self._needs.setdefault(run_id, read_run(folder).environment)
                if hidden := unmatched(environment, self.cards):
                    self.say(f"{run_id}: CUDA_VISIBLE_DEVICES={hidden} names no whole GPU here: it gets the CPU")
            except NewerRun as error:
                self.say(str(error))
                self.refused.add(run_id)
                return True
            except SpecError as error:
                self._end(run_id, "failed", f"Its file cannot be read: {error.problems[0]}")
                return True
        wanted = places(environment, self.cards)
        known = ["cpu", *(card.name for card in self.cards)]
        if not set(wanted) & set(known):
            self._end(run_id, "failed", f"This machine has no {wanted[0]}; it has {', '.join(known)}.")
            return True
        for device in wanted:
            there = [post for post in self.posts if post.worker.device == device]
            if not there:
                self._start(run_id, environment, device, now)
                return True
            if all(post.run_id is None for post in there):
                for post in there:
                    if _fits(post.worker, environment) and post.worker.offer(run_id):
                        self.say(f"{run_id}: given to process {post.worker.pid} on {device}")
                        post.run_id, post.since, post.oom_kills = run_id, now, deaths.oom_kills()
                        return True
                    post.worker.dismiss()  # the device is free once it has left
        return False

    def _start(self, run_id: str, environment: Environment, device: str, now: float) -> None:
        try:
            worker = self.engine.submit(run_id, environment, device)
        except OSError as error:
            if error.errno in FULL:
                raise  # it waits for room
            why = f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror)
            self._end(run_id, "failed", f"Its worker could not be started ({why}).")
            return
        self.say(f"{run_id}: started process {worker.pid} on {device}")
        self.posts.append(Post(worker, run_id, now))

    def _bury(self, run_id: str, death: deaths.Death) -> None:
        """Put a run whose worker is gone without a word back into the queue, or have the last word on it."""
        folder = self.home.run(run_id)
        sentence = deaths.goes_on(death, folder)
        if sentence is None:
            self._last_word(run_id, death)
        elif journal.claim(folder) is not None:
            try:
                book = journal.Journal(folder / journal.JOURNAL)
                try:
                    book.write(journal.Lost(t=time.time(), sentence=sentence))
                finally:
                    book.close()
            finally:
                journal.release(folder)
            self.say(f"{run_id}: {sentence}")

    def _last_word(self, run_id: str, death: deaths.Death) -> None:
        state, sentence = deaths.last_word(death, self.home.run(run_id))
        self._end(run_id, state, sentence, death.signal if state != "cancelled" else None)

    def _end(self, run_id: str, state: str, sentence: str, number: int | None = None) -> None:
        """Write the end of a run unless a living worker has it; where that fails, a later turn does."""
        self._unsaid[run_id] = (state, sentence, number)
        with self._passing_over(run_id):
            self._say_last(run_id)

    def _say_last(self, run_id: str) -> None:
        state, sentence, number = self._unsaid[run_id]
        folder = self.home.run(run_id)
        if folder.is_dir() and journal.claim(folder) is not None:
            end(self.home, run_id, state, sentence, number)
            self.say(f"{run_id}: {state}. {sentence}")
        del self._unsaid[run_id]


def _began(post: Post, folder: Path, now: float) -> bool:
    """Whether the worker has begun its run, though its claim was never seen: it let go of it between two looks."""
    given = time.time() - (now - post.since)
    events = journal.read(folder / journal.JOURNAL)
    return any(isinstance(e, journal.Started) and e.pid == post.worker.pid and e.t >= given for e in events)


def _fits(worker: Worker, environment: Environment) -> bool:
    """Whether a worker has the interpreter and the variables of ``environment``; it sees to threads by itself."""
    own = worker.environment
    return own is not None and (own.python, own.variables) == (environment.python, environment.variables)
