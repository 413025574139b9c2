/* Finds the lines that mean what a question asks: search QUESTION < LINES

   One shared library holds the model, its tokenizer and its weights; minilm.h,
   which emblemc wrote beside it, says how to call it. */

#include "minilm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINES = 1000, SHOWN = 3 };

static char lines[MAX_LINES][1024];
static EmblemText texts[MAX_LINES + 1]; /* the question comes first */
static float vectors[MAX_LINES + 1][MINILM_DIMENSION];

static int fail(const char *sentence) {
  fprintf(stderr, "search: %s\n", sentence);
  return 1;
}

/* Vectors have length one, so that their product is the cosine. */
static float cosine(const float *a, const float *b) {
  float sum = 0;
  for (int i = 0; i < MINILM_DIMENSION; ++i)
    sum += a[i] * b[i];
  return sum;
}

int main(int argc, char **argv) {
  if (argc != 2)
    return fail("usage: search QUESTION < LINES");
  texts[0] = (EmblemText){argv[1], strlen(argv[1])};
  size_t count = 0;
  while (count < MAX_LINES && fgets(lines[count], sizeof lines[0], stdin)) {
    char *line = lines[count++];
    texts[count] = (EmblemText){line, strcspn(line, "\n")};
  }

  EmblemModel *model;
  if (emblem_open(MINILM_MODEL, NULL, &model) != EMBLEM_OK)
    return fail(emblem_last_error());
  EmblemStatus status = emblem_embed(model, texts, count + 1, vectors[0], NULL);
  emblem_free(model);
  if (status != EMBLEM_OK)
    return fail(emblem_last_error());

  for (int shown = 0; shown < SHOWN; ++shown) {
    size_t best = 0;
    float best_score = -2;
    for (size_t i = 1; i <= count; ++i) {
      float score = texts[i].data ? cosine(vectors[0], vectors[i]) : -2;
      if (score > best_score)
        best = i, best_score = score;
    }
    if (best == 0)
      break;
    printf("%.3f  %.*s\n", best_score, (int)texts[best].size, texts[best].data);
    texts[best].data = NULL; /* not twice */
  }
  return 0;
}
