"""A table for people, a JSON file for programs, and the demands that failed."""

import json
import time
from pathlib import Path


class Results:
    """Of one part. Rows are printed as they come: a limit of time cuts nothing off."""

    def __init__(self, part, folder, seconds):
        self.part = part
        self.folder = Path(folder)
        self.end = time.monotonic() + seconds
        self.facts, self.rows, self.demands, self.notes = {}, [], [], []
        self.columns = None

    def left(self):
        """Seconds until the part has to be done."""
        return self.end - time.monotonic()

    def out_of_time(self, what):
        """Whether `what` must be left out, which is then said."""
        if self.left() > 0:
            return False
        self.note(f"no time was left for {what}")
        return True

    def note(self, text):
        self.notes.append(text)
        self.save()
        print(f"note: {text}", flush=True)

    def fact(self, name, value):
        self.facts[name] = value
        self.save()
        print(f"{name}: {value}", flush=True)

    def table(self, *columns):
        self.columns = columns
        print("\n" + "  ".join(f"{column:>{self.width(column)}}" for column in columns), flush=True)

    @staticmethod
    def width(column):
        return max(len(column), 20 if column in ("program", "what", "matmul") else 9)

    def row(self, *values):
        self.rows.append(dict(zip(self.columns, values)))
        self.save()
        texts = (f"{value:.6g}" if isinstance(value, float) else str(value) for value in values)
        print("  ".join(f"{text:>{self.width(column)}}" for column, text in zip(self.columns, texts)), flush=True)

    def demand(self, what, measured, required, at_least=True, enforced=True):
        """A number that has to be `required`, at least or at most."""
        met = measured >= required if at_least else measured <= required
        one = {"what": what, "measured": measured, "required": required, "met": bool(met), "enforced": enforced}
        self.demands.append(one | {"at_least": at_least})

    def save(self):
        """Each time that something was measured: who is stopped has that at least."""
        self.folder.mkdir(parents=True, exist_ok=True)
        content = {key: getattr(self, key) for key in ("part", "facts", "rows", "demands", "notes")}
        (self.folder / f"{self.part}.json").write_text(json.dumps(content, indent=1, default=str))

    def finish(self):
        """Prints the demands and writes the JSON. The exit code."""
        if self.demands:
            print(f"\n{'demand':<66} {'measured':>10} {'required':>10}")
        for one in self.demands:
            sign = ">=" if one["at_least"] else "<="
            met = "" if one["met"] else "  FAILED" if one["enforced"] else "  missed, not demanded here"
            print(f"{one['what']:<66} {one['measured']:>10.7g} {sign + format(one['required'], '.5g'):>10}{met}")
        failed = [one for one in self.demands if one["enforced"] and not one["met"]]
        self.save()
        met = sum(one["met"] for one in self.demands)
        print(f"{self.part}: {met} demands met, {len(failed)} failed", flush=True)
        return 1 if failed else 0
