#!/bin/sh
# Debian's PostgreSQL, Redis and nginx for `make scale`: installed where that is allowed.
set -eu

missing=
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || missing="$missing nginx"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "This needs Debian's servers:" >&2
  echo "    sudo apt-get install$missing" >&2
  exit 1
fi
echo "Installing$missing"
# Only the programs are wanted: no service of the system's own may start.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  # dash runs the trap of EXIT for no signal; each ends the script, and so comes to it.
  trap 'rm -f "$policy"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  $missing >/dev/null
