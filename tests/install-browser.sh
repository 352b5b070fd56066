#!/bin/sh
# The browser tests need Debian's chromium and a Chinese font; install what is missing where we may.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ||
    missing="chromium"
command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh family | grep -q . || missing="$missing fonts-wqy-microhei"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the browser tests: $missing"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "The browser tests need: $missing. Install them (apt-get install $missing) and run make test again." >&2
    exit 1
fi
