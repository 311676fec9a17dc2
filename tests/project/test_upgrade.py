import shutil

from ruamel.yaml import YAML

from waveloom.project.template import project_files, template
from waveloom.project.upgrade import CATALOG, add_missing


def project(folder):
    for name in project_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template() / name, folder / name)
    return folder


def test_a_project_of_this_version_stays_as_it_is(tmp_path):
    before = (project(tmp_path) / CATALOG).read_bytes()
    assert add_missing(tmp_path) == []
    assert (tmp_path / CATALOG).read_bytes() == before


def test_what_a_later_version_has_is_added_and_what_was_edited_stays(tmp_path):
    catalog = YAML(typ="safe").load(project(tmp_path) / CATALOG)
    newest = dict(catalog)
    del catalog["report"], catalog["samples"]
    catalog["clips"]["path"] = "data/elsewhere"
    YAML().dump(catalog, tmp_path / CATALOG)
    (tmp_path / "conf/recipes/loom.yml").write_text("mine: true\n")
    (tmp_path / "conf/recipes/dense.yml").unlink()
    assert set(add_missing(tmp_path)) == {"conf/recipes/dense.yml", f"report in {CATALOG}", f"samples in {CATALOG}"}
    assert YAML(typ="safe").load(tmp_path / CATALOG) == {
        **newest,
        "clips": {**newest["clips"], "path": "data/elsewhere"},
    }
    assert (tmp_path / "conf/recipes/loom.yml").read_text() == "mine: true\n"
    assert add_missing(tmp_path) == []
