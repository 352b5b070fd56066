#!/bin/sh
# The browser tests need Debian's chromium and a Chinese font; install what is missing where we may.
# Their versions are the distribution's of the day: nothing else in the set-up is unpinned (docs/setup.md).
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ||
    missing="chromium"
command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh family | grep -q . || missing="$missing fonts-wqy-microhei"
[ -n "$missing" ] || exit 0

refuse() {
    echo "The browser tests need: $missing. $1 Install them by hand and run make test again." >&2
    exit 1
}

[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || refuse "Only root may install them here (apt-get install $missing)."
echo "Installing for the browser tests: $missing"
apt-get update -qq || echo "apt-get update failed; trying with the package lists that are there." >&2
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
    refuse "This machine's package archive did not give them."
