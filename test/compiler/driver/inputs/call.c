/* Two token ids through a library of inputs/mean.mlir. */
#include "mean.h"
#include <stdio.h>

int main(void) {
  EmblemModel *model;
  if (emblem_open(MEAN_MODEL, NULL, &model) != EMBLEM_OK)
    return fprintf(stderr, "%s\n", emblem_last_error());
  EmblemModelInfo info;
  const int32_t ids[] = {0, 1};
  const int64_t offsets[] = {0, 2};
  float vector[MEAN_DIMENSION];
  if (emblem_info(model, &info) != EMBLEM_OK ||
      emblem_embed_ids(model, ids, offsets, 1, vector) != EMBLEM_OK)
    return fprintf(stderr, "%s\n", emblem_last_error());
  printf("%s: %g %g\n", info.name, vector[0], vector[1]);
  emblem_free(model);
  return 0;
}
