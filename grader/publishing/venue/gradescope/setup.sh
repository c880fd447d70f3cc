#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -euo pipefail
cd "$(dirname "$0")"
apt-get update -qq
apt-get install -y -qq bubblewrap python3-pip
# Debian and newer Ubuntus guard the system's Python; this image is ours alone.
python3 -m pip install --quiet uv || python3 -m pip install --quiet --break-system-packages uv
python3 -m uv sync --quiet --no-dev --compile-bytecode --python ">=3.11" --project "${AUTOGRADER:-/autograder}/source/afterwards"

if bwrap --ro-bind / / --unshare-all true; then
    echo "The sandbox works while the image is built. A test submission shows whether it works later."
else
    echo "The sandbox does NOT work here: see 'Gradescope' in the README of afterwards."
fi
