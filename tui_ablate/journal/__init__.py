"""What a run writes down: events, claim, exit, requests; and readers that tail them. Knows no other room."""

from __future__ import annotations

from .claim import Claim as Claim
from .claim import alive as alive
from .claim import beat as beat
from .claim import claim as claim
from .claim import read_claim as read_claim
from .claim import release as release
from .curves import Curves as Curves
from .curves import Thinner as Thinner
from .curves import curves as curves
from .ending import ENDED_STATES as ENDED_STATES
from .ending import REQUESTS as REQUESTS
from .ending import STATES as STATES
from .ending import UNWRITTEN as UNWRITTEN
from .ending import Exit as Exit
from .ending import clear_request as clear_request
from .ending import read_exit as read_exit
from .ending import request as request
from .ending import requests as requests
from .ending import write_exit as write_exit
from .events import AnyEvent as AnyEvent
from .events import Checkpoint as Checkpoint
from .events import Ended as Ended
from .events import Epoch as Epoch
from .events import Paused as Paused
from .events import Preparing as Preparing
from .events import Queued as Queued
from .events import Resumed as Resumed
from .events import Started as Started
from .events import Step as Step
from .events import Tested as Tested
from .events import Traced as Traced
from .events import Warning as Warning
from .events import Watched as Watched
from .events import number as number
from .files import create_whole as create_whole
from .files import write_atomic as write_atomic
from .lines import JOURNAL as JOURNAL
from .lines import Journal as Journal
from .lines import Tail as Tail
from .lines import read as read
from .process import boot_id as boot_id
from .process import start_ticks as start_ticks
from .version import UPDATE as UPDATE
from .version import VERSION as VERSION
