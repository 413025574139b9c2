/*===- device_errors.c - Errors of the driver in a process that goes on ---===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* device_errors TRACE [all]: opens a model on the stand-in and embeds several
   times while one call of the driver fails; first, second and last call of each
   function, or all. What a call gives with EMBLEM_OK has the bits that it has
   without errors; the vectors of a call that failed are not touched afterwards;
   after the error the model works again, or says that it does not. */

#define _POSIX_C_SOURCE 200809L

#include "../../inputs/random_texts.h"

enum {
  CALLS = 5,
  TEXTS = 9,
  TEXT_BYTES = 120,
  MOST_FUNCTIONS = 64,
  NAME_BYTES = 64
};

static char room[CALLS][TEXTS][TEXT_BYTES];
static EmblemText texts[CALLS][TEXTS];
static float expected[CALLS][TEXTS * MODEL_DIMENSION];
static float vectors[CALLS][TEXTS * MODEL_DIMENSION];

typedef struct Function {
  char name[NAME_BYTES];
  long calls;
} Function;

static Function functions[MOST_FUNCTIONS];
static int function_count;

/* What a run came to. */
typedef struct Outcome {
  EmblemStatus opened, statuses[CALLS];
} Outcome;

static EmblemStatus open_model(EmblemModel **model) {
  EmblemOptions options = {0};
  options.size = sizeof options;
  options.threads = 1;
  options.max_batch_tokens = 48; /* calls have several batches */
  options.device = "cuda";
  return emblem_open(MODEL_MODEL, &options, model);
}

static Outcome run(float (*results)[TEXTS * MODEL_DIMENSION]) {
  Outcome outcome;
  EmblemModel *model = NULL;
  outcome.opened = open_model(&model);
  for (int c = 0; c < CALLS && outcome.opened == EMBLEM_OK; ++c) {
    outcome.statuses[c] =
        emblem_embed(model, texts[c], TEXTS, results[c], NULL);
    if (outcome.statuses[c] != EMBLEM_OK) {
      if (!*emblem_last_error())
        printf("call %d: no sentence\n", c), exit(1);
      memset(results[c], 0x55, sizeof results[c]);
    }
  }
  if (outcome.opened == EMBLEM_OK)
    emblem_free(model);
  return outcome;
}

static void count_calls(const char *trace) {
  char name[NAME_BYTES];
  int error;
  FILE *file = fopen(trace, "r");
  if (!file)
    exit(2);
  while (fscanf(file, "%63s %d", name, &error) == 2) {
    int i = 0;
    while (i < function_count && strcmp(functions[i].name, name) != 0)
      ++i;
    if (i == function_count) {
      strcpy(functions[function_count++].name, name);
      functions[i].calls = 0;
    }
    ++functions[i].calls;
  }
  fclose(file);
}

/* Returns whether all calls after one that failed went well. */
static int check(const char *failure, const Outcome *outcome) {
  int failed = 0, well = 1;
  for (int c = 0; c < CALLS && outcome->opened == EMBLEM_OK; ++c) {
    if (outcome->statuses[c] == EMBLEM_OK) {
      if (memcmp(vectors[c], expected[c], sizeof expected[c]) != 0)
        printf("%s: call %d: other bits\n", failure, c), exit(1);
      continue;
    }
    well &= !failed;
    failed = 1;
    for (size_t i = 0; i < sizeof vectors[c]; ++i)
      if (((const char *)vectors[c])[i] != 0x55)
        printf("%s: call %d: vectors came later\n", failure, c), exit(1);
  }
  return well;
}

int main(int argc, char **argv) {
  long runs = 0, unopened = 0, broken = 0;
  int all = argc > 2 && strcmp(argv[2], "all") == 0;
  if (argc < 2)
    return 2;
  for (int c = 0; c < CALLS; ++c)
    for (int t = 0; t < TEXTS; ++t)
      texts[c][t] = random_text(room[c][t], TEXT_BYTES);
  setenv("EMBLEM_STAND_IN_TRACE", argv[1], 1);
  Outcome good = run(expected);
  unsetenv("EMBLEM_STAND_IN_TRACE");
  if (good.opened != EMBLEM_OK)
    return printf("%s\n", emblem_last_error()), 1;
  count_calls(argv[1]);
  for (int f = 0; f < function_count; ++f)
    for (long n = 1; n <= functions[f].calls; ++n) {
      if (!all && n > 2 && n < functions[f].calls)
        continue;
      char failure[NAME_BYTES + 32];
      snprintf(failure, sizeof failure, "%.63s:%ld:1", functions[f].name, n);
      setenv("EMBLEM_STAND_IN_FAIL", failure, 1);
      memset(vectors, 0, sizeof vectors);
      Outcome outcome = run(vectors);
      ++runs;
      unopened += outcome.opened != EMBLEM_OK;
      if (!check(failure, &outcome)) {
        ++broken;
        printf("%s: the model stays broken\n", failure);
      }
    }
  printf("%ld runs, %ld not opened, %ld broken afterwards\n", runs, unopened,
         broken);
  return 0;
}
