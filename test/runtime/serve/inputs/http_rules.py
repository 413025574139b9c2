"""http_rules.py FAKE: HTTP as the server reads and writes it, on a model without a tokenizer that takes ids."""

import concurrent.futures
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from served import Server, bits, run, served

FAKE = sys.argv.pop(1)
IDS = "--accept-token-ids"
BODY = b'{"input":[1,2,3]}'
HEAD = b"POST /v1/embeddings HTTP/1.1\r\nHost: h\r\n"
GOOD = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
LAST = b"GET /ping HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(FAKE, IDS, "--payload-limit=20000", "--log-requests")

    @classmethod
    def tearDownClass(cls):
        code, said = cls.server.stop()
        assert code == 0, (code, said)
        lines = [json.loads(line) for line in said.splitlines()]
        assert {line["path"] for line in lines} >= {"/ping", "/v1/embeddings", "/nothing"}
        traced = [line for line in lines if "traceparent" in line]
        assert [line["traceparent"] for line in traced] == ["00-abc-01"], traced

    def test_bits(self):
        lines = ["1 2 3", "99", "7 7 7 7 7 7 7 7", "0"]
        expected = [bits(one["embedding"]) for one in run(FAKE, "embed", "--ids", "--normalize=yes", *lines)]
        ids = [[int(word) for word in line.split()] for line in lines]
        status, answer = self.server.post("/v1/embeddings", {"input": ids, "model": "any"})
        self.assertEqual(status, 200)
        self.assertEqual([bits(one["embedding"]) for one in answer["data"]], expected)
        self.assertEqual(answer["usage"], {"prompt_tokens": 13, "total_tokens": 13})
        self.assertEqual(answer["model"], "fake")

    def test_many_on_one_connection(self):
        answers = self.server.raw(GOOD * 50 + LAST)
        self.assertEqual(answers.count(b"HTTP/1.1 200 OK\r\n"), 51)
        self.assertEqual(answers.count(b'"object":"list"'), 50)

    def test_bytes_one_by_one(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in GOOD:
                connection.sendall(bytes([byte]))
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n"))

    def test_chunks_and_continue(self):
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (BODY[:3], BODY[3:])) + b"0\r\n\r\n"
        whole = self.server.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + LAST)
        self.assertIn(b'"object":"list"', whole)
        with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
            connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
            self.assertEqual(connection.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
            connection.sendall(BODY)
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n"))
        # A body that is too large is refused before it is sent.
        refused = self.server.raw(HEAD + b"Expect: 100-continue\r\nContent-Length: 20001\r\n\r\n")
        self.assertTrue(refused.startswith(b"HTTP/1.1 413 "))

    def test_head_and_old_clients(self):
        status, headers, body = self.server.ask("HEAD", "/info")
        self.assertEqual((status, body), (200, b""))
        self.assertGreater(int(headers["Content-Length"]), 100)
        self.assertTrue(self.server.raw(b"GET /ping HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n"))

    def test_refusals_close(self):
        for bad in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 200,
            b"GET / HTTP/1.1\r\n\r\n",
            HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc",
            HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            HEAD + b"A: b\r\n folded\r\n\r\n",
            HEAD + b"A: b\n\r\n",
            HEAD + b"A : b\r\n\r\n",
        ):
            # Whatever is behind it is not read as a request.
            got = self.server.raw(bad + LAST)
            self.assertEqual(got.count(b"HTTP/1.1 "), 1, got)
            self.assertIn(got[9:12], (b"400", b"501"), got)
            self.assertIn(b"Connection: close\r\n", got)
            self.assertTrue(json.loads(got.split(b"\r\n\r\n", 1)[1])["error"])
        self.assertTrue(self.server.raw(b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 431 "))
        # All of it is sent before the answer is read.
        large = b'{"input":"' + b"a" * 3_000_000 + b'"}'
        got = self.server.raw(HEAD + b"Content-Length: %d\r\n\r\n" % len(large) + large)
        self.assertTrue(got.startswith(b"HTTP/1.1 413 "))

    def test_bad_requests(self):
        for body, status, words in (
            (b"", 400, "it ends where a value was expected"),
            (b"{", 400, "an object has no end, at byte 1"),
            (b'{"input":[1,2', 400, "an array has no end"),
            (b'{"input":[1]} x', 400, "something follows the end"),
            (b'{"input":"\xff"}', 400, "not UTF-8"),
            (b"[]", 400, "an object was expected"),
            (b"{}", 400, "'input' is not there"),
            (b'{"input":{}}', 400, "a text or a list of texts"),
            (b'{"input":[]}', 400, "the list of texts is empty"),
            (b'{"input":[[]]}', 400, "a list of token ids is empty"),
            (b'{"input":[1.5]}', 400, "a whole number"),
            (b'{"input":[-1]}', 400, "a token id is a whole number from 0"),
            (b'{"input":[100]}', 400, "0 to 99"),
            (b'{"input":[1,1,1,1,1,1,1,1,1]}', 400, "has 9 tokens, and the model takes 8"),
            (b'{"input":[1],"input":[2]}', 400, "a member is there twice"),
            (b'{"input":"text"}', 400, "without a tokenizer"),
            (b'{"input":[1],"dimensions":5}', 400, "have 4 components"),
            (b'{"input":[1],"dimensions":0}', 400, "a whole number from 1"),
            (b'{"input":[1],"encoding_format":"int8"}', 400, "'float' or 'base64'"),
            (b'{"input":[1],"x":' + b"[" * 1000 + b"]" * 1000 + b"}", 400, "nested too deeply"),
        ):
            got, headers, answer = self.server.ask("POST", "/v1/embeddings", body)
            error = json.loads(answer)["error"]
            self.assertEqual((got, error["type"]), (status, "invalid_request_error"), answer)
            self.assertIn(words, error["message"])
        self.assertEqual(self.server.post("/v1/embeddings", {"input": [1]})[0], 200)

    def test_paths(self):
        for method, path, status in (
            ("GET", "/nothing", 404),
            ("POST", "/v1/nothing", 404),
            ("GET", "/v1/embeddings", 405),
            ("DELETE", "/info", 405),
            ("OPTIONS", "/info", 405),
            ("GET", "/ping?x=1", 200),
            ("GET", "/", 200),
            ("GET", "/v1/models", 200),
            ("GET", "/openapi.json", 200),
        ):
            self.assertEqual(self.server.ask(method, path)[0], status, path)
        self.assertEqual(self.server.ask("GET", "/v1/embeddings")[1]["Allow"], "POST")
        self.assertEqual(self.server.get("/ping", traceparent="00-abc-01")[0], 200)
        self.assertNotIn("Access-Control-Allow-Origin", self.server.get("/ping", Origin="http://page")[1])

    def test_clients_that_leave(self):
        left = self.server.metric("emblem_left_requests")
        for size in range(0, len(GOOD) + 1, 7):
            with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
                connection.sendall(GOOD[:size])
        self.assertEqual(self.server.post("/v1/embeddings", {"input": [1]})[0], 200)
        self.assertGreaterEqual(self.server.metric("emblem_left_requests"), left)
        while self.server.metric("emblem_connections") > 1:
            time.sleep(0.05)

    def test_many_at_once(self):
        def one(number):
            ids = [number % 100, number % 7]
            status, answer = self.server.post("/v1/embeddings", {"input": [ids] * (1 + number % 40)})
            return status, {bits(item["embedding"]) for item in answer["data"]}, ids

        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(one, range(400)))
        lines = sorted({f"{ids[0]} {ids[1]}" for _, _, ids in answers})
        wanted = run(FAKE, "embed", "--ids", "--normalize=yes", *lines)
        expected = {line: bits(one["embedding"]) for line, one in zip(lines, wanted)}
        for status, found, ids in answers:
            self.assertEqual((status, found), (200, {expected[f"{ids[0]} {ids[1]}"]}))


class Options(unittest.TestCase):
    def test_key(self):
        with served(FAKE, IDS, "--api-key=secret") as server:
            for given, status in (
                ({}, 401),
                ({"Authorization": "Bearer wrong"}, 401),
                ({"Authorization": "Bearer secre"}, 401),
                ({"Authorization": "Bearer secretsecret"}, 401),
                ({"Authorization": "secret"}, 401),
                ({"Authorization": "Bearer secret"}, 200),
            ):
                got, headers, body = server.ask("POST", "/v1/embeddings", BODY, given)
                self.assertEqual(got, status, given)
                if status == 401:
                    self.assertEqual(json.loads(body)["error"]["code"], "invalid_api_key")
                    self.assertEqual(headers["WWW-Authenticate"], "Bearer")
            self.assertEqual([server.get(path)[0] for path in ("/health", "/ping", "/metrics", "/info")], [200] * 3 + [401])

    def test_environment(self):
        given = {"API_KEY": "k", "MAX_CLIENT_BATCH_SIZE": "2", "SERVED_MODEL_NAME": "mine", "HOSTNAME": "0.0.0.0", "PORT": "1"}
        with served(FAKE, IDS, environment=given) as server:
            key = {"Authorization": "Bearer k"}
            self.assertIn("http://127.0.0.1:", server.said)
            self.assertEqual(server.post("/v1/embeddings", {"input": [[1], [2]]}, **key)[1]["model"], "mine")
            status, answer = server.post("/v1/embeddings", {"input": [[1], [2], [3]]}, **key)
            self.assertEqual(status, 400)
            self.assertIn("batch size 3 > maximum allowed batch size 2", answer["error"]["message"])
            self.assertEqual(json.loads(server.get("/info", **key)[2])["max_client_batch_size"], 2)
        bad = subprocess.run([FAKE, "serve", IDS], env={**os.environ, "PORT": "http"}, capture_output=True, text=True)
        self.assertEqual((bad.returncode, "environment's PORT" in bad.stderr), (2, True), bad.stderr)

    def test_origins(self):
        with served(FAKE, IDS, "--cors-allow-origin=http://a,http://b", "--api-key=k") as server:
            status, headers, _ = server.ask("OPTIONS", "/embed", headers={"Origin": "http://b"})
            self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (204, "http://b"))
            self.assertIn("authorization", headers["Access-Control-Allow-Headers"])
            self.assertNotIn("Access-Control-Allow-Origin", server.get("/ping", Origin="http://c")[1])

    def test_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s")
            for _ in range(2):  # the second takes the place that the first left when it was killed
                server = Server(FAKE, IDS, f"--unix-socket={path}")
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(path)
                    connection.sendall(GOOD)
                    self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n"))
                second = subprocess.run([FAKE, "serve", IDS, f"--unix-socket={path}"], capture_output=True, text=True)
                self.assertEqual((second.returncode, "in use" in second.stderr), (1, True))
                if _ == 0:
                    server.process.kill()
                    server.process.wait()
                    server.errors.close()
            self.assertEqual(server.stop()[0], 0)
            self.assertFalse(os.path.exists(path))

    def test_shared_port(self):
        with served(FAKE, IDS, "--share-port") as first:
            taken = subprocess.run([FAKE, "serve", IDS, f"--port={first.port}"], capture_output=True, text=True)
            self.assertEqual((taken.returncode, "cannot listen on 127.0.0.1" in taken.stderr), (1, True))
            with served(FAKE, IDS, "--share-port", port=first.port) as second:
                self.assertEqual([second.get("/ping")[0] for _ in range(20)], [200] * 20)

    def test_memory_and_connections(self):
        with served(FAKE, IDS, "--max-memory=60000", "--max-connections=8") as server:
            status, headers, body = server.ask("POST", "/v1/embeddings", b'{"input":[' + b"[1]," * 2000 + b"[1]]}")
            self.assertEqual((status, headers["Retry-After"]), (429, "1"), body)
            self.assertIn("memory", json.loads(body)["error"]["message"])
            self.assertEqual(server.post("/v1/embeddings", {"input": [1]})[0], 200)
            held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
            time.sleep(0.2)
            for one in held[:-1]:
                one.close()
            held[-1].sendall(LAST)
            self.assertTrue(held[-1].recv(1000).startswith(b"HTTP/1.1 200 OK"))
            held[-1].close()

    def test_graceful_stop(self):
        server = Server(FAKE, IDS)
        idle = server.connect()
        self.addCleanup(idle.close)
        idle.request("GET", "/ping")
        idle.getresponse().read()
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.sendall(GOOD[:-5])
            time.sleep(0.1)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            # Nobody else comes in, and what was begun is answered.
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.1", server.port), timeout=5)
            half.sendall(GOOD[-5:])
            answer = half.recv(65536)
            self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n"))
            self.assertIn(b"Connection: close\r\n", answer)
        self.assertEqual(server.process.wait(timeout=30), 0)
        server.errors.close()

    def test_second_signal(self):
        server = Server(FAKE, IDS)
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.sendall(GOOD[:-5])
            time.sleep(0.1)
            server.process.send_signal(signal.SIGINT)
            time.sleep(0.2)
            self.assertIsNone(server.process.poll())
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(timeout=30), 1)
        server.errors.close()

    def test_log_that_nobody_reads(self):
        process = subprocess.Popen([FAKE, "serve", IDS, "--port=0", "--log-requests"], stderr=subprocess.PIPE, text=True)
        port = int(process.stderr.readline().rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"GET /ping HTTP/1.1\r\nHost: h\r\n\r\n" * 2000 + LAST)
            got = b""
            while part := connection.recv(65536):
                got += part
        self.assertEqual(got.count(b"HTTP/1.1 200 OK"), 2001)
        process.terminate()
        self.assertGreater(process.stderr.read().count("/ping"), 100)
        self.assertEqual(process.wait(), 0)
        process.stderr.close()

    def test_bad_usage(self):
        for options, words in (
            (["--port=70000"], "from 0 to 65535"),
            (["--host=nowhere.example"], "an address such as 127.0.0.1"),
            (["text"], "serve takes no operands"),
            (["--default-prompt-name=nobody"], "no prompt is named 'nobody'"),
            (["--auto-truncate=maybe"], "'true' or 'false'"),
            (["--share-port", "--unix-socket=x"], "--share-port goes with a port"),
        ):
            done = subprocess.run([FAKE, "serve", IDS, *options], capture_output=True, text=True)
            self.assertEqual((done.returncode, words in done.stderr), (2, True), done.stderr)
        done = subprocess.run([FAKE, "serve"], capture_output=True, text=True)
        self.assertEqual((done.returncode, "--accept-token-ids" in done.stderr), (1, True))


unittest.main()
