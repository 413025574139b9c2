"""The sum of JUnit reports: count_results.py REPORT.xml...

The last line is "N passed, N failed". A report that is missing, cannot be read or
holds no test counts as a failure; so does a test that could not start.
"""

import sys
import xml.etree.ElementTree as ElementTree

passed = failed = skipped = 0
for path in sys.argv[1:]:
    try:
        cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        print(f"{path}: {error}")
        cases = []
    if not cases:
        print(f"{path}: no test ran")
        failed += 1
    for case in cases:
        name = f"{case.get('classname', '')}/{case.get('name')}"
        skip = case.find("skipped")
        why = skip.get("message", "") if skip is not None else ""
        # What ctest could not even start it calls "notrun", and skipped.
        broken = case.get("status") == "notrun" and not why.startswith("SKIP_")
        if broken or case.find("failure") is not None or case.find("error") is not None:
            print(f"failed: {name} {why}")
            failed += 1
        elif skip is not None:
            print(f"skipped: {name}: {why}")
            skipped += 1
        else:
            passed += 1

if skipped:
    print(f"{skipped} skipped")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
