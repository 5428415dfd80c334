"""Build wheel and sdist, and look into them.

The tutorial's test installs it into an empty environment and uses it.

python tests/package/check.py          builds in a folder that is thrown away
python tests/package/check.py dist     leaves there what was checked
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: In the repository, and of no use without it.
LEFT_OUT = (
    ".ci/",  # how the repository's host runs the tests
    ".github/",  # the same, and how it publishes
    ".gitignore",  # there is no git in an sdist
    ".editorconfig",  # the same: for those who change the project
    ".pre-commit-config.yaml",
    ".readthedocs.yaml",  # how the documentation's host builds it
)
#: What setuptools adds to the files of the project.
METADATA = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "top_level.txt"}


def copy(folder: Path) -> None:
    """Copy the project: an earlier build leaves nothing in a build of the copy."""
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)


def tracked() -> set[str]:
    """The files of the repository, also those that are about to be added.

    In an unpacked sdist: all that came with it.
    """
    if not (ROOT / ".git").exists():
        listed = (ROOT / "flask_zonos.egg-info" / "SOURCES.txt").read_text("utf-8")
        names = listed.splitlines()
    else:
        # CI's container and its checkout belong to different users: git minds that.
        git = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
        names = subprocess.run(
            [*git, "--cached", "--others", "--exclude-standard"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.split("\0")
    return {
        name for name in names if (ROOT / name).is_file() and ".egg-info/" not in name
    }


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as copied:
        copy(Path(copied))
        _run(sys.executable, "-m", "build", "--outdir", str(folder), copied)
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    _run(sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist))
    _check_contents(wheel, sdist)
    print("The wheel and the sdist are whole.")


def _check_contents(wheel: Path, sdist: Path) -> None:
    files = tracked()
    in_wheel, added = set(), set()
    for name in zipfile.ZipFile(wheel).namelist():
        home, _, rest = name.partition("/")
        (added.add(rest) if home.endswith(".dist-info") else in_wheel.add(name))
    _same(
        "wheel", in_wheel, {name for name in files if name.startswith("flask_zonos/")}
    )
    _same("wheel's metadata", added, METADATA | {"licenses/LICENSE"})
    with tarfile.open(sdist) as archive:
        in_sdist = {
            member.name.partition("/")[2]
            for member in archive.getmembers()
            if member.isfile() and ".egg-info/" not in member.name
        }
    wanted = {name for name in files if not name.startswith(LEFT_OUT)}
    _same("sdist", in_sdist, wanted | {"PKG-INFO"})


def _same(where: str, there: set[str], wanted: set[str]) -> None:
    if there != wanted:
        raise SystemExit(
            f"The {where} is not what the repository says.\n"
            f"missing: {sorted(wanted - there)}\nnot wanted: {sorted(there - wanted)}"
        )


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as thrown_away:
            main(Path(thrown_away))
