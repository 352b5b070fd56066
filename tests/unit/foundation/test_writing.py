import errno
import os

import pytest

from backend.foundation.tables import write
from backend.foundation.writing import whole


def test_a_file_appears_when_it_is_complete(tmp_path):
    file = tmp_path / "signs.pdf"
    with whole(file) as part:
        part.write_text("all of it")
        assert not file.exists()
    assert file.read_text() == "all of it"
    assert list(tmp_path.iterdir()) == [file]


def half_of(file):
    with whole(file) as part:
        part.write_text("half of")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_that_could_not_be_written_leaves_the_old_one_and_is_named(tmp_path):
    file = tmp_path / "signs.pdf"
    file.write_text("the old one")
    with pytest.raises(OSError, match="No space left") as caught:
        half_of(file)
    assert (caught.value.filename, caught.value.errno) == (str(file), errno.ENOSPC)
    assert (list(tmp_path.iterdir()), file.read_text()) == ([file], "the old one")


@pytest.mark.parametrize("name", ["lifts.csv", "lifts.xlsx"])
def test_a_table_on_a_full_disk_is_one_error_and_no_file(tmp_path, name):
    (tmp_path / f"{name}.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        write(tmp_path / name, "电梯", ["电梯"], [["一" * 9000]] * 100)
    assert caught.value.filename == str(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_file_keeps_what_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="no file"), whole(pipe) as part:
        part.write_text("new")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
