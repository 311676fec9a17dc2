"""A stage depends on the source files that it imports, directly or not."""

from waveloom.project.code_dependencies import code_dependencies


def project(folder, **files):
    for name, text in files.items():
        path = folder / "src/waveloom" / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or "x = 1")
    source = folder / "src"
    for package in {path for path in source.rglob("*") if path.is_dir()}:
        (package / "__init__.py").touch()
    return source


def test_imports_are_followed_also_inside_functions(tmp_path):
    source = project(
        tmp_path,
        pipelines__train__nodes="from waveloom.game import play",
        pipelines__train__pipeline="import waveloom.pipelines.train.nodes",
        pipelines__other__nodes="",
        game="def play():\n    import waveloom.audio.level",
        audio__level="",
        audio__trim="",
    )
    (source / "waveloom/pipelines/train/__init__.py").write_text("from waveloom.pipelines.train import pipeline")
    assert code_dependencies(source, {"waveloom.pipelines.train"}) == [
        "src/waveloom/audio/level.py",
        "src/waveloom/game.py",
        "src/waveloom/pipelines/train",
    ]


def test_a_package_imported_as_a_whole_counts_with_all_its_files(tmp_path):
    source = project(tmp_path, recipes="from waveloom import networks", networks__dense="", unused="")
    assert code_dependencies(source, {"waveloom.recipes"}) == ["src/waveloom/networks", "src/waveloom/recipes.py"]


def test_an_init_file_with_code_counts(tmp_path):
    source = project(tmp_path, audio__level="", audio__trim="")
    (source / "waveloom/audio/__init__.py").write_text("FLAG = True")
    assert code_dependencies(source, {"waveloom.audio.level"}) == [
        "src/waveloom/audio/__init__.py",
        "src/waveloom/audio/level.py",
    ]


def test_a_template_in_the_folder_of_an_imported_module_counts(tmp_path):
    source = project(tmp_path, report__page="", report__unused="")
    (source / "waveloom/report/page.html.j2").touch()
    assert code_dependencies(source, {"waveloom.report.page"}) == [
        "src/waveloom/report/page.html.j2",
        "src/waveloom/report/page.py",
    ]
