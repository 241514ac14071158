"""Which file system a folder lies on: locks and SQLite's write-ahead log want a local one."""

from __future__ import annotations

import os
from pathlib import Path

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "ceph", "glusterfs", "afs", "9p", "pvfs2"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.ceph-fuse", "fuse.beegfs", "fuse.rclone", "fuse.s3fs", "panfs", "wekafs"}
)


def kind(path: Path, mounts: str | None = None) -> str:
    """The type of the file system that holds ``path``, as the kernel names it; empty where it does not say.

    ``mounts`` is the text of /proc/self/mounts, read where not given.
    """
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text(errors="surrogateescape")
        except OSError:
            return ""
    where = os.path.realpath(path)
    best, found = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        # The kernel writes spaces and the like as octal escapes; the last mount on a point hides the ones below.
        point = fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = point == "/" or where == point or where.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, found = point, fields[2]
    return found


def shared(path: Path) -> bool:
    """Whether ``path`` lies on a network file system."""
    return kind(path) in NETWORK
