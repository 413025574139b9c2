/*===- flat_memory.c - Whether memory grows as shapes vary ----------------===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* flat_memory WARM BATCHES THREADS MOST_KIB: the resident memory after WARM
   batches of random shapes, and after BATCHES; fails if it grew by more than
   MOST_KIB. */

#define _POSIX_C_SOURCE 200809L

#include "random_texts.h"
#include "resident_memory.h"

enum { MOST_TEXTS = 24, TEXT_BYTES = 300 };

static char room[MOST_TEXTS][TEXT_BYTES];
static EmblemText texts[MOST_TEXTS];
static float vectors[MOST_TEXTS * MODEL_DIMENSION];
static int32_t ids[MOST_TEXTS * 48];
static int64_t offsets[MOST_TEXTS + 1];

static void embed_batch(EmblemModel *model, size_t count, int as_ids) {
  EmblemModelInfo info;
  must(emblem_info(model, &info));
  if (as_ids) {
    random_ids(&info, count, 48, ids, offsets);
    must(emblem_embed_ids(model, ids, offsets, count, vectors));
    return;
  }
  for (size_t i = 0; i < count; ++i)
    texts[i] = random_text(room[i], TEXT_BYTES);
  must(emblem_embed(model, texts, count, vectors, NULL));
}

static void embed_random_batch(EmblemModel *model) {
  uint32_t few_or_many = random_below(4) == 0 ? MOST_TEXTS : 4;
  size_t count = 1 + random_below(few_or_many);
  embed_batch(model, count, (int)random_below(2));
}

int main(int argc, char **argv) {
  if (argc != 5)
    return 2;
  long warm = atol(argv[1]), batches = atol(argv[2]), most = atol(argv[4]);
  EmblemOptions options = {0};
  options.size = sizeof(options);
  options.threads = atoi(argv[3]);
  options.max_batch_tokens = 1024;
  EmblemModel *model;
  must(emblem_open(MODEL_MODEL, &options, &model));
  long first = resident_kib();
  for (long i = 0; i < batches; ++i) {
    if (i == warm)
      first = resident_kib();
    embed_random_batch(model);
  }
  long last = resident_kib();
  emblem_free(model);
  printf("%ld KiB after %ld batches, %ld KiB after %ld\n", first, warm, last,
         batches);
  return first <= 0 || last <= 0 || last - first > most;
}
