"""From a lock file on standard input the packages that another one (the argument) does not hold, with their hashes.

So the lock of an extra holds what it adds, and can never ask for another version of what is there.
"""

import re
import sys
from pathlib import Path


def blocks(text):
    """Name -> the lines of one package: the pin, and its hashes below it."""
    found = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    return {block.partition("==")[0]: block for block in found if "==" in block}


def main():
    """Print them, in the order of the lock."""
    there = blocks(Path(sys.argv[1]).read_text())
    print("".join(block for name, block in blocks(sys.stdin.read()).items() if name not in there), end="")


if __name__ == "__main__":
    main()
