"""bulk.py LIBRARY PROGRAM PAIRS: blocks by emblem.bulk, held to the bits of the model's program; runs that go on."""

import hashlib
import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

import numpy
import pyarrow
import pyarrow.parquet

import emblem
from emblem.bulk import BlockEncoder, SharedModel, embed_parquet
from emblem.verify import verify

LIBRARY, PROGRAM, PAIRS = sys.argv[1:4]
TEXTS = ["hello world", "", "The quick brown fox", "naïve café 東京", "a b c d e f g h " * 10]
ENCODER = BlockEncoder(LIBRARY)


def by_program(texts, *options):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "vectors.npy")
        subprocess.run([PROGRAM, "embed", "--format=npy", "-o", out, *options], check=True, capture_output=True,
                       input="".join(text + "\n" for text in texts), encoding="utf-8")
        return numpy.load(out)


def numbers(column):
    return numpy.concatenate([chunk.flatten().to_numpy() for chunk in getattr(column, "chunks", [column])])


class Blocks(unittest.TestCase):
    def same(self, column, expected):
        self.assertEqual(column.type, pyarrow.list_(pyarrow.float32(), expected.shape[1]))
        self.assertEqual(len(column), len(expected))
        self.assertEqual(numbers(column).tobytes(), expected.tobytes())

    def test_are_the_programs_bits(self):
        expected = by_program(TEXTS)
        for kind in (pyarrow.string(), pyarrow.large_string(), pyarrow.string_view(),
                     pyarrow.dictionary(pyarrow.int32(), pyarrow.string())):
            texts = pyarrow.array(TEXTS).cast(kind)
            table = ENCODER(pyarrow.table({"id": range(5), "text": texts}))
            self.assertEqual(table.schema.names, ["id", "text", "vector"])
            self.same(table.column("vector"), expected)
            self.same(ENCODER.encode(pyarrow.chunked_array([texts[:2], texts[2:2], texts[2:]])), expected)
            self.same(ENCODER.encode(texts[1:4]), expected[1:4])
        batch = pyarrow.record_batch({"text": TEXTS})
        self.assertIsInstance(ENCODER(batch), pyarrow.RecordBatch)
        lists = next(ENCODER.batches([batch])).column("vector")
        self.assertEqual(lists.type, pyarrow.list_(pyarrow.float32()))
        self.same(lists.cast(ENCODER.vector_type()), expected)

    def test_nulls_stay_null(self):
        texts = pyarrow.array([None, *TEXTS[:2], None, *TEXTS[2:]])
        for given in (texts, pyarrow.chunked_array([texts[:3], texts[3:]]), texts.cast(pyarrow.string_view())):
            made = ENCODER.encode(given)
            self.assertEqual(made.is_null().to_pylist(), [text is None for text in texts.to_pylist()])
            self.same(made.drop_null(), by_program(TEXTS))
        self.assertEqual(ENCODER.encode(pyarrow.nulls(3)).null_count, 3)
        self.assertEqual(ENCODER.encode(pyarrow.array([], pyarrow.string())).type, ENCODER.vector_type())

    def test_prompts_and_options(self):
        texts = pyarrow.array([*TEXTS, None])
        self.same(BlockEncoder(LIBRARY, task="query").encode(texts)[:5], by_program(TEXTS, "--prompt=query"))
        self.same(BlockEncoder(LIBRARY, task="document").encode(texts)[:5], by_program(TEXTS, "--prompt=document"))
        named = BlockEncoder(LIBRARY, encode_options={"prompt": "query: "}).encode(texts)
        self.same(named[:5], by_program(TEXTS, "--prompt=query"))
        short = {"truncate_dim": 8, "normalize_embeddings": True}
        self.same(BlockEncoder(LIBRARY, encode_options=short).encode(texts)[:5], by_program(TEXTS, "--dim=8"))

    def test_is_opened_in_another_process(self):
        copy = pickle.loads(pickle.dumps(BlockEncoder(LIBRARY, "body", "of_body", threads=1)))
        made = copy(pyarrow.table({"body": TEXTS}))
        self.same(made.column("of_body"), by_program(TEXTS))

    def test_what_is_refused(self):
        table = pyarrow.table({"text": TEXTS, "vector": TEXTS, "number": range(5)})
        with self.assertRaisesRegex(emblem.InvalidArgumentError, "no column 'body'; the columns are"):
            BlockEncoder(LIBRARY, "body")(table)
        with self.assertRaisesRegex(emblem.InvalidArgumentError, "a column 'vector' already"):
            ENCODER(table)
        with self.assertRaisesRegex(emblem.InvalidArgumentError, "'number' is of int64; texts are strings"):
            BlockEncoder(LIBRARY, "number", "made")(table)
        with self.assertRaisesRegex(emblem.InvalidArgumentError, "'precision' is not one of"):
            BlockEncoder(LIBRARY, encode_options={"precision": "int8"})
        with self.assertRaisesRegex(emblem.InvalidArgumentError, "task is 'passage'"):
            BlockEncoder(LIBRARY, task="passage")
        with self.assertRaisesRegex(emblem.WrongKindError, "scores pairs"):
            BlockEncoder(PAIRS).encode(pyarrow.array(TEXTS))
        with self.assertRaisesRegex(emblem.CannotLoadError, "/none.so: No such file"):
            BlockEncoder("/none.so")


