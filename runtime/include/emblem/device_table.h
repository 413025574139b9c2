/*===- device_table.h - Code for a processor beside the CPU -------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* What `EmblemModelTable.devices` points to: for each kind of device, the same
   model as stages of kernels. It is data alone, but for the part of the runtime
   that launches it, which is linked where a table names it.

   A batch is T tokens of S texts, as for the CPU. Stages run in order on one
   stream; a stage is one launch of a kernel over a grid of `grid_x` by blocks
   of rows. A kernel reads T and S from the EmblemDeviceShape in device memory:
   a grid may be larger than the batch, and its blocks without rows return.

   Rows of activations lie in one arena, laid out for `capacity` tokens, a
   multiple of `row_padding`, whatever T is. A text has one token at least, so
   there are never more rows of texts. */

#ifndef EMBLEM_DEVICE_TABLE_H
#define EMBLEM_DEVICE_TABLE_H

#include "emblem/model_table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Written to device memory before each batch. */
typedef struct EmblemDeviceShape {
  int32_t tokens, texts, query_tiles, reserved;
} EmblemDeviceShape;

/* So many queries of one text that attention takes at a time. */
typedef struct EmblemQueryTile {
  int32_t text, first; /* a text's tiles begin at 0, query_rows, ... */
} EmblemQueryTile;

/* What a grid's blocks, ceil(rows / block_rows) in y, count; beyond 65,535 they
   go on in z, layer after layer of as many. */
enum {
  EMBLEM_GRID_TOKENS = 0,
  EMBLEM_GRID_TEXTS = 1,
  EMBLEM_GRID_QUERY_TILES = 2 /* of all texts, back to back */
};

/* A kernel's parameter: a pointer to device memory. */
enum {
  EMBLEM_ARGUMENT_SHAPE = 0,       /* EmblemDeviceShape */
  EMBLEM_ARGUMENT_ARENA = 1,       /* at per_token * capacity + place */
  EMBLEM_ARGUMENT_WEIGHTS = 2,     /* at place in the device's weights */
  EMBLEM_ARGUMENT_IDS = 3,         /* int32 [T] */
  EMBLEM_ARGUMENT_SEQUENCES = 4,   /* int32 [T]: each token's text */
  EMBLEM_ARGUMENT_OFFSETS = 5,     /* int32 [S + 1]: each text's first token */
  EMBLEM_ARGUMENT_TYPES = 6,       /* int32 [T]: each token's type */
  EMBLEM_ARGUMENT_PIXELS = 7,      /* float [S * pixels of an image] */
  EMBLEM_ARGUMENT_QUERY_TILES = 8, /* EmblemQueryTile [query_tiles] */
  EMBLEM_ARGUMENT_OUTPUT = 9       /* float [rows * width] of output `place` */
};

typedef struct EmblemDeviceArgument {
  int32_t kind; /* EMBLEM_ARGUMENT_... */
  int32_t reserved;
  int64_t per_token, place; /* bytes; of an output, its index */
} EmblemDeviceArgument;

/* One row class of a stage: the same bits as the others. */
typedef struct EmblemDeviceKernel {
  const char *entry;
  const char *code; /* PTX, and a zero byte; kernels may share it */
  int64_t code_bytes;
  const void *cubin; /* the same as machine code, for one device; or null */
  int64_t cubin_bytes;
  int64_t most_rows; /* of the stage's grid; 0: any number. In rising order: the
                        first kernel that takes so many is launched */
  int32_t block_rows, grid_x, threads;
  int32_t shared_bytes; /* dynamic shared memory */
} EmblemDeviceKernel;

typedef struct EmblemDeviceStage {
  const char *name; /* as EmblemStage's */
  int32_t grid;     /* EMBLEM_GRID_... */
  int32_t output;   /* of the model, that it writes; -1: none */
  /* The work, as EmblemStage has it. */
  double flops_per_row, flops_per_token, flops_per_pair;
  double bytes_fixed, bytes_per_row;
  const EmblemDeviceKernel *kernels;
  int64_t kernel_count;
  const EmblemDeviceArgument *arguments;
  int64_t argument_count;
} EmblemDeviceStage;

