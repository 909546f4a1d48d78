"""Free space: asked before a run takes any, and while it does. A full disk is told by name and in megabytes."""

from __future__ import annotations

import errno
import os
from pathlib import Path

MEGABYTE = 1024 * 1024


class NoRoomError(OSError):
    """There is too little free space. The text names the device and what is needed."""


def check_room(folder: Path, need_mb: int) -> None:
    """Nothing when ``need_mb`` MB (of 1024 * 1024 bytes) are free to us where ``folder`` lies.

    Raises:
        NoRoomError: less is free.
        OSError: the folder cannot be asked about.
    """
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize // MEGABYTE
    if free < need_mb:
        raise NoRoomError(errno.ENOSPC, f"no space left on {device_of(folder)}: need {need_mb} MB, {free} MB are free")


def device_of(folder: Path) -> str:
    """The device that ``folder`` lies on, and where it is mounted, as the kernel calls them."""
    wanted = f"{os.major(folder.stat().st_dev)}:{os.minor(folder.stat().st_dev)}"
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return str(folder)
    for line in lines:
        # mountinfo(5): id, parent, major:minor, root, mount point, options … "-", type, source
        fields, _, source = line.partition(" - ")
        if fields.split()[2] == wanted:
            return f"{source.split()[1]} ({fields.split()[4]})"
    return str(folder)


def is_full(error: BaseException) -> bool:
    """Whether an error of the system or of SQLite says that the disk is full."""
    return getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT} or "disk is full" in str(error)
