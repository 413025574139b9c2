/*===- device_table.h - Code for a processor beside the CPU -------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* What `EmblemModelTable.devices` points to: for each kind of device, the same
   model as stages of kernels. It is data alone; the runtime launches it.

   A batch is T tokens of S texts, as for the CPU. Stages run in order on one
   stream; a stage is one launch of a kernel over a grid of `grid_x` by blocks
   of rows. A kernel reads T and S from the EmblemDeviceShape in device memory:
   a grid may be larger than the batch, and its blocks without rows return.

   Rows of activations lie in one arena, laid out for `capacity` tokens, a
   multiple of `row_padding`, whatever T is. A text has one token at least, so
   there are never more rows of texts. */

#ifndef EMBLEM_DEVICE_TABLE_H
#define EMBLEM_DEVICE_TABLE_H

#include <stddef.h>
#include <stdint.h>

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

/* What a grid's blocks, ceil(rows / block_rows) in y, count. */
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
  int64_t most_rows; /* of the batch; 0: any number. In rising order: the first
                        kernel that takes so many rows is launched */
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
  /* The device has `rows` rows of `row_bytes` bytes, `pitch` bytes apart. */
  int64_t rows, row_bytes, pitch;
  /* Panels: the source is [ceil(rows / panel_rows), row_bytes / depth_bytes,
     panel_rows, depth_bytes] bytes, row_bytes rounded up to whole depths.
     panel_rows 0: rows follow each other without gaps. */
  int32_t panel_rows, depth_bytes;
} EmblemDeviceWeight;

enum { EMBLEM_DEVICE_CUDA = 1 };

typedef struct EmblemDeviceTable {
  int32_t kind;               /* EMBLEM_DEVICE_... */
  int32_t compute_capability; /* the least: 80 for 8.0 */
  int32_t row_padding;
  int32_t query_rows;    /* of an EmblemQueryTile */
  const char *target;    /* "cuda" */
  const char *precision; /* "bf16" */
  int64_t arena_bytes_per_token;
  int64_t weights_bytes; /* on the device */
  const EmblemDeviceWeight *weights;
  int64_t weight_count;
  const EmblemDeviceStage *stages;
  int64_t stage_count;
} EmblemDeviceTable;

#ifdef __cplusplus
}
#endif

#endif /* EMBLEM_DEVICE_TABLE_H */
