"""bulk_engines.py ray|daft LIBRARY PROGRAM LESSER: a corpus by an engine on two local workers; LESSER is a model for a CPU
that `EMBLEM_TEST_CPU=1` is not. A worker is killed, then the driver, and the run goes on."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy
import pyarrow
import pyarrow.parquet

import emblem
from emblem.bulk import BlockEncoder, SharedModel
from emblem.verify import verify

ENGINE, LIBRARY, PROGRAM, LESSER = sys.argv[1:5]
BLOCKS, ROWS = 12, 10
TEXTS = [f"text {number} of {number % 7}" for number in range(BLOCKS * ROWS)]


class Dying(BlockEncoder):
    """Slow; the first worker that comes to the block of row 40 dies."""

    def __call__(self, block):
        time.sleep(0.2)
        if block.column("id")[0].as_py() == 40:
            try:
                os.close(os.open(os.environ["TEST_KILLED"], os.O_CREAT | os.O_EXCL))
                os.kill(os.getpid(), signal.SIGKILL)
            except FileExistsError:
                pass
        return super().__call__(block)


class OnLesserCpu(BlockEncoder):
    def __call__(self, block):
        os.environ["EMBLEM_TEST_CPU"] = "1"
        return super().__call__(block)


def module():
    if ENGINE == "daft":
        import emblem.daft
        return emblem.daft
    import emblem.ray
    return emblem.ray


def run(source, target, encoder, **options):
    return module().embed_parquet(source, target, encoder, workers=2, block_rows=ROWS, **options)


class Engine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.source = os.path.join(cls.folder, "texts")
        os.mkdir(cls.source)
        table = pyarrow.table({"id": range(len(TEXTS)), "text": TEXTS})
        pyarrow.parquet.write_table(table.slice(0, 80), os.path.join(cls.source, "0.parquet"))
        pyarrow.parquet.write_table(table.slice(80), os.path.join(cls.source, "1.parquet"))
        vectors = os.path.join(cls.folder, "expected.npy")
        subprocess.run([PROGRAM, "embed", "--format=npy", "-o", vectors], check=True, capture_output=True,
                       input="".join(text + "\n" for text in TEXTS), encoding="utf-8")
        cls.expected = numpy.load(vectors)
        os.environ["TEST_KILLED"] = os.path.join(cls.folder, "killed")
        if ENGINE == "ray":
            import ray
            ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
            cls.addClassCleanup(ray.shutdown)
            os.environ["RAY_ADDRESS"] = ray.get_runtime_context().gcs_address

    def written(self, target):
        return {name for name in os.listdir(target) if name.endswith(".parquet")} if os.path.exists(target) else set()

    def test_goes_on_after_kills(self):
        target = os.path.join(self.folder, "vectors")
        log = os.path.join(self.folder, "log")
        with open(log, "w") as file:
            driver = subprocess.Popen([sys.executable, *sys.argv, self.source, target], stdout=file, stderr=file)
        until = time.monotonic() + 120
        while len(self.written(target)) < 7:
            with open(log) as file:
                self.assertIsNone(driver.poll(), file.read())
            self.assertLess(time.monotonic(), until)
            time.sleep(0.02)
        driver.kill()
        driver.wait()
        self.assertTrue(os.path.exists(os.environ["TEST_KILLED"]))
        time.sleep(2)  # the driver's workers end
        left = self.written(target)
        self.assertLess(len(left), BLOCKS)
        before = {name: os.stat(os.path.join(target, name)).st_mtime_ns for name in left}
        done = run(self.source, target, Dying(LIBRARY))
        self.assertEqual((done.written, done.kept, done.rows), (BLOCKS - len(left), len(left), len(TEXTS)))
        for name, when in before.items():
            self.assertEqual(os.stat(os.path.join(target, name)).st_mtime_ns, when)
        rows = pyarrow.parquet.read_table(target)
        self.assertEqual(rows.column("id").to_pylist(), list(range(len(TEXTS))))
        found = verify(target, LIBRARY, None)
        self.assertEqual((found.problems, found.rows), ([], len(TEXTS)))
        self.assertEqual(found.checksum, hashlib.sha256(self.expected.tobytes()).hexdigest())

    def test_a_lesser_cpu_is_named(self):
        with self.assertRaisesRegex(emblem.WrongCpuError, f"{os.uname().nodename}: .*x86-64-v4"):
            run(os.path.join(self.source, "1.parquet"), os.path.join(self.folder, "lesser"), OnLesserCpu(LESSER))

    def test_sources_and_sinks_of_its_own(self):
        encoder = BlockEncoder(LIBRARY)
        texts = pyarrow.table({"id": range(len(TEXTS)), "text": TEXTS})
        if ENGINE == "ray":
            import ray
            # By Ray's store: no worker finds this path.
            stored = module().in_store(encoder).model
            encoder = encoder.copy(model=SharedModel("/elsewhere/model.so", stored.checksum, stored.fetch))
            made = module().add_vectors(ray.data.from_arrow(texts), encoder, batch_size=50)
            made = pyarrow.concat_tables(made.iter_batches(batch_format="pyarrow", batch_size=None))
            self.assertEqual(made.schema.field("vector").type, pyarrow.list_(pyarrow.float32(), 32))
        else:
            import daft
            made = module().add_vectors(daft.from_arrow(texts), encoder, workers=2).to_arrow()
            self.assertEqual(made.schema.field("vector").type.storage_type, pyarrow.list_(pyarrow.float32(), 32))
        made = made.sort_by("id")
        self.assertEqual(made.column("id").to_pylist(), list(range(len(TEXTS))))
        vectors = made.column("vector").combine_chunks()
        vectors = getattr(vectors, "storage", vectors)
        self.assertEqual(vectors.flatten().to_numpy().tobytes(), self.expected.tobytes())


if len(sys.argv) > 5:
    run(*sys.argv[5:7], Dying(LIBRARY))
else:
    unittest.main(argv=sys.argv[:1])
