"""Tables for people, and JSON for programs."""

import json
import os
import platform


def cpu_name():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


class Report:
    """Collects what was measured; every figure is in the JSON."""

    def __init__(self, isa):
        self.isa = isa
        self.results = []
        self.accuracy = {}
        self.peaks = {}
        self.skipped = {}

    def skip(self, name, reason):
        """Says in one line why a contestant is not there."""
        self.skipped[name] = reason
        print(f"{name}: left out: {reason}", flush=True)

    def add(self, threads, workload, precision, seconds, peak):
        """`seconds` is {contestant: best seconds} of one precision; prints a row."""
        emblem = f"emblem {precision}"
        result = {"threads": threads, "workload": workload.name,
                  "precision": precision, "flops": workload.flops,
                  "texts": len(workload.lengths),
                  "tokens": int(workload.lengths.sum()), "seconds": seconds}
        peers = {name: best for name, best in seconds.items() if name != emblem}
        line = f"{workload.name:10}"
        if emblem in seconds:
            line += f" {seconds[emblem] * 1e3:9.2f}"
        else:
            line += f" {'-':>9}"
        if peers:
            result["best_peer"] = min(peers, key=peers.get)
            line += f" {peers[result['best_peer']] * 1e3:9.2f}"
        else:
            line += f" {'-':>9}"
        if emblem in seconds and peers:
            result["ratio"] = peers[result["best_peer"]] / seconds[emblem]
        if emblem in seconds and peak:
            result["of_peak"] = workload.flops / seconds[emblem] / peak
        line += f" {result['ratio']:7.2f}x" if "ratio" in result else f" {'-':>8}"
        line += (f" {100 * result['of_peak']:6.1f} %" if "of_peak" in result
                 else f" {'-':>8}")
        print(f"{line}  {result.get('best_peer', '')}", flush=True)
        self.results.append(result)

    @staticmethod
    def print_heading(threads, precision, peak, instruction):
        """Before the rows of one precision at one number of threads."""
        limit = (f"peak {peak / 1e9:.0f} G/s, {instruction}" if peak
                 else "no peak measured")
        print(f"\n{precision}, {threads} thread{'s' * (threads > 1)} ({limit})\n"
              f"{'':10} {'emblem ms':>9} {'peer ms':>9} {'ratio':>8} {'of peak':>8}"
              "  best peer", flush=True)

    def print_all_times(self):
        """Every contestant on every workload, in milliseconds."""
        for threads in sorted({result["threads"] for result in self.results}):
            rows = [r for r in self.results if r["threads"] == threads]
            workloads = list(dict.fromkeys(r["workload"] for r in rows))
            print(f"\nms, {threads} thread{'s' * (threads > 1)}".ljust(30),
                  *(f"{name:>9}" for name in workloads))
            for name in dict.fromkeys(n for r in rows for n in r["seconds"]):
                times = {r["workload"]: r["seconds"][name] for r in rows
                         if name in r["seconds"]}
                print(f"{name:28}", *(f"{times[w] * 1e3:9.2f}" if w in times
                                      else f"{'-':>9}" for w in workloads))

    def print_accuracy(self):
        if not self.accuracy:
            return
        print(f"\n{'against torch f32':28} {'min cosine':>12} {'mean':>12} "
              f"{'max error':>12}")
        for name, figures in self.accuracy.items():
            print(f"{name:28} {figures['min_cosine']:12.7f} "
                  f"{figures['mean_cosine']:12.7f} {figures['max_error']:12.2e}")

    def as_json(self):
        return {"cpu": cpu_name(), "cpus": len(os.sched_getaffinity(0)),
                "isa": self.isa, "peaks": self.peaks, "results": self.results,
                "accuracy": self.accuracy, "left_out": self.skipped}

    def write_json(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.as_json(), file, indent=1)
            file.write("\n")
