#!/usr/bin/env python
"""The command line of the tracker: `python manage.py help` lists what it can do."""

import os
import sys
import traceback

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        # Here, since the packages may be missing: Python would then exit with 1 as well.
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except Exception:
        if sys.argv[1:2] != ["gate"]:
            raise
        # Python would exit with 1, which is this command's word for a model that must not go live.
        traceback.print_exc()
        sys.exit(3)
