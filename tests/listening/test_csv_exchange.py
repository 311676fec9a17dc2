import pytest

from tests.listening.studies import answer, small
from waveloom.config.errors import InputError
from waveloom.listening.csv_exchange import export_study, import_study
from waveloom.listening.database import open_database
from waveloom.listening.schema import Event


@pytest.fixture
def exported(tmp_path):
    engine, _, items, _ = small(tmp_path / "here")
    answer(engine, 'ann, "the" first\nof all', lambda item: 1 + len(item.clip) % 5, items)
    answer(engine, "bob", lambda _: 4, items, qualified=None)
    answer(engine, "çid", lambda _: 2, items, qualified=False)
    from sqlalchemy.orm import Session

    with Session(engine) as session, session.begin():
        session.add(Event(listener="bob", number=0, kind="consent", detail="", at="2026-01-01T00:00:00Z"))
    export_study(engine, "first", tmp_path / "csv")
    return tmp_path / "csv"


def texts(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_study_exported_imported_and_exported_has_the_same_bytes(exported, tmp_path):
    other = open_database("sqlite:///there.db", tmp_path)
    new = import_study(other, exported)
    assert new == {"study": 1, "stimulus": 8, "listener": 3, "rating": 24, "event": 1}
    export_study(other, "first", tmp_path / "again")
    assert texts(tmp_path / "again") == texts(exported)


def test_existing_rows_are_skipped_and_different_rows_are_refused(exported, tmp_path):
    other = open_database("sqlite:///there.db", tmp_path)
    import_study(other, exported)
    assert set(import_study(other, exported).values()) == {0}
    ratings = exported / "rating.csv"
    lines = ratings.read_text().splitlines()
    ratings.write_text("\n".join([*lines[:-1], lines[-1][:-1] + "5"]) + "\n")
    with pytest.raises(InputError, match="score differs"):
        import_study(other, exported)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("rating.csv", ",4\n", ",9\n", "9 is not a rating"),
        ("rating.csv", ",4\n", ",good\n", "score is 'good'; it must be a whole number"),
        ("rating.csv", "bob,", "eve,", "belong to different studies"),
        ("listener.csv", "first,0", "second,0", "are inconsistent"),
        ("listener.csv", "false", "nay", "qualified is 'nay'; it must be true or false"),
        ("stimulus.csv", "first,", "fisrt,", "has the columns"),
    ],
)
def test_errors_are_named_and_nothing_is_imported(exported, tmp_path, name, old, new, message):
    text = (exported / name).read_text()
    assert old in text
    (exported / name).write_text(text.replace(old, new, 1))
    other = open_database("sqlite:///there.db", tmp_path)
    with pytest.raises(InputError, match=message):
        import_study(other, exported)
    with pytest.raises(InputError, match="no study 'first'; there are: none"):
        export_study(other, "first", tmp_path / "again")


def test_a_folder_without_a_study_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"has no study\.csv"):
        import_study(open_database("sqlite:///there.db", tmp_path), tmp_path)
