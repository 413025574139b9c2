/*===- reload.c - Whether a model leaves anything behind ------------------===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* reload MODEL.so WARM TIMES MOST_KIB: loads the model, embeds and frees it, so
   many times; fails if resident memory grew by more than MOST_KIB after the
   first WARM. */

#define _POSIX_C_SOURCE 200809L

#include "random_texts.h"
#include "resident_memory.h"

static float vector[4096];

static void use_once(const char *path) {
  EmblemOptions options = {0};
  options.size = sizeof(options);
  options.threads = 2;
  EmblemModel *model;
  must(emblem_load(path, &options, &model));
  EmblemModelInfo info;
  must(emblem_info(model, &info));
  if (info.dimension > (int64_t)(sizeof vector / sizeof vector[0]))
    exit(1);
  EmblemText text = {"The quick brown fox", 19};
  must(emblem_embed(model, &text, 1, vector, NULL));
  emblem_free(model);
}

int main(int argc, char **argv) {
  if (argc != 5)
    return 2;
  long warm = atol(argv[2]), times = atol(argv[3]), most = atol(argv[4]);
  long first = resident_kib();
  for (long i = 0; i < times; ++i) {
    if (i == warm)
      first = resident_kib();
    use_once(argv[1]);
  }
  long last = resident_kib();
  printf("%ld KiB after %ld times, %ld KiB after %ld\n", first, warm, last,
         times);
  return first <= 0 || last <= 0 || last - first > most;
}
