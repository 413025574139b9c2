"""models.py DENSE RERANKER SPARSE TOKENS ALL: each API on the real thing, bit for bit what the program's own commands
write."""

import base64
import concurrent.futures
import contextlib
import json
import math
import socket
import sys
import time
import unittest

from served import Server, bits, run, served

DENSE, RERANKER, SPARSE, TOKENS, ALL = sys.argv[1:6]
del sys.argv[1:]
TEXTS = [
    "The quick brown fox jumps over the lazy dog.",
    "Dogs and cats",
    "",
    'a "quoted"\ttext \\ with \u00e9\u00e0 \u65e5\u672c\u8a9e \U0001f600\u0007',
    "hello " * 400,
    "hello",
]
LINES = [text.replace("\t", " ").replace("\u0007", " ") for text in TEXTS]


def embed(program, *options, texts=LINES):
    return run(program, "embed", *options, *(["--"] if options else []), *texts)


def vectors(program, *options, texts=LINES):
    return [bits(one["embedding"]) for one in embed(program, *options, texts=texts)]


class Dense(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(DENSE)
        cls.expected = vectors(DENSE, "--normalize=yes")

    @classmethod
    def tearDownClass(cls):
        code, said = cls.server.stop()
        assert code == 0, said

    def answer(self, path, value):
        status, answer = self.server.post(path, value)
        self.assertEqual(status, 200, answer)
        return answer

    def test_openai(self):
        for path in ("/v1/embeddings", "/embeddings"):
            answer = self.answer(path, {"input": LINES, "model": "gpt"})
            self.assertEqual([bits(one["embedding"]) for one in answer["data"]], self.expected)
            self.assertEqual([one["index"] for one in answer["data"]], list(range(len(LINES))))
            self.assertEqual(answer["usage"]["total_tokens"], sum(one["tokens"] for one in embed(DENSE)))
        answer = self.answer("/v1/embeddings", {"input": LINES, "encoding_format": "base64", "user": "u"})
        self.assertEqual([base64.b64decode(one["embedding"]) for one in answer["data"]], self.expected)
        answer = self.answer("/v1/embeddings", {"input": LINES[0], "dimensions": 5})
        self.assertEqual([bits(one["embedding"]) for one in answer["data"]], vectors(DENSE, "--dim=5", texts=LINES[:1]))
        status, error = self.server.post("/v1/embeddings", {"input": [1, 2]})
        self.assertEqual(status, 400)
        self.assertIn("check_embedding_ctx_length=False", error["error"]["message"])
        self.assertEqual(json.loads(self.server.get("/v1/models")[2])["data"][0]["object"], "model")

    def test_tei(self):
        for path in ("/embed", "/", "/invocations"):
            self.assertEqual([bits(one) for one in self.answer(path, {"inputs": LINES})], self.expected)
        self.assertEqual([bits(one) for one in self.answer("/embed", {"inputs": LINES[0]})], self.expected[:1])
        raw = self.answer("/embed", {"inputs": LINES, "normalize": False, "prompt_name": None, "truncate": None})
        self.assertEqual([bits(one) for one in raw], vectors(DENSE, "--normalize=no"))
        cut = self.answer("/embed", {"inputs": LINES, "dimensions": 7})
        self.assertEqual([bits(one) for one in cut], vectors(DENSE, "--dim=7"))
        cut = self.answer("/embed", {"inputs": LINES, "dimensions": 7, "normalize": False})
        self.assertEqual([bits(one) for one in cut], vectors(DENSE, "--dim=7", "--normalize=no"))
        self.assertEqual(self.server.post("/embed", {"inputs": "a", "dimensions": 100000})[0], 422)
        self.assertEqual(self.server.post("/embed", {"inputs": "a", "prompt_name": "nobody"})[0], 422)

    def test_text_as_it_is(self):
        # Escapes, controls and all: as the C interface gets it through a file of one line each.
        text = TEXTS[3].replace("\t", " ")
        expected = [bits(one["embedding"]) for one in run(DENSE, "embed", input=text + "\n")]
        self.assertEqual([bits(one) for one in self.answer("/embed", {"inputs": [text]})], expected)
        body = json.dumps({"inputs": [text]}, ensure_ascii=False).encode()
        self.assertEqual([bits(one) for one in json.loads(self.server.ask("POST", "/embed", body)[2])], expected)

    def test_truncation(self):
        status, headers, _ = self.server.ask("POST", "/embed", json.dumps({"inputs": LINES}))
        self.assertEqual((status, headers["x-truncated-texts"]), (200, "1"))
        self.assertEqual(int(headers["x-compute-tokens"]), sum(one["tokens"] for one in embed(DENSE)))
        self.assertEqual(int(headers["x-compute-characters"]), sum(map(len, LINES)))
        self.assertEqual(headers["x-compute-type"], "cpu")
        self.assertNotIn("x-truncated-texts", self.server.ask("POST", "/embed", b'{"inputs":"a"}')[1])
        status, error = self.server.post("/embed", {"inputs": LINES, "truncate": False})
        self.assertEqual((status, error["error_type"]), (413, "Validation"))
        self.assertIn("text 4: it has more than the ", error["error"])
        left = self.answer("/embed", {"inputs": LINES[1] + " hello" * 400, "truncation_direction": "Left"})
        right = self.answer("/embed", {"inputs": LINES[1] + " hello" * 400, "truncation_direction": "right"})
        self.assertNotEqual(left, right)
        self.assertEqual(self.server.post("/api/embed", {"input": LINES[4], "truncate": False})[0], 400)

    def test_all_tokens(self):
        expected = [one["token_embeddings"] for one in embed(DENSE, "--output=tokens", texts=LINES)]
        got = self.answer("/embed_all", {"inputs": LINES})
        self.assertEqual([[bits(row) for row in rows] for rows in got], [[bits(row) for row in rows] for rows in expected])

    def test_similarity(self):
        value = {"inputs": {"source_sentence": LINES[0], "sentences": LINES}}
        got = self.answer("/similarity", value)
        self.assertEqual(got[0], 1.0)
        a, b = (self.answer("/embed", {"inputs": text})[0] for text in LINES[:2])
        self.assertAlmostEqual(got[1], math.sumprod(a, b) if hasattr(math, "sumprod") else sum(map(float.__mul__, a, b)), 5)
        self.assertEqual(got, self.answer("/similarity", {**value, "parameters": {"truncate": True}}))
        self.assertEqual(self.server.post("/similarity", {"inputs": {"sentences": LINES}})[0], 422)
        self.assertEqual(self.server.post("/similarity", {"inputs": {"source_sentence": "a", "sentences": []}})[0], 422)

    def test_tokens(self):
        done = run(DENSE, "tokenize", "--offsets", *LINES)
        got = self.answer("/tokenize", {"inputs": LINES})
        self.assertEqual([[token["id"] for token in one] for one in got], [one["ids"] for one in done])
        for text, tokens, one in zip(LINES, got, done):
            for token, name, place in zip(tokens, one["tokens"], one["offsets"]):
                if place is None:
                    self.assertEqual((token["text"], token["start"], token["stop"]), (name, None, None))
                else:
                    part = text.encode()[place[0] : place[1]].decode()
                    self.assertEqual((token["text"], text[token["start"] : token["stop"]]), (part, part))
        plain = self.answer("/tokenize", {"inputs": LINES[1], "add_special_tokens": False})[0]
        self.assertEqual([token["id"] for token in plain], done[1]["ids"][1:-1])
        ids = [token["id"] for token in plain]
        self.assertEqual(self.answer("/decode", {"ids": ids}), self.answer("/decode", {"ids": [ids]}))
        self.assertEqual(self.answer("/decode", {"ids": ids})[0].replace(" ", ""), LINES[1].lower().replace(" ", ""))
        whole = self.answer("/decode", {"ids": done[1]["ids"], "skip_special_tokens": False})[0]
        self.assertNotEqual(whole, self.answer("/decode", {"ids": done[1]["ids"]})[0])
        for bad in ({"ids": "a"}, {"ids": [10**9]}, {}):
            self.assertEqual(self.server.post("/decode", bad)[0], 422, bad)

    def test_ollama(self):
        answer = self.answer("/api/embed", {"model": "m", "input": LINES, "keep_alive": "5m", "options": {}})
        self.assertEqual([bits(one) for one in answer["embeddings"]], self.expected)
        self.assertGreater(answer["prompt_eval_count"], 0)
        answer = self.answer("/api/embeddings", {"model": "m", "prompt": LINES[0]})
        self.assertEqual(bits(answer["embedding"]), vectors(DENSE, texts=LINES[:1])[0])
        self.assertEqual(json.loads(self.server.get("/api/tags")[2])["models"][0]["model"], "tiny-bert")
        self.assertEqual(self.answer("/api/show", {"model": "m"})["capabilities"], ["embedding"])
        self.assertIn("version", json.loads(self.server.get("/api/version")[2]))
        status, error = self.server.post("/api/embed", {"model": "m"})
        self.assertEqual((status, error), (400, {"error": "'input' is not there, at byte 14 of the body"}))

    def test_what_it_does_not_do(self):
        for path, value in (
            ("/embed_sparse", {"inputs": "a"}),
            ("/predict", {"inputs": [["a", "b"]]}),
            ("/rerank", {"query": "a", "texts": ["b"]}),
        ):
            status, error = self.server.post(path, value)
            self.assertEqual((status, error["error_type"]), (424, "Backend"), error)
        self.assertEqual(set(self.server.post("/v2/rerank", {"query": "a", "documents": ["b"]})[1]), {"message"})

    def test_large_and_small_at_once(self):
        """Several clients with 1,000 texts, some that leave, and others with one: each has its own vectors."""
        many = {"inputs": [f"hello {LINES[number % 2]} {number}" for number in range(1000)]}
        singles = [f"dog {number}" for number in range(40)]
        expected = dict(zip(singles, vectors(DENSE, texts=singles)))
        whole = [bits(one) for one in self.answer("/embed", many)]

        def one(text):
            return [bits(vector) for vector in self.answer("/embed", {"inputs": text})] == [expected[text]]

        def leave(_):
            body = json.dumps(many).encode()
            with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
                connection.sendall(b"POST /embed HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            return True

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            large = [pool.submit(lambda: [bits(v) for v in self.answer("/embed", many)] == whole) for _ in range(2)]
            gone = [pool.submit(leave, number) for number in range(3)]
            small = [pool.submit(one, text) for text in singles]
            self.assertTrue(all(done.result() for done in large + gone + small))
        while self.server.metric("te_queue_size") > 0:
            time.sleep(0.05)

    def test_metrics(self):
        before = self.server.metric('te_request_success{method="batch"}')
        self.answer("/embed", {"inputs": LINES})
        self.assertEqual(self.server.metric('te_request_success{method="batch"}'), before + 1)
        text = self.server.get("/metrics")[2].decode()
        for name in ("te_request_duration", "te_embed_inference_duration", "te_request_input_length", "te_batch_next_size"):
            buckets = [float(line.split()[1]) for line in text.splitlines() if line.startswith(name + "_bucket")]
            self.assertEqual(buckets, sorted(buckets))
            self.assertEqual(buckets[-1], self.server.metric(name + "_count") if "length" in name else buckets[-1])
        self.assertIn('te_request_duration_bucket{le="1.5e-05"}', text)

    def test_info(self):
        info = json.loads(self.server.get("/info")[2])
        self.assertEqual(info["model_type"], {"embedding": {"pooling": "compiled"}})
        own = run_info(DENSE)
        self.assertEqual((info["max_input_length"], info["dimension"]), (own["max_tokens"], own["dimension"]))


def run_info(program):
    import subprocess

    return json.loads(subprocess.run([program, "info", "--json"], capture_output=True, text=True, check=True).stdout)


class Queue(unittest.TestCase):
    def test_too_many(self):
        with served(DENSE, "--max-concurrent-requests=1", "--threads=1") as server:
            body = json.dumps({"inputs": ["dog " * 100] * 3000}).encode()
            connection = server.connect()
            with contextlib.closing(connection):
                connection.request("POST", "/embed", body, {"Content-Type": "application/json"})
                while server.metric("te_queue_size") == 0:
                    pass
                status, headers, answer = server.ask("POST", "/embed", b'{"inputs":"a"}')
                self.assertEqual((status, headers["Retry-After"], json.loads(answer)["error_type"]), (429, "1", "Overloaded"))
                # The end waits for what was taken.
                server.process.terminate()
                answer = connection.getresponse()
                self.assertEqual(answer.status, 200)
                self.assertEqual(len(json.loads(answer.read())), 3000)

    def test_preload_and_start(self):
        with served(DENSE, "--preload", "--auto-truncate=false") as server:
            self.assertEqual(server.post("/embed", {"inputs": LINES[4]})[0], 413)
            self.assertEqual(server.post("/embed", {"inputs": LINES[4], "truncate": True})[0], 200)


class Reranker(unittest.TestCase):
    def test_shapes(self):
        query, texts = "a lazy dog", ["hello", "the dog", "the quick brown fox", "the dog"]
        own = {one["index"]: bits([one["score"]]) for one in run(RERANKER, "rerank", query, *texts)}
        order = [one["index"] for one in run(RERANKER, "rerank", query, *texts)]
        with served(RERANKER) as server:
            for path in ("/rerank", "/", "/invocations"):
                status, got = server.post(path, {"query": query, "texts": texts})
                self.assertEqual([one["index"] for one in got], order)
                self.assertEqual({one["index"]: bits([one["score"]]) for one in got}, own)
            status, got = server.post("/rerank", {"query": query, "texts": texts, "return_text": True, "truncate": True})
            self.assertEqual([one["text"] for one in got], [texts[index] for index in order])
            raw = server.post("/rerank", {"query": query, "texts": texts, "raw_scores": True})[1]
            self.assertNotEqual({one["index"]: bits([one["score"]]) for one in raw}, own)
            for path in ("/rerank", "/v1/rerank", "/v2/rerank"):
                value = {"model": "m", "query": query, "documents": [{"text": texts[0]}, *texts[1:]], "top_n": 2}
                status, got = server.post(path, {**value, "return_documents": True})
                self.assertEqual([one["index"] for one in got["results"]], order[:2])
                for one in got["results"]:
                    self.assertEqual(bits([one["relevance_score"]]), own[one["index"]])
                    self.assertEqual(one["document"], {"text": texts[one["index"]]})
            for bad in (
                {"query": query},
                {"texts": texts},
                {"query": query, "texts": texts, "documents": texts},
                {"query": query, "texts": []},
                {"query": query, "documents": texts, "top_n": 0},
                {"query": query, "documents": texts, "max_tokens_per_doc": 5},
                {"query": query, "documents": [{"title": "x"}]},
            ):
                self.assertEqual(server.post("/rerank", bad)[0], 422, bad)
            status, got = server.post("/predict", {"inputs": [[query, text] for text in texts]})
            self.assertEqual([bits([one[0]["score"]]) for one in got], [own[index] for index in range(4)])
            self.assertEqual(server.post("/predict", {"inputs": [query, texts[0]]})[1], got[0])
            self.assertEqual([server.post("/predict", {"inputs": bad})[0] for bad in ("a", ["a"], [["a"]], ["a", "b", "c"])], [422] * 4)
            self.assertEqual(server.post("/embed", {"inputs": "a"})[0], 424)
            self.assertEqual(server.post("/v1/embeddings", {"input": "a"})[0], 400)
            self.assertIn("reranker", json.loads(server.get("/info")[2])["model_type"])


class Outputs(unittest.TestCase):
    def test_sparse(self):
        texts = LINES[:2] + LINES[5:]
        for program, options in ((SPARSE, []), (ALL, [])):
            own = run(program, "embed", "--format=sparse", *options, *texts)
            with served(program) as server:
                status, got = server.post("/embed_sparse", {"inputs": texts})
                self.assertEqual(status, 200, got)
                for one, mine in zip(got, own, strict=True):
                    self.assertEqual([entry["index"] for entry in one], mine["indices"])
                    self.assertEqual(bits([entry["value"] for entry in one]), bits(mine["values"]))
        with served(SPARSE) as server:
            self.assertEqual(server.post("/", {"inputs": texts})[1], server.post("/embed_sparse", {"inputs": texts})[1])
            self.assertEqual(server.post("/embed", {"inputs": texts})[0], 424)

    def test_tokens(self):
        texts = LINES[:2]
        own = run(TOKENS, "embed", *texts)
        with served(TOKENS) as server:
            status, got = server.post("/embed_all", {"inputs": texts})
            self.assertEqual(status, 200, got)
            for rows, one in zip(got, own, strict=True):
                self.assertEqual([bits(row) for row in rows], [bits(row) for row in one["token_embeddings"]])
            self.assertEqual(server.post("/embed", {"inputs": texts})[0], 424)

    def test_prompts(self):
        texts = LINES[:2]
        names = list(run_info(TOKENS)["prompts"])
        self.assertTrue(names)
        with served(TOKENS) as server:
            for name in names:
                own = run(TOKENS, "embed", f"--prompt={name}", *texts)
                status, got = server.post("/embed_all", {"inputs": texts, "prompt_name": name})
                for rows, one in zip(got, own, strict=True):
                    self.assertEqual([bits(row) for row in rows], [bits(row) for row in one["token_embeddings"]], name)

    def test_all_outputs(self):
        own = run(ALL, "embed", "--returns=dense", *LINES[:2])
        with served(ALL) as server:
            got = server.post("/embed", {"inputs": LINES[:2]})[1]
            self.assertEqual([bits(one) for one in got], [bits(one["embedding"]) for one in own])


unittest.main()
