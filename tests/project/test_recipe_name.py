import pytest

from waveloom.config.errors import InputError
from waveloom.project.recipe_name import check_recipe_name


@pytest.fixture
def project(tmp_path):
    (tmp_path / "conf/recipes").mkdir(parents=True)
    for name in ("loom", "residual"):
        (tmp_path / f"conf/recipes/{name}.yml").touch()
    return tmp_path


def test_a_misspelt_recipe_is_named_with_the_near_one(project):
    with pytest.raises(
        InputError, match=r"^train\.recipe is 'residul'; .*: loom, residual\. Did you mean 'residual'\?$"
    ):
        check_recipe_name({"train": {"recipe": "residul"}}, project)


@pytest.mark.parametrize("tree", [{"train": {"recipe": "residual"}}, {"train": {}}, {"train": None}, {}])
def test_a_recipe_that_exists_and_the_default_are_accepted(project, tree):
    check_recipe_name(tree, project)
