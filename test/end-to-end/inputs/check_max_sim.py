"""check_max_sim.py PROGRAM REFERENCE: `similarity` is the MaxSim of the reference's vectors:
of each of the query's the greatest dot product with one of the document's, summed."""

import json
import subprocess
import sys

program, reference = sys.argv[1:]
cases = json.load(open(reference))["texts"]


def max_sim(query, document):
    return sum(max((sum(x * y for x, y in zip(one, other)) for other in document), default=0)
               for one in query)


documents = [case["text"] for case in cases]
for case in cases[:3]:
    got = subprocess.run([program, "similarity", "--", case["text"], *documents], text=True,
                         check=True, stdout=subprocess.PIPE).stdout.split()
    for score, other in zip(got, cases, strict=True):
        expected = max_sim(case["query"], other["document"])
        assert abs(float(score) - expected) <= 1e-4, (case["text"], other["text"], score, expected)
    alone = subprocess.run([program, "similarity", "--", case["text"], documents[-1]], text=True,
                           check=True, stdout=subprocess.PIPE).stdout.split()
    assert alone == got[-1:], (alone, got)
