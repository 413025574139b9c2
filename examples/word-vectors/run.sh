#!/usr/bin/env bash
# Word vectors to programs: word2vec, text and binary, and GloVe.
set -euo pipefail
cd "$(dirname "$0")/../.."
source examples/install.sh

out=build/examples/word-vectors
build_compiler
install_packages python3
python3 examples/word-vectors/make_vectors.py "$out"
for file in word2vec.vec word2vec.bin glove.txt; do
  build/bin/emblemc "$out/$file" -o "$out/words"
  echo "$file: the dog is like the hound, soup and snow by"
  "$out/words" similarity "the dog" "the hound" "soup" "snow"
done
