"""Checks the relative links of Markdown pages: links.py ROOT

A link must lead to a file or folder below ROOT and, where it has a fragment and leads
to a page, to one of its headings.
"""

import os
import re
import sys

SKIPPED = re.compile(r"build.*|\..*")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def find_pages(root):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not SKIPPED.fullmatch(name))
        for file in sorted(files):
            if file.endswith(".md"):
                yield os.path.join(folder, file)


def read_page(path):
    """The text without what is fenced, which holds no links or headings."""
    with open(path) as page:
        return FENCE.sub(lambda match: "\n" * match.group().count("\n"), page.read())


def anchors_of(path):
    """The fragments of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", read_page(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in headings}


def main():
    root = os.path.realpath(sys.argv[1])
    links = problems = 0
    for path in find_pages(root):
        for number, line in enumerate(read_page(path).split("\n"), 1):
            for link in LINK.findall(line):
                if re.match(r"[a-z]+:", link):
                    continue
                links += 1
                name, _, fragment = link.partition("#")
                target = os.path.normpath(os.path.join(os.path.dirname(path), name))
                target = target if name else path
                if not target.startswith(root + os.sep) or not os.path.exists(target):
                    problem = "there is no such file"
                elif (fragment and target.endswith(".md")
                      and fragment not in anchors_of(target)):
                    problem = "the page has no such heading"
                else:
                    continue
                problems += 1
                print(f"{os.path.relpath(path, root)}:{number}: {link}: {problem}")
    print(f"{links} links, {problems} problems")
    sys.exit(1 if problems else 0)


main()
