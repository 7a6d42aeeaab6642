"""What Sameframe costs, beside what others cost in the same run: `python -m bench [name ...]`."""

import sys
from pathlib import Path

# The browser tests' server, footage and browser are the bench's too, and the renderers' scenes.
sys.path.insert(0, str(Path(__file__).parents[1] / "playwright-tests"))
sys.path.append(str(Path(__file__).parents[1] / "py_worker" / "tests"))
