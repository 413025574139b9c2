"""``python -m emblem``."""

import sys

from emblem.command import main

sys.exit(main())
