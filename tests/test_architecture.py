"""The house plan, checked: who imports whom, how long a module may be, what the project may say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 350


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_rooms_import_downwards_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_room_is_named_in_the_import_rule() -> None:
    rule = (ROOT / ".importlinter").read_text()
    for path in (ROOT / "netcard").iterdir():
        if path.suffix == ".py" or (path / "__init__.py").exists():
            assert path.stem == "__init__" or re.search(rf"\b{path.stem}\b", rule), path.stem


@pytest.mark.parametrize("path", tracked("netcard/*.py"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_a_room_can_hold(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_only_the_door_commits() -> None:
    for path in tracked("netcard/*.py"):
        if path.name != "database.py":
            assert "session.commit" not in path.read_text(), path


def test_templates_hold_no_script_and_no_style_of_their_own() -> None:
    """The policy would refuse them; the public card's one style sheet is allowed by its hash."""
    for path in tracked("templates/*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), path
        assert not re.search(r"\son\w+\s*=", text), path
        assert "hx-on" not in text, path


def test_vendored_files_come_with_licence_and_version() -> None:
    for folder in (ROOT / "static" / "vendor").iterdir():
        assert re.search(r"-\d+\.\d+", folder.name), folder
        assert any(
            path.name.upper().startswith(("LICENSE", "LICENCE", "OFL")) for path in folder.rglob("*")
        ), folder
