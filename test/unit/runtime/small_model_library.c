/* A shared library as --emit=shared writes them: the vector is the first id. */

#include "emblem/model_table.h"

static int32_t first_id(EmblemSpan *arena, EmblemSpan *weights, EmblemSpan *ids,
                        EmblemSpan *sequences, EmblemSpan *offsets,
                        EmblemSpan *types, EmblemSpan *pixels,
                        EmblemSpan *vectors, int64_t row_begin, int64_t row_end,
                        int64_t column_begin, int64_t column_end) {
  (void)arena, (void)weights, (void)sequences, (void)types, (void)pixels;
  (void)column_begin, (void)column_end;
  for (int64_t s = row_begin; s < row_end; ++s)
    ((float *)vectors->aligned)[s] =
        (float)((int32_t *)ids->aligned)[((int32_t *)offsets->aligned)[s]];
  return 0;
}

static const EmblemStage stages[] = {{.name = "first_id",
                                      .run = first_id,
                                      .rows = EMBLEM_ROWS_ARE_SEQUENCES,
                                      .columns = 1}};

__attribute__((visibility("default")))
const EmblemModelTable emblem_model_table = {.magic = EMBLEM_MAGIC,
                                             .abi_version = EMBLEM_ABI_VERSION,
                                             .architecture =
                                                 EMBLEM_OWN_ARCHITECTURE,
                                             .name = "first_id",
                                             .target = "x86-64-v2",
                                             .precision = "f32",
                                             .dimension = 1,
                                             .vocabulary_size = 10,
                                             .max_tokens = 4,
                                             .max_positions = 4,
                                             .row_block = 4,
                                             .stages = stages,
                                             .stage_count = 1};