/* A weight's way from the table's weights to the device's. */
typedef struct EmblemDeviceWeight {
  int64_t source; /* first byte in the table's weights */
  int64_t place;  /* first byte in the device's; a multiple of 256 */
  /* The device has `rows` rows of `row_bytes` bytes, `pitch` bytes apart; the
     source's are `source_pitch` apart. Behind what is written there are zeros. */
  int64_t rows, row_bytes, pitch, source_pitch;
  /* Panels: the source is [ceil(rows / panel_rows), row_bytes / depth_bytes,
     panel_rows, depth_bytes] bytes, row_bytes rounded up to whole depths.
     panel_rows 0: there are none. */
  int32_t panel_rows, depth_bytes;
} EmblemDeviceWeight;

enum { EMBLEM_DEVICE_CUDA = 1 };

typedef struct EmblemDeviceTable {
  int32_t kind;               /* EMBLEM_DEVICE_... */
  int32_t compute_capability; /* the least: 80 for 8.0 */
  int32_t row_padding;
  int32_t query_rows;    /* of an EmblemQueryTile */
  const char *target;    /* "cuda" */
  const char *precision; /* "bf16"; "plain f32" is f32 not in parts of tf32 */
  int64_t arena_bytes_per_token;
  int64_t weights_bytes;             /* on the device */
  const EmblemDeviceWeight *weights; /* in rising order of their places */
  int64_t weight_count;
  const EmblemDeviceStage *stages;
  int64_t stage_count;
  const struct EmblemDeviceRuntime *runtime; /* EMBLEM_CUDA_SYMBOL's; or null:
                                                nothing runs it */
} EmblemDeviceTable;

/* ---- The part of the runtime that runs such a table ----

   It may come from another library than who calls it, so that the two meet in
   plain data. Functions return an EmblemStatus (emblem.h), and problem() then
   has the calling thread's sentence. Each but open() is called by one thread at
   a time. */

typedef struct EmblemDeviceSetup {
  const EmblemModelTable *table;
  int32_t kind;             /* EMBLEM_DEVICE_... */
  int32_t index;            /* of the device; -1: the first that can run it */
  int64_t max_batch_tokens; /* as in EmblemOptions; 0: what fits */
} EmblemDeviceSetup;

/* What open() makes, with more of its own behind it. */
typedef struct EmblemDeviceModel {
  char name[96]; /* "cuda:0 (NVIDIA H200, 9.0)" */
  const EmblemDeviceTable *device;
  int64_t capacity; /* tokens of a batch, at most */
  int64_t arena_bytes;
  double peak_flops; /* a second, of products in the program's precision, at the
                        device's greatest clock; 0: not known */
} EmblemDeviceModel;

typedef struct EmblemDeviceBatch {
  const int32_t *offsets; /* [texts + 1], from 0; the last: the tokens */
  int64_t texts;
  const int32_t *ids;
  const int32_t *types;                /* or null */
  const float *pixels;                 /* of images, else null */
  float *outputs[EMBLEM_MOST_OUTPUTS]; /* null: not wanted; inner ones are not
                                          to be had */
  int64_t *stage_nanoseconds; /* [stage_count], to be added to; or null */
} EmblemDeviceBatch;

typedef struct EmblemDeviceRuntime {
  /* EMBLEM_NO_DEVICE or EMBLEM_OUT_OF_MEMORY where the model cannot run; then
     nothing is left. */
  int32_t (*open)(const EmblemDeviceSetup *setup, EmblemDeviceModel **model);
  /* Begins a batch, and ends the one before. The input has been read when it
     returns; outputs are written by the next start(), or by finish(). */
  int32_t (*start)(EmblemDeviceModel *model, const EmblemDeviceBatch *batch);
  /* Ends the batch that start() began, if any. */
  int32_t (*finish)(EmblemDeviceModel *model);
  void (*close)(EmblemDeviceModel *model);
  const char *(*problem)(void);
} EmblemDeviceRuntime;

/* What libemblem_cuda.a defines, an EmblemDeviceRuntime. The name has the
   version, so that libraries of two versions never take each other's. */
#define EMBLEM_CUDA_SYMBOL "emblem_cuda_abi5"

#ifdef __cplusplus
}
#endif

#endif /* EMBLEM_DEVICE_TABLE_H */
