"""threads.py LIBRARY...: models of several libraries in one process, whose threads they share."""

import concurrent.futures
import gc
import multiprocessing
import os
import sys
import unittest

import numpy

import emblem

LIBRARIES = sys.argv[1:]
TEXTS = ["hello world", "", "The quick brown fox jumps over the lazy dog.", "a b c d e f g h " * 40] * 8


def count_threads():
    gc.collect()
    return len(os.listdir("/proc/self/task"))


def load_all(threads):
    return [emblem.load(path, threads=threads) for path in LIBRARIES]


def bits_of(model):
    vectors = model.predict([(text, "a fox") for text in TEXTS]) if isinstance(model, emblem.CrossEncoder) \
        else model.encode(TEXTS)
    return vectors.tobytes()


def in_child(expected):
    """What a child process finds: whether vectors are the same, and the threads that its models started."""
    before = count_threads()
    models = load_all(4)
    same = [bits_of(model) for model in models] == expected
    return same, count_threads() - before


EXPECTED = [bits_of(model) for model in load_all(1)]


class Threads(unittest.TestCase):
    def test_one_pool_for_all_models(self):
        before = count_threads()
        models = load_all(4)
        self.assertEqual([model.model.info.threads for model in models], [4] * len(models))
        self.assertEqual(count_threads() - before, 3)
        self.assertEqual([bits_of(model) for model in models], EXPECTED)
        again = load_all(4)
        self.assertEqual(count_threads() - before, 3)
        del models  # with the one whose library began the pool
        self.assertEqual([bits_of(model) for model in again], EXPECTED)
        self.assertEqual(count_threads() - before, 3)
        pinned = emblem.load(LIBRARIES[0], threads=4, pin_threads=True)
        two = emblem.load(LIBRARIES[0], threads=2)
        self.assertEqual(count_threads() - before, 3 + 3 + 1)
        self.assertEqual([bits_of(model) for model in (pinned, two)], EXPECTED[:1] * 2)
        del again, pinned, two
        self.assertEqual(count_threads(), before)

    def test_as_many_as_there_are(self):
        before = count_threads()
        models = [emblem.load(path) for path in LIBRARIES]
        threads = models[0].model.info.threads
        self.assertEqual(count_threads() - before, threads - 1)
        self.assertEqual([bits_of(model) for model in models], EXPECTED)

    def test_one_thread_is_the_callers(self):
        before = count_threads()
        models = load_all(1)
        self.assertEqual(count_threads(), before)
        del models

    def test_calls_at_once(self):
        models = load_all(4)
        with concurrent.futures.ThreadPoolExecutor(9) as callers:
            for place, bits in callers.map(lambda i: (i % len(models), bits_of(models[i % len(models)])), range(90)):
                self.assertEqual(bits, EXPECTED[place])

    def test_a_child_that_is_forked(self):
        models = load_all(4)
        self.assertEqual([bits_of(model) for model in models], EXPECTED)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            before = count_threads()
            same = [bits_of(model) for model in models] == EXPECTED  # the parent's own objects
            os.write(writer, f"{before} {same} {count_threads() - before}".encode())
            del models  # which must not wait for threads that are not here
            gc.collect()
            os.write(writer, b" freed")
            os._exit(0)
        os.close(writer)
        said = b""
        while part := os.read(reader, 100):
            said += part
        os.waitpid(child, 0)
        self.assertEqual(said, b"1 True 3 freed")
        self.assertEqual([bits_of(model) for model in models], EXPECTED)

    def test_children_of_multiprocessing(self):
        for how in ("fork", "spawn"):
            with multiprocessing.get_context(how).Pool(2) as pool:
                for found in pool.map(in_child, [EXPECTED] * 4):
                    self.assertEqual(found, (True, 3), how)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
