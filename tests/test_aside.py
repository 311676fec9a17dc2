import pytest

from waveloom.aside import replaced_folder
from waveloom.errors import InputError


def test_what_was_there_is_back_where_the_new_cannot_take_its_place(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s/kept").touch()
    with pytest.raises(InputError, match="what was there is unharmed"), replaced_folder(tmp_path / "s") as aside:
        aside.rmdir()
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == ["s", "s/kept"]
