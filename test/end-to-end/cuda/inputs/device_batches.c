/*===- device_batches.c - Many batches of random shapes on a device -------===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* device_batches BATCHES WARM MOST_KIB [alone]: embeds BATCHES batches of random
   ids on the stand-in. The device's memory stays as it is after opening, and the
   process grows by at most MOST_KIB after the first WARM. With `alone`, each
   sequence has the bits that it has alone. */

#define _POSIX_C_SOURCE 200809L

#include "../../inputs/random_texts.h"
#include "../../inputs/resident_memory.h"

#include <dlfcn.h>

enum { MOST_TEXTS = 48, LONGEST = 48 };

static float vectors[MOST_TEXTS * MODEL_DIMENSION];
static float one[MODEL_DIMENSION];
static int32_t ids[MOST_TEXTS * LONGEST];
static int64_t offsets[MOST_TEXTS + 1];

/* Of the driver that the model uses, too. */
static size_t free_bytes(void) {
  void *driver = dlopen(getenv("EMBLEM_CUDA"), RTLD_NOW), *context = NULL;
  int (*retain)(void **, int), (*release)(int), (*make_current)(void *),
      (*info)(size_t *, size_t *);
  size_t free = 0, all = 0;
  if (!driver)
    exit(2);
  *(void **)&retain = dlsym(driver, "cuDevicePrimaryCtxRetain");
  *(void **)&release = dlsym(driver, "cuDevicePrimaryCtxRelease_v2");
  *(void **)&make_current = dlsym(driver, "cuCtxSetCurrent");
  *(void **)&info = dlsym(driver, "cuMemGetInfo_v2");
  if (retain(&context, 0) || make_current(context) || info(&free, &all) ||
      make_current(NULL) || release(0))
    exit(2);
  dlclose(driver);
  return free;
}

static void check_alone(EmblemModel *model, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    int64_t bounds[] = {0, offsets[i + 1] - offsets[i]};
    must(emblem_embed_ids(model, ids + offsets[i], bounds, 1, one));
    if (memcmp(one, vectors + i * MODEL_DIMENSION, sizeof one) != 0)
      printf("other bits than alone\n"), exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc < 4)
    return 2;
  long batches = atol(argv[1]), warm = atol(argv[2]), most = atol(argv[3]);
  int alone = argc > 4;
  EmblemOptions options = {0};
  EmblemModelInfo info;
  EmblemModel *model;
  options.size = sizeof options;
  options.threads = 1;
  options.max_batch_tokens = 512; /* some have several parts */
  options.device = "cuda";
  must(emblem_open(MODEL_MODEL, &options, &model));
  must(emblem_info(model, &info));
  size_t free_then = 0;
  long first = 0;
  for (long i = 0; i < batches; ++i) {
    if (i == warm) {
      free_then = free_bytes();
      first = resident_kib();
    }
    size_t count = 1 + random_below(random_below(4) == 0 ? MOST_TEXTS : 4);
    random_ids(&info, count, LONGEST, ids, offsets);
    must(emblem_embed_ids(model, ids, offsets, count, vectors));
    if (alone)
      check_alone(model, count);
  }
  long last = resident_kib();
  size_t free_now = free_bytes();
  printf("device memory: %s; %ld KiB after %ld batches, %ld KiB after %ld\n",
         free_now == free_then ? "flat" : "not flat", first, warm, last,
         batches);
  emblem_free(model);
  return first <= 0 || last - first > most || free_now != free_then;
}
