/* score QUERY TEXT: their score by a reranker's library, in two ways. */

#include "bert.h"

#include <stdio.h>
#include <string.h>

static int fail(void) {
  fprintf(stderr, "%s\n", emblem_last_error());
  return 1;
}

int main(int count, char **arguments) {
  EmblemModel *model;
  EmblemPair pair;
  int32_t ids[BERT_MAX_TOKENS], types[BERT_MAX_TOKENS];
  int64_t offsets[2] = {0, 0};
  size_t tokens;
  float score[BERT_DIMENSION], again[BERT_DIMENSION];

  if (count != 3)
    return 2;
  pair.first.data = arguments[1];
  pair.first.size = strlen(arguments[1]);
  pair.second.data = arguments[2];
  pair.second.size = strlen(arguments[2]);
  if (emblem_open(BERT_MODEL, NULL, &model) != EMBLEM_OK ||
      emblem_score(model, &pair, 1, score, NULL) != EMBLEM_OK ||
      emblem_tokenize_pair(model, pair, ids, types, BERT_MAX_TOKENS, &tokens,
                           NULL) != EMBLEM_OK)
    return fail();
  offsets[1] = (int64_t)tokens;
  if (emblem_score_ids(model, ids, types, offsets, 1, again) != EMBLEM_OK)
    return fail();
  emblem_free(model);
  if (memcmp(score, again, sizeof(score)) != 0)
    return 3;
  printf("%.9g\n", score[0]);
  return 0;
}