class Models(unittest.TestCase):
    def test_are_written_once_a_node(self):
        given = SharedModel.of(LIBRARY)
        fetched = []

        def fetch():
            fetched.append(1)
            with open(LIBRARY, "rb") as file:
                return file.read()

        with tempfile.TemporaryDirectory() as folder:
            tempfile.tempdir = folder
            try:
                away = SharedModel("/elsewhere/model.so", given.checksum, fetch)
                path = away.local_path()
                self.assertEqual(path, os.path.join(folder, f"emblem-models-{os.getuid()}", given.checksum, "model.so"))
                self.assertEqual(away.local_path(), path)
                self.assertEqual(len(fetched), 1)
                with open(path, "ab") as file:
                    file.write(b"damage")
                self.assertEqual(BlockEncoder(away).encode(pyarrow.array(TEXTS)), ENCODER.encode(pyarrow.array(TEXTS)))
                away.local_path()
                self.assertEqual(len(fetched), 2)
                with self.assertRaisesRegex(emblem.CannotLoadError, "is not the driver's file"):
                    SharedModel("/elsewhere/model.so", "0" * 64, fetch).local_path()
                os.chmod(os.path.dirname(os.path.dirname(path)), 0o777)
                with self.assertRaisesRegex(emblem.CannotLoadError, "can be written by others"):
                    away.local_path()
            finally:
                tempfile.tempdir = None

    def test_that_are_elsewhere_or_other(self):
        with self.assertRaisesRegex(emblem.CannotLoadError, f"{socket.gethostname()}: /none/model.so: no such file"):
            SharedModel("/none/model.so", "0" * 64).local_path()
        with self.assertRaisesRegex(emblem.CannotLoadError, "another file than the driver's"):
            SharedModel(LIBRARY, "0" * 64).local_path()


