import pathlib

from backend.registry import commands, facts, queries

ROOT = pathlib.Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "registry"


def test_the_example_file_goes_in_with_its_map(run):
    done = run(commands.import_, "lifts", EXAMPLE / "lifts.csv", "--map", EXAMPLE / "MAP.toml")
    assert (done.exit_code, done.stdout) == (0, "新增 3 台，更新 0 台，无变化 0 台\n")
    stored = queries.lift("500903")
    assert (stored["status"], stored["category"], stored["jurisdiction"]) == ("stopped", "3310", "500157")
    assert (stored["origin"]["source"], stored["origin"]["date"]) == ("registration", stored["registered_on"])


def test_the_guide_names_every_column(context):
    guide = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    assert [name for name, one in facts.columns().items() if f"| `{name}` | {one.heading} |" not in guide] == []
