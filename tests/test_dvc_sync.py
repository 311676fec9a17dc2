from waveloom.dvc_sync import code


def project(folder, **files):
    for name, text in files.items():
        path = folder / "src/waveloom" / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    source = folder / "src"
    for package in {path for path in source.rglob("*") if path.is_dir()}:
        (package / "__init__.py").touch()
    return source


def test_code_is_followed_through_imports_also_those_inside_functions(tmp_path):
    source = project(
        tmp_path,
        pipelines__train__nodes="from waveloom.game import play",
        game="def play():\n    import waveloom.audio.level",
        audio__level="",
        audio__trim="",
        unused="",
    )
    (source / "waveloom/pipelines/train/__init__.py").write_text("from waveloom.pipelines.train import nodes")
    assert code(source, {"waveloom.pipelines.train"}) == [
        "src/waveloom/__init__.py",
        "src/waveloom/audio/__init__.py",
        "src/waveloom/audio/level.py",
        "src/waveloom/game.py",
        "src/waveloom/pipelines",
    ]


def test_a_package_imported_whole_is_a_choice_among_all_its_files(tmp_path):
    source = project(tmp_path, recipes="from waveloom import networks", networks__dense="", unused="")
    assert code(source, {"waveloom.recipes"}) == ["src/waveloom/__init__.py", "src/waveloom/networks", "src/waveloom/recipes.py"]
