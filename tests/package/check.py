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
        _run("build", "--outdir", str(folder), copied)
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    _run("twine", "check", "--strict", str(wheel), str(sdist))
    files = tracked()
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    _same(
        "wheel",
        {name for name in in_wheel if ".dist-info/" not in name},
        {name for name in files if name.startswith("flask_zonos/")},
    )
    with tarfile.open(sdist) as archive:
        in_sdist = {each.name.partition("/")[2] for each in archive if each.isfile()}
    _same(
        "sdist",
        {name for name in in_sdist if ".egg-info/" not in name},
        {name for name in files if not name.startswith(LEFT_OUT)} | {"PKG-INFO"},
    )
    print("The wheel and the sdist are whole.")


def _same(where: str, there: set[str], wanted: set[str]) -> None:
    if there != wanted:
        raise SystemExit(
            f"The {where} is not what the repository says.\n"
            f"missing: {sorted(wanted - there)}\nnot wanted: {sorted(there - wanted)}"
        )


def _run(*module: str) -> None:
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(module)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as thrown_away:
        main(Path(sys.argv[1] if sys.argv[1:] else thrown_away))
