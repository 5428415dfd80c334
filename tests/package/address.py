"""Write into README.md and setup.cfg where the project lives: a step of a release.

python tests/package/address.py https://github.com/OWNER/NAME v0.1.0

In the repository the README's links and pictures are relative, which is right in every
copy of it. On PyPI they would lead nowhere, so what is uploaded has whole addresses.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: A link or a picture of Markdown whose target is no address and no heading.
RELATIVE = re.compile(
    r"(?P<picture>!?)\[(?P<text>[^]]*)\]\((?!\w+:|#)(?P<path>[^)]+)\)"
)


def whole(readme: str, repository: str, tag: str) -> str:
    """The README with links that work wherever it is read."""

    def write_out(found: re.Match[str]) -> str:
        kind = "raw" if found["picture"] else "blob"
        address = f"{repository}/{kind}/{tag}/{found['path']}"
        return f"{found['picture']}[{found['text']}]({address})"

    return RELATIVE.sub(write_out, readme)


def with_urls(settings: str, repository: str, tag: str) -> str:
    """The text of setup.cfg with the links that PyPI shows beside the README.

    :raises ValueError: if the tag is not the version's
    """
    [version] = re.findall("^version = (.+)", settings, re.MULTILINE)
    if tag != f"v{version}":
        raise ValueError(f"The tag {tag} is not v{version}, as setup.cfg has it.")
    urls = f"""[metadata]
project_urls =
    Source = {repository}/tree/{tag}
    Documentation = {repository}/blob/{tag}/docs/index.md
    Changelog = {repository}/blob/{tag}/CHANGELOG.md
    Issues = {repository}/issues
"""
    return settings.replace("[metadata]\n", urls, 1)


def main(repository: str, tag: str) -> None:
    readme, settings = ROOT / "README.md", ROOT / "setup.cfg"
    changed = with_urls(settings.read_text("utf-8"), repository, tag)
    readme.write_text(whole(readme.read_text("utf-8"), repository, tag), "utf-8")
    settings.write_text(changed, "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
