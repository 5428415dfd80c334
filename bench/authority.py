"""A certificate authority of the benchmark's own, in a bundle of the usual size."""

from __future__ import annotations

from pathlib import Path

import certifi
import trustme


def make_authority(folder: Path) -> Path:
    """Write ``server.pem`` for ``localhost`` into a folder.

    :returns: the CA bundle to trust: certifi's with ours added, since the size of the
        bundle is what a new connection costs.
    """
    authority = trustme.CA()
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(
        folder / "server.pem"
    )
    bundle = folder / "bundle.pem"
    ours = authority.cert_pem.bytes()
    bundle.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + ours)
    return bundle
