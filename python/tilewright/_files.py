"""Writing files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tilewright._errors import UsageError


def write_whole(target: Path, text: str) -> None:
    """Writes a file such that readers see the old one or the whole new one.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        if target.exists() and not target.is_file():
            if target.is_dir():
                raise UsageError(f"cannot write '{target}': it is a folder")
            target.write_text(text, encoding="utf-8")
            return
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise UsageError(f"cannot write '{target}': {error.strerror}") from error
