import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from waveloom.config.errors import InputError
from waveloom.datasets import table
from waveloom.datasets.table import TableDataset, TableStream


def pieces(count):
    for start in range(count):
        yield pd.DataFrame({"clip_id": [f"{start}-a", f"{start}-b"], "x": np.float32([start, start + 0.5])})


def test_pieces_are_loaded_as_one_table_in_order(tmp_path):
    dataset = TableDataset(str(tmp_path / "t.parquet"))
    dataset.save(TableStream(pieces(3)))
    pd.testing.assert_frame_equal(dataset.load(), pd.concat(pieces(3), ignore_index=True))


def test_small_pieces_share_a_row_group(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "GROUP_ROWS", 4)
    TableDataset(str(tmp_path / "t.parquet")).save(TableStream(pieces(5)))
    found = pq.ParquetFile(tmp_path / "t.parquet").metadata
    assert [found.row_group(number).num_rows for number in range(found.num_row_groups)] == [4, 4, 2]


def test_equal_tables_give_equal_bytes(tmp_path):
    for name in ("a.parquet", "b.parquet"):
        TableDataset(str(tmp_path / name)).save(TableStream(pieces(2)))
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_a_failing_stream_leaves_the_old_table(tmp_path):
    dataset = TableDataset(str(tmp_path / "t.parquet"))
    dataset.save(TableStream(pieces(1)))

    def broken():
        yield from pieces(1)
        raise OSError("disk full")

    with pytest.raises(Exception, match="disk full"):
        dataset.save(TableStream(broken()))
    assert len(dataset.load()) == 2


def test_an_empty_stream_is_refused(tmp_path):
    with pytest.raises(Exception, match="no row") as caught:
        TableDataset(str(tmp_path / "t.parquet")).save(TableStream([]))
    assert isinstance(caught.value, InputError) or isinstance(caught.value.__cause__, InputError)