class Runs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.source, self.target = (os.path.join(self.folder, name) for name in ("texts", "vectors"))
        os.makedirs(os.path.join(self.source, "more"))
        self.texts = [f"{text} {number}" for number in range(11) for text in TEXTS]
        self.write("a.parquet", self.texts[:40], row_group_size=9)
        self.write("more/b.parquet", [])
        self.write("more/c.parquet", self.texts[40:])

    def write(self, path, texts, **options):
        table = pyarrow.table({"id": range(len(texts)), "text": pyarrow.array(texts, pyarrow.string())})
        pyarrow.parquet.write_table(table, os.path.join(self.source, path), **options)

    def run_it(self, encoder=ENCODER, block_rows=16, **options):
        return embed_parquet(self.source, self.target, encoder, block_rows=block_rows, **options)

    def outputs(self):
        return sorted(os.path.relpath(os.path.join(place, name), self.target)
                      for place, _, names in os.walk(self.target) for name in names)

    def rewrite(self, name, change, change_facts=lambda facts: facts):
        path = os.path.join(self.target, name)
        table = pyarrow.parquet.read_table(path)
        facts = json.dumps(change_facts(json.loads(table.schema.metadata[b"emblem"]))).encode()
        pyarrow.parquet.write_table(change(table).replace_schema_metadata({b"emblem": facts}), path)

    def test_give_every_row_once(self):
        done = self.run_it()
        self.assertEqual((done.written, done.kept, done.rows), (5, 0, 55))
        self.assertEqual(self.outputs(), ["_emblem.json", "a.0000000000.parquet", "a.0000000016.parquet",
                                          "a.0000000032.parquet", "more/b.0000000000.parquet",
                                          "more/c.0000000000.parquet"])
        rows = pyarrow.parquet.read_table(self.target, schema=pyarrow.schema(
            [("id", pyarrow.int64()), ("text", pyarrow.string()), ("vector", ENCODER.vector_type())]))
        self.assertEqual(rows.column("text").to_pylist(), self.texts)
        expected = by_program(self.texts)
        self.assertEqual(numbers(rows.column("vector")).tobytes(), expected.tobytes())
        found = verify(self.target, LIBRARY, None)
        self.assertEqual((found.problems, found.rows, found.embedded_again), ([], 55, 55))
        self.assertEqual(found.checksum, hashlib.sha256(expected.tobytes()).hexdigest())
        self.assertEqual(verify(self.target, LIBRARY, sample=7).embedded_again, 7)
        shutil.rmtree(self.target)
        self.run_it(block_rows=7)
        self.assertEqual(verify(self.target).checksum, found.checksum)

    def test_of_one_file_with_nulls(self):
        self.write("d.parquet", ["one", None, "two", None])
        embed_parquet(os.path.join(self.source, "d.parquet"), self.target, ENCODER)
        made = pyarrow.parquet.read_table(self.target).column("vector").combine_chunks()
        self.assertEqual(made.is_null().to_pylist(), [False, True, False, True])
        self.assertEqual(numbers(made).tobytes(), by_program(["one", "two"]).tobytes())
        self.assertEqual(verify(self.target, LIBRARY, None).problems, [])

    def test_of_texts_of_any_kind_beside_any_columns(self):
        texts = pyarrow.array(["one", None, "two", "one"])
        expected = by_program(["one", "two", "one"])
        for number, kind in enumerate((texts.dictionary_encode(), texts.cast(pyarrow.string_view()), pyarrow.nulls(4))):
            path, target = os.path.join(self.folder, f"{number}.parquet"), os.path.join(self.folder, f"to-{number}")
            table = pyarrow.table({"tags": [["a"], [], None, ["b"]], "facts": [{"x": 1}] * 4, "text": kind})
            pyarrow.parquet.write_table(table, path)
            embed_parquet(path, target, ENCODER, block_rows=3)
            made = pyarrow.parquet.read_table(target)
            self.assertTrue(made.drop_columns("vector").equals(table))
            self.assertEqual(verify(target, LIBRARY, None).problems, [])
            if number < 2:
                self.assertEqual(numbers(made.column("vector")).tobytes(), expected.tobytes())

    def test_go_on(self):
        self.run_it()
        before = {name: os.stat(os.path.join(self.target, name)).st_mtime_ns for name in self.outputs()}
        first, second = (os.path.join(self.target, name) for name in ("a.0000000016.parquet", "more/c.0000000000.parquet"))
        os.remove(first)
        os.truncate(second, os.path.getsize(second) - 1)
        open(os.path.join(self.target, "a.0000000016.0123.parquet.part"), "w").close()
        self.assertEqual([problem.partition(": ")[2] for problem in verify(self.target).problems],
                         ["it is missing; run again", "it is not whole; run again"])
        done = self.run_it()
        self.assertEqual((done.written, done.kept), (2, 3))
        self.assertEqual(self.outputs(), sorted(before))
        changed = {name for name in before
                   if os.stat(os.path.join(self.target, name)).st_mtime_ns != before[name]} - {"_emblem.json"}
        self.assertEqual(changed, {"a.0000000016.parquet", "more/c.0000000000.parquet"})
        self.assertEqual(verify(self.target).problems, [])
        self.write("z.parquet", ["new"])
        self.assertEqual(self.run_it().written, 1)

    def test_refuse_what_is_of_another_run(self):
        self.run_it()
        for options, words in (({"block_rows": 8}, "block_rows is 8, and was 16"),
                               ({"encoder": BlockEncoder(LIBRARY, task="query")}, "task is 'query', and was None"),
                               ({"encoder": BlockEncoder(PAIRS)}, "model is ")):
            with self.assertRaisesRegex(emblem.InvalidArgumentError, words + ".*overwrite=True"):
                self.run_it(**options)
        self.write("a.parquet", self.texts[:39])
        with self.assertRaisesRegex(emblem.InvalidArgumentError, "a.parquet has changed since the run began"):
            self.run_it()
        os.remove(os.path.join(self.source, "a.parquet"))
        with self.assertRaisesRegex(emblem.InvalidArgumentError, "a.parquet is gone since the run began"):
            self.run_it()
        self.write("a.parquet", self.texts[:39])
        done = self.run_it(overwrite=True)
        self.assertEqual((done.written, done.kept, done.rows), (3, 2, 54))
        self.assertEqual(self.run_it(block_rows=100, overwrite=True).written, 1)
        self.assertEqual(len(self.outputs()), 4)
        self.assertEqual(verify(self.target, LIBRARY, None).problems, [])
        for target in (self.source, os.path.join(self.source, "vectors"), self.folder):
            with self.assertRaisesRegex(emblem.InvalidArgumentError, "lie in one another"):
                embed_parquet(self.source, target, ENCODER)
        with self.assertRaisesRegex(emblem.InvalidArgumentError, "there is no Parquet file"):
            embed_parquet(tempfile.mkdtemp(dir=self.folder), self.target + "2", ENCODER)

    def test_verify_finds_what_is_changed(self):
        name = "a.0000000016.parquet"

        def with_another_bit(table):
            rows = numbers(table.column("vector")).copy()
            rows.view(numpy.uint32)[5 * 32 + 7] ^= 1
            made = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(rows), 32)
            return table.set_column(2, "vector", made)

        def with_another_text(table):
            texts = table.column("text").to_pylist()
            texts[3], texts[4] = texts[4], texts[3]
            return table.set_column(1, "text", pyarrow.array(texts))

        for change in (with_another_bit, with_another_text, lambda table: table.take([1, 0, *range(2, 16)])):
            self.run_it(overwrite=True)
            self.rewrite(name, change)
            self.assertEqual(verify(self.target).problems, [
                f"{os.path.join(self.target, name)}: it is not as it was written: its checksum differs"])
            os.remove(os.path.join(self.target, name))
        self.run_it()
        self.rewrite(name, lambda table: table.slice(0, 15))
        self.assertIn("it has 15 rows and not 16", verify(self.target).problems[0])
        os.remove(os.path.join(self.target, name))
        self.run_it()
        # Somebody who makes the checksum right, too, is found by the model alone.
        from emblem.bulk.checksum import block_checksum
        changed = with_another_bit(pyarrow.parquet.read_table(os.path.join(self.target, name)))
        checksum = block_checksum(changed.column("text"), changed.column("vector"))
        self.rewrite(name, with_another_bit, lambda facts: {**facts, "checksum": checksum})
        self.assertEqual(verify(self.target).problems, [])
        self.assertEqual(verify(self.target, LIBRARY, None).problems, [
            f"{os.path.join(self.target, name)}: 1 of 16 vectors are not the model's, the first in row 5"])
        shutil.copy(os.path.join(self.target, name), os.path.join(self.target, "other.parquet"))
        self.assertIn("it is not of this run", verify(self.target).problems[-1])

    def test_command(self):
        self.run_it()
        expected = os.path.join(self.folder, "expected.npy")
        numpy.save(expected, by_program(self.texts))

        def command(*arguments):
            done = subprocess.run([sys.executable, "-m", "emblem", "verify", *arguments], capture_output=True,
                                  encoding="utf-8", env=os.environ)
            return done.returncode, done.stdout + done.stderr

        code, words = command(self.target, "--model", LIBRARY, "--all", "--against", expected)
        self.assertEqual((code, words.splitlines()[0]), (0, "5 files, 55 rows, 55 embedded again, 0 problems"))
        numpy.save(expected, by_program(self.texts[::-1]))
        self.assertEqual(command(self.target, "--against", expected)[0], 1)
        self.assertEqual(command(self.source)[0], 1)
        self.assertIn("is not the model of these vectors", command(self.target, "--model", PAIRS)[1])
        os.remove(os.path.join(self.target, "a.0000000000.parquet"))
        code, words = command(self.target)
        self.assertEqual((code, words.splitlines()[0]),
                         (1, f"{self.target}/a.0000000000.parquet: it is missing; run again"))
        self.assertEqual(command(self.target, "--all")[0], 2)


unittest.main(argv=sys.argv[:1])
