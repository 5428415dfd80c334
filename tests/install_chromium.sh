#!/bin/sh
# Debian's chromium for the browser tests, and its headless shell, which is faster and
# which older releases of Debian have not: installed where that is allowed.
set -eu

as_root=
if [ "$(id -u)" != 0 ] && [ "${CI:-}" = true ] && command -v sudo >/dev/null 2>&1; then
  as_root=sudo
fi

install() {
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq \
    --no-install-recommends "$@" >/dev/null
}

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 -o -n "$as_root" ]; then
  if ! command -v chromium-headless-shell >/dev/null 2>&1; then
    echo "Installing chromium for the browser tests"
    $as_root apt-get update -qq || true
    install chromium-headless-shell fonts-liberation || echo "Without its shell: slower."
  fi
  command -v chromium >/dev/null 2>&1 || install chromium fonts-liberation
fi
if command -v chromium >/dev/null 2>&1; then
  exit 0
fi
echo "The browser tests need Debian's chromium:" >&2
echo "    sudo apt-get install chromium chromium-headless-shell" >&2
echo "or leave them out:" >&2
echo "    make test BROWSER=0" >&2
exit 1
