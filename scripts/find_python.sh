#!/bin/sh
# Print the first Python that the tracker runs on (3.11 to 3.13). PYTHON= names one to use.
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
{
    echo "The tracker needs Python 3.11, 3.12 or 3.13, and found none${PYTHON:+ at $PYTHON}."
    command -v python3 >/dev/null 2>&1 && echo "python3 here is $(python3 --version 2>&1)."
    echo "On Debian 12 or later and Ubuntu 24.04 or later: apt-get install python3 python3-venv"
    echo "If it has another name: make PYTHON=/path/to/python3.11 ..."
} >&2
exit 1
