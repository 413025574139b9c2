"""clients.py DENSE RERANKER: other people's clients on the server (with_clients.sh)."""

import os
import sys
import unittest

from served import Server, bits, run

DENSE, RERANKER = sys.argv[1:3]
del sys.argv[1:]
TEXTS = ["The quick brown fox jumps over the lazy dog.", "Dogs and cats", "hello"]
KEY = "a-key"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def embedded(*options):
    return [bits(one["embedding"]) for one in run(DENSE, "embed", *options, *TEXTS)]


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dense = Server(DENSE, f"--api-key={KEY}", environment={"PORT": "0"})
        cls.reranker = Server(RERANKER)
        cls.url = f"http://127.0.0.1:{cls.dense.port}"
        cls.expected = embedded("--normalize=yes")
        cls.order = run(RERANKER, "rerank", "a lazy dog", *TEXTS)

    @classmethod
    def tearDownClass(cls):
        for server in (cls.dense, cls.reranker):
            code, said = server.stop()
            assert code == 0, said

    def same(self, vectors, expected=None):
        self.assertEqual([bits(list(one)) for one in vectors], expected or self.expected)

    def test_openai(self):
        import openai

        client = openai.OpenAI(base_url=self.url + "/v1", api_key=KEY, max_retries=0)
        # It asks for base64 itself; and for floats.
        self.same([one.embedding for one in client.embeddings.create(model="m", input=TEXTS).data])
        plain = client.embeddings.create(model="m", input=TEXTS, encoding_format="float")
        self.same([one.embedding for one in plain.data])
        self.assertGreater(plain.usage.total_tokens, 3)
        short = client.embeddings.create(model="m", input=TEXTS, dimensions=5)
        self.same([one.embedding for one in short.data], embedded("--dim=5"))
        self.assertEqual(len(client.models.list().data), 1)
        with self.assertRaises(openai.BadRequestError) as refused:
            client.embeddings.create(model="m", input=[[1, 2]])
        self.assertIn("check_embedding_ctx_length=False", refused.exception.message)
        with self.assertRaises(openai.AuthenticationError) as refused:
            client.with_options(api_key="wrong").embeddings.create(model="m", input="a")
        self.assertEqual(refused.exception.code, "invalid_api_key")

    def test_hugging_face(self):
        from huggingface_hub import InferenceClient

        client = InferenceClient(self.url, token=KEY)
        self.same(client.feature_extraction(TEXTS[0], normalize=True, truncate=True).tolist(), self.expected[:1])
        raw = client.feature_extraction(TEXTS[0], normalize=False, prompt_name=None, truncation_direction="left")
        self.same(raw.tolist(), embedded("--normalize=no")[:1])
        likeness = InferenceClient(self.url + "/similarity", token=KEY).sentence_similarity(TEXTS[0], other_sentences=TEXTS)
        self.assertEqual(likeness[0], 1.0)

    def test_cohere(self):
        import cohere

        for make in (cohere.Client, cohere.ClientV2):
            client = make(api_key="x", base_url=f"http://127.0.0.1:{self.reranker.port}")
            got = client.rerank(model="m", query="a lazy dog", documents=TEXTS, top_n=2)
            self.assertEqual([one.index for one in got.results], [one["index"] for one in self.order[:2]])
            self.same([[one.relevance_score] for one in got.results], [bits([one["score"]]) for one in self.order[:2]])

    def test_ollama(self):
        import ollama

        client = ollama.Client(self.url, headers={"Authorization": f"Bearer {KEY}"})
        self.same(client.embed("m", TEXTS).embeddings)
        self.same([client.embed("m", TEXTS[0], dimensions=5).embeddings[0]], embedded("--dim=5")[:1])
        self.same([client.embeddings("m", TEXTS[0]).embedding], embedded()[:1])
        self.assertEqual(client.list().models[0].model, "tiny-bert")
        self.assertEqual(client.show("m").capabilities, ["embedding"])
        with self.assertRaises(ollama.ResponseError):
            client.embed("m", "hello " * 1000, truncate=False)

    def test_langchain(self):
        from huggingface_hub import InferenceClient
        from langchain_huggingface import HuggingFaceEndpointEmbeddings
        from langchain_openai import OpenAIEmbeddings

        given = {"base_url": self.url + "/v1", "api_key": KEY, "check_embedding_ctx_length": False}
        self.same(OpenAIEmbeddings(**given).embed_documents(TEXTS))
        self.same([OpenAIEmbeddings(**given, dimensions=5).embed_query(TEXTS[0])], embedded("--dim=5")[:1])
        # It takes no URL for a model any more; its client does.
        endpoint = HuggingFaceEndpointEmbeddings(model="any/model", huggingfacehub_api_token=KEY)
        endpoint.client = InferenceClient(self.url, token=KEY)
        self.same(endpoint.embed_documents(TEXTS))

    def test_llama_index(self):
        from llama_index.embeddings.openai import OpenAIEmbedding
        from llama_index.embeddings.text_embeddings_inference import TextEmbeddingsInference

        tei = TextEmbeddingsInference(model_name="m", base_url=self.url, auth_token=KEY, text_instruction="", query_instruction="")
        self.same([[*one] for one in tei.get_text_embedding_batch(TEXTS)])
        ours = OpenAIEmbedding(api_base=self.url + "/v1", api_key=KEY, model_name="m")
        self.same(ours.get_text_embedding_batch(TEXTS))

    def test_prometheus(self):
        from prometheus_client.parser import text_string_to_metric_families

        families = {one.name: one for one in text_string_to_metric_families(self.dense.get("/metrics")[2].decode())}
        for name, kind in (("te_request_count", "counter"), ("te_queue_size", "gauge"), ("te_request_duration", "histogram")):
            self.assertEqual(families[name].type, kind)
        # So many buckets, the one without end, the sum and the count.
        self.assertEqual(len(families["te_request_duration"].samples), 35 + 3)


unittest.main()
