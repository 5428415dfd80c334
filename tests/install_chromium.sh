#!/bin/sh
# Debian's chromium for the browser tests: installed where that is allowed.
set -eu

if command -v chromium >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing chromium for the browser tests"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-liberation >/dev/null
  exit 0
fi
if [ "${CI:-}" = true ] && command -v sudo >/dev/null 2>&1; then
  sudo apt-get update -qq
  sudo apt-get install -y -qq --no-install-recommends chromium fonts-liberation
  exit 0
fi
echo "The browser tests need Debian's chromium:" >&2
echo "    sudo apt-get install chromium" >&2
echo "or leave them out:" >&2
echo "    make test BROWSER=0" >&2
exit 1
