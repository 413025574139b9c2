"""adapters.py LIBRARY: LangChain, LlamaIndex, Haystack and Chroma over a compiled model, each by its own classes, held to
the vectors of `emblem.load`."""

import asyncio
import os
import pickle
import sys
import tempfile
import threading
import unittest
from unittest import mock

os.environ.update(HAYSTACK_TELEMETRY_ENABLED="False", ANONYMIZED_TELEMETRY="False")

import numpy

import emblem

LIBRARY = sys.argv[1]
MODEL = emblem.load(LIBRARY)
TEXTS = ["The quick brown fox jumps over the lazy dog.", "Dogs and cats", "mean of a vector", "hello"]
DOCUMENTS = MODEL.encode_document(TEXTS)
QUERY = MODEL.encode_query("a lazy dog")
BEST = int(numpy.argmax(MODEL.similarity(QUERY, DOCUMENTS)[0]))


def beside_the_loop(make_call):
    """What the coroutine of `make_call()` gives; vectors are computed only after the event loop has run once more."""
    loop_ran = threading.Event()
    encoder = type(MODEL)

    def waiting(encode):
        def wait_and_encode(*arguments, **named):
            if not loop_ran.wait(20):
                raise AssertionError("the event loop stands still while vectors are computed")
            return encode(*arguments, **named)
        return wait_and_encode

    async def run():
        task = asyncio.create_task(make_call())
        await asyncio.sleep(0.01)
        loop_ran.set()
        return await task

    with mock.patch.object(encoder, "encode_query", waiting(encoder.encode_query)), \
            mock.patch.object(encoder, "encode_document", waiting(encoder.encode_document)):
        return asyncio.run(run())


class Adapters(unittest.TestCase):
    def same(self, got, expected):
        self.assertEqual(numpy.asarray(got, numpy.float32).tobytes(), expected.tobytes())

    def test_langchain(self):
        from langchain_core.vectorstores import InMemoryVectorStore

        from emblem.langchain import EmblemEmbeddings

        embeddings = EmblemEmbeddings(LIBRARY, threads=1)
        self.same(embeddings.embed_documents(TEXTS), DOCUMENTS)
        self.same(beside_the_loop(lambda: embeddings.aembed_query("a lazy dog")), QUERY)
        self.same(beside_the_loop(lambda: embeddings.aembed_documents(TEXTS)), DOCUMENTS)
        store = InMemoryVectorStore.from_texts(TEXTS, EmblemEmbeddings(MODEL))
        self.assertEqual(store.similarity_search("a lazy dog", k=1)[0].page_content, TEXTS[BEST])
        short = EmblemEmbeddings(MODEL, encode_options={"truncate_dim": 4})
        self.assertEqual(len(short.embed_query("a")), 4)

    def test_llama_index(self):
        from llama_index.core import Settings, VectorStoreIndex
        from llama_index.core.schema import TextNode

        from emblem.llama_index import EmblemEmbedding

        embedding = EmblemEmbedding(model_path=LIBRARY, options={"threads": 1})
        self.same(embedding.get_text_embedding_batch(TEXTS), DOCUMENTS)
        self.same(embedding.get_query_embedding("a lazy dog"), QUERY)
        self.same(beside_the_loop(lambda: embedding.aget_query_embedding("a lazy dog")), QUERY)
        self.same(beside_the_loop(lambda: embedding.aget_text_embedding(TEXTS[0])), DOCUMENTS[0])
        self.same(beside_the_loop(lambda: embedding.aget_text_embedding_batch(TEXTS)), DOCUMENTS)
        self.assertEqual(embedding.to_dict()["class_name"], "EmblemEmbedding")
        Settings.embed_model = embedding
        index = VectorStoreIndex([TextNode(text=text) for text in TEXTS])
        found = index.as_retriever(similarity_top_k=1).retrieve("a lazy dog")
        self.assertEqual(found[0].text, TEXTS[BEST])
        self.same(pickle.loads(pickle.dumps(embedding)).get_query_embedding("a lazy dog"), QUERY)

    def test_haystack(self):
        from haystack import Document, Pipeline
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        from emblem.haystack import EmblemDocumentEmbedder, EmblemTextEmbedder

        embedder = EmblemDocumentEmbedder(LIBRARY, options={"threads": 1})
        documents = embedder.run([Document(content=text) for text in TEXTS])["documents"]
        self.same([one.embedding for one in documents], DOCUMENTS)
        given = [Document(content=text) for text in TEXTS]
        found = beside_the_loop(lambda: embedder.run_async(given))["documents"]
        self.same([one.embedding for one in found], DOCUMENTS)
        self.same(beside_the_loop(lambda: EmblemTextEmbedder(LIBRARY).run_async("a lazy dog"))["embedding"], QUERY)
        titled = EmblemDocumentEmbedder(LIBRARY, meta_fields_to_embed=["title"])
        self.same(titled.run([Document(content="b", meta={"title": "a"})])["documents"][0].embedding,
                  MODEL.encode_document("a\nb"))
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(documents)
        pipeline = Pipeline()
        pipeline.add_component("embedder", EmblemTextEmbedder(LIBRARY))
        pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=1))
        pipeline.connect("embedder.embedding", "retriever.query_embedding")
        found = pipeline.run({"embedder": {"text": "a lazy dog"}})
        self.assertEqual(found["retriever"]["documents"][0].content, TEXTS[BEST])
        again = EmblemDocumentEmbedder.from_dict(titled.to_dict())
        self.assertEqual(again.meta_fields_to_embed, ["title"])
        with self.assertRaisesRegex(TypeError, "takes a list of documents"):
            embedder.run("a text")

    def test_many_calls_of_one_loop(self):
        from emblem.langchain import EmblemEmbeddings

        embeddings = EmblemEmbeddings(MODEL)

        async def all_at_once():
            return await asyncio.gather(*(embeddings.aembed_documents(TEXTS) for _ in range(20)))

        for vectors in asyncio.run(all_at_once()):
            self.same(vectors, DOCUMENTS)

    def test_chroma(self):
        import chromadb

        from emblem.chroma import EmblemEmbeddingFunction

        function = EmblemEmbeddingFunction(LIBRARY, options={"threads": 1})
        self.same(function(TEXTS), DOCUMENTS)
        with tempfile.TemporaryDirectory() as folder:
            collection = chromadb.PersistentClient(folder).create_collection("notes", embedding_function=function)
            collection.add(ids=[str(i) for i in range(len(TEXTS))], documents=TEXTS)
            # The collection finds the function again by its name.
            again = chromadb.PersistentClient(folder).get_collection("notes")
            self.assertEqual(again.query(query_texts=["a lazy dog"], n_results=1)["ids"], [[str(BEST)]])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
