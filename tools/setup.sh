#!/bin/sh
# Installs the Debian packages of tools/packages.txt that are missing. Needs root or sudo; says so when it has neither.
# Usage: tools/setup.sh            installs what is missing
#        tools/setup.sh --check    only says what is missing (exit 1 if something needed is)
set -eu
list=$(dirname "$0")/packages.txt

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: not a Debian system; install the packages named in tools/packages.txt by hand" >&2
    exit 0
fi

missing() {  # $1: needed | optional
    awk -v want="$1" '
        /^\[/ { optional = ($0 == "[optional]"); next }
        /^#/ || NF == 0 { next }
        (want == "optional") == optional { print $1 }' "$list" |
    while read -r name; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$name"
    done
}

needed=$(missing needed)
optional=$(missing optional)

if [ "${1:-}" = --check ]; then
    [ -z "$needed" ] && exit 0
    echo "missing: $needed"
    exit 1
fi
[ -z "$needed$optional" ] && exit 0

if [ "$(id -u)" = 0 ]; then as_root=""
elif command -v sudo >/dev/null 2>&1; then as_root=sudo
elif [ -z "$needed" ]; then exit 0
else
    echo "setup: these packages are missing and installing them needs root or sudo: $needed" >&2
    exit 1
fi

echo "setup: installing $needed$optional"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq || echo "setup: the package lists could not be refreshed; trying with the old ones" >&2
if [ -n "$needed" ]; then
    # shellcheck disable=SC2086
    $as_root apt-get install -y -qq --no-install-recommends $needed >/dev/null
fi
for name in $optional; do
    $as_root apt-get install -y -qq --no-install-recommends "$name" >/dev/null 2>&1 ||
        echo "setup: optional package $name is not to be had; going on without it" >&2
done
