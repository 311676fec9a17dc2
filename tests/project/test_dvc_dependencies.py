"""The dependencies in dvc.yaml cover the external inputs of each stage."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from waveloom import pipelines
from waveloom.project import input_links
from waveloom.project.dvc_yaml import read_catalog
from waveloom.project.params import load

ROOT = Path(__file__).parents[2]


def test_each_stage_depends_on_its_external_inputs_and_on_the_stage_inputs():
    stages = load(ROOT / "dvc.yaml")["stages"]
    for stage, names in input_links.READ_BY.items():
        assert {f".inputs/{name}" for name in names} | {".inputs/inputs.json"} <= set(stages[stage]["deps"]), stage
    options = {"cache": False, "persist": True}
    assert stages["inputs"]["outs"] == [{f".inputs/{name}.json": options} for name in ("inputs", "links")]


def test_dvc_yaml_refers_to_no_parameter_that_params_yaml_may_lack():
    assert "${" not in (ROOT / "dvc.yaml").read_text()


def test_a_pipeline_with_the_project_folder_as_input_declares_what_it_reads_there():
    from kedro.framework.startup import bootstrap_project

    from waveloom.pipeline_registry import FOR_DVC, ON_DEMAND, register_pipelines

    bootstrap_project(ROOT)
    reading = {name for name, pipeline in register_pipelines().items() if "project" in pipeline.inputs()}
    assert reading - {"__default__", *FOR_DVC, *ON_DEMAND} == set(input_links.READ_BY)
    assert read_catalog(ROOT)["recipes"]["metadata"]["dvc"]["kind"] == "none"


def test_every_single_parameter_of_a_node_is_in_a_file_of_inputs_and_not_in_dvc_yaml():
    modules = {
        found.name: import_module(f"waveloom.pipelines.{found.name}") for found in iter_modules(pipelines.__path__)
    }
    single = {}
    for name, module in modules.items():
        parameters = {
            dataset.removeprefix("params:")
            for dataset in module.create_pipeline().inputs()
            if dataset.startswith("params:")
        }
        single[name] = {parameter for parameter in parameters if "." in parameter}
    assert {name: set(keys) for name, keys in input_links.SINGLE_PARAMETERS.items()} == {
        n: k for n, k in single.items() if k
    }
    stages = load(ROOT / "dvc.yaml")["stages"]
    assert not [key for stage in stages.values() for key in stage["params"] if "." in key]
    for name in input_links.SINGLE_PARAMETERS:
        assert f".inputs/{input_links.parameters_file(name)}" in stages[name]["deps"]
