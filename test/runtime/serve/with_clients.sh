#!/usr/bin/env bash
# with_clients.sh VENV: other people's clients on the server: openai's, Hugging Face's, Cohere's, Ollama's,
# LangChain's, LlamaIndex's and Prometheus' own packages, each held to the bits that the program's commands
# write. Installs them into VENV, which it makes; needs the build, and PyPI or what stands for it.
set -euo pipefail
cd "$(dirname "$0")/../../.."
venv="${1:?with_clients.sh VENV}"
[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
if ! "$venv/bin/python" -c 'import openai, huggingface_hub, cohere, ollama, langchain_openai
import langchain_huggingface, prometheus_client
import llama_index.embeddings.text_embeddings_inference, llama_index.embeddings.openai' 2>/dev/null; then
  "$venv/bin/pip" install --quiet openai huggingface_hub cohere ollama langchain-openai langchain-huggingface \
    prometheus_client llama-index-core
  # These ask for an older huggingface_hub, which they do not use here.
  "$venv/bin/pip" install --quiet --no-deps llama-index-embeddings-text-embeddings-inference \
    llama-index-embeddings-openai llama-index-utils-huggingface
fi
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
PATH="$PWD/build/bin:$PATH"
emblemc test/fixtures/models/tiny-bert -o "$folder/dense"
emblemc test/fixtures/rerankers/bert -o "$folder/reranker"
PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" -W ignore::ResourceWarning test/runtime/serve/inputs/clients.py "$folder/dense" "$folder/reranker"
