"""Files that appear under their name whole, or not at all."""

import contextlib
import errno
import os
import pathlib
from collections.abc import Iterator


@contextlib.contextmanager
def whole(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Give a name beside a file to write to: what stands there at the end gets the name, after a failure it goes.

    Args:
        path: the file.

    Raises:
        OSError: it cannot be written, such as on a full disk, or something else has its name; names the file.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "exists and is no file", str(path))  # a device would be one no more
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
