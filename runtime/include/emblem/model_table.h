/*===- model_table.h - Between compiled code and the runtime ------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* The whole contract between what the compiler writes and what the runtime
   runs. A compiled model is one constant `EmblemModelTable`; everything it
   points to is constant too, and mapped, never copied. Its weights and its
   report lie at a distance from the table, anywhere in the address space, so
   that no linker needs to know them.

   A batch is T tokens of S texts back to back ("rows"), never padded; an image
   stands for a text, and its patches for tokens, as many in each. A model
   is a list of stages that run in order. A stage is a grid of rows by columns
   (the columns are weight panels or heads); any split of the grid into blocks,
   run in any order by any threads, gives the same bits, for each row's
   arithmetic has one fixed order. A stage starts when the one before it has
   ended, except that a `row_local` stage needs only the same rows of the stage
   before it: so for some rows it may run while the nearest stage before it that
   is not row_local still reads those rows for others, and must not write what
   that one reads.

   Layout changes bump EMBLEM_ABI_VERSION; runtime/model/table_layout.cpp holds
   it. `magic` and `abi_version` keep their places in every version. */

#ifndef EMBLEM_MODEL_TABLE_H
#define EMBLEM_MODEL_TABLE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EMBLEM_MAGIC 0x4D424D45u /* "EMBM", little-endian */
#define EMBLEM_ABI_VERSION 5u

/* A one-dimensional memref as MLIR lays it out; sizes count elements. */
typedef struct EmblemSpan {
  void *allocated;
  void *aligned;
  int64_t offset;
  int64_t size;
  int64_t stride;
} EmblemSpan;

/* Runs rows [row_begin, row_end) by columns [column_begin, column_end) of a
   stage. Returns 0, or any other number where it failed: then the vectors of
   the batch are not to be used, and the next batch may run.
     arena      bytes; the activations, laid out for `ids->size` tokens
     weights    bytes; those of the table, weights_bytes of them
     ids        int32 [T]; token ids, each in [0, vocabulary_size)
     sequences  int32 [T]; the text that each token belongs to
     offsets    int32 [S + 1]; each text's first row
     types      int32 [T]; each token's type, in [0, token_types); empty where
                the model tells no types apart
     pixels     float [S * height * width * channels]; each image's pixels as
                EmblemImageInput makes them, row by row, a pixel's channels side
                by side; empty for texts
     vectors    float [S * width] or [T * width]; the stage's output         */
typedef int32_t (*EmblemStageFunction)(EmblemSpan *arena, EmblemSpan *weights,
                                       EmblemSpan *ids, EmblemSpan *sequences,
                                       EmblemSpan *offsets, EmblemSpan *types,
                                       EmblemSpan *pixels, EmblemSpan *vectors,
                                       int64_t row_begin, int64_t row_end,
                                       int64_t column_begin,
                                       int64_t column_end);

/* What a text of a batch is: a text; or two in one by the tokenizer's template
   for pairs, whose vector is its scores; or an image. */
enum {
  EMBLEM_TAKES_TEXTS = 0,
  EMBLEM_TAKES_PAIRS = 1,
  EMBLEM_TAKES_IMAGES = 2 /* max_positions tokens each, all of id 0 */
};

enum { EMBLEM_ROWS_ARE_TOKENS = 0, EMBLEM_ROWS_ARE_SEQUENCES = 1 };

typedef struct EmblemStage {
  const char *name; /* "layer.0.query_key_value" */
  EmblemStageFunction run;
  /* Or null. Called once for each block of rows, over all its columns, after
     all of `run` for those rows: a norm over finished rows. */
  EmblemStageFunction finish;
  int32_t rows;      /* EMBLEM_ROWS_ARE_... */
  int32_t row_local; /* 1: reads only its own rows of what came before */
  int64_t columns;   /* 1 or more */
  /* The work: flops = per_row * rows + per_token * tokens + per_pair * sum of
     squared lengths; bytes = fixed (weights) + per_row * rows. */
  double flops_per_row;
  double flops_per_pair;
  double bytes_fixed;
  double bytes_per_row;
  double flops_per_token;
  int32_t
      output; /* what `vectors` is: an index of EmblemModelTable.outputs, and
                     behind these of its inner ones; -1: nothing */
  uint32_t needed_for; /* bit i: output i cannot be had without it. A batch runs
                          the stages of its outputs alone; 0: all do */
} EmblemStage;

/* What a model returns, or has inside. Its rows are S texts or T tokens. */
typedef struct EmblemOutput {
  const char *name; /* "dense" */
  int32_t kind;     /* EmblemOutputKind (emblem.h) */
  int32_t rows;     /* EMBLEM_ROWS_ARE_... */
  int64_t width;    /* floats of a row */
  /* Rows of tokens that do not count: of these ids, and a text's first ones. */
  const int32_t *skipped_ids;
  int64_t skipped_id_count;
  int64_t skipped_first;
} EmblemOutput;

typedef struct EmblemPrompt {
  const char *name;
  const char *text;         /* put before each text */
  int64_t max_tokens;       /* where texts are cut; 0: the model's own */
  const int32_t *marker;    /* an id behind a text's first one; or null */
  const int32_t *expansion; /* an id that fills up to max_tokens; or null */
  int64_t keeps_all;        /* 1: no row of a token is skipped */
} EmblemPrompt;

/* How a picture's size is changed first. */
enum {
  EMBLEM_RESIZE_NONE = 0,
  EMBLEM_RESIZE_EXACT = 1,        /* to resize_height x resize_width */
  EMBLEM_RESIZE_SHORTEST_EDGE = 2 /* the shorter side to resize_height, the
                                     other in proportion */
};
enum {
  EMBLEM_FILTER_NEAREST = 0,
  EMBLEM_FILTER_BILINEAR = 1,
  EMBLEM_FILTER_BICUBIC = 2,
  EMBLEM_FILTER_LANCZOS = 3
};

/* From a picture of 8 bits to the pixels that a model takes. In this order:
   resize by `resize` with `filter`, crop the middle to height x width, then
   pixel * scale[c] + shift[c] in each channel c. */
typedef struct EmblemImageInput {
  int64_t height, width, channels; /* channels: 1 (grey) or 3 (RGB) */
  int32_t resize, filter;          /* EMBLEM_RESIZE_..., EMBLEM_FILTER_... */
  int64_t resize_height, resize_width;
  float scale[4], shift[4];
} EmblemImageInput;

/* Pictures whose pixels a model takes, and the threads that are to make them.
 */
typedef struct EmblemPictureJob {
  const EmblemImageInput *input;
  const struct EmblemImage *images; /* emblem.h */
  int64_t count;
  float *pixels; /* [count * height * width * channels] */
  /* Calls body(body_context, t) for threads t in [0, threads), and returns when
     all calls have. They may run one after the other, and some may be left
     out. */
  void (*run)(void *context, void (*body)(void *body_context, int thread),
              void *body_context);
  /* Memory until the job ends, 64-byte aligned, once a job; null: none. */
  void *(*allocate)(void *context, size_t bytes);
  void *context; /* of the two above */
  int32_t threads;
  int32_t reserved;
  char *problem; /* [problem_bytes] */
  size_t problem_bytes;
} EmblemPictureJob;

/* Returns how many pictures are done, from the first on: all, or `problem` says
   what is wrong with the next one. */
typedef int64_t (*EmblemPictureFunction)(const EmblemPictureJob *job);

/* What libemblem_image.a defines, an EmblemPictureFunction. The name has the
   version, so that libraries of two versions never take each other's. */
#define EMBLEM_PICTURES_SYMBOL "emblem_pictures_abi5"

/* How alike two vectors are: EmblemSimilarity (emblem.h) has the values. */

/* Whose code the stages are. */
enum { EMBLEM_X86_64 = 1, EMBLEM_AARCH64 = 2 };
#define EMBLEM_ARCHITECTURE_NAMES {"", "x86-64", "AArch64"}

/* The one that this file is compiled for; 0: one that no model is for. */
#if defined(__x86_64__)
#define EMBLEM_OWN_ARCHITECTURE EMBLEM_X86_64
#elif defined(__aarch64__)
#define EMBLEM_OWN_ARCHITECTURE EMBLEM_AARCH64
#else
#define EMBLEM_OWN_ARCHITECTURE 0
#endif

/* What the first output ends with. */
enum {
  EMBLEM_ENDS_AS_IT_IS = 0,
  EMBLEM_ENDS_IN_NORMALIZE = 1, /* vectors have length 1 */
  EMBLEM_ENDS_IN_ACTIVATION = 2 /* of scores */
};

typedef struct EmblemModelTable {
  uint32_t magic;       /* EMBLEM_MAGIC */
  uint32_t abi_version; /* EMBLEM_ABI_VERSION */
  /* This table, where it was linked. A program that takes its address from a
     shared library may get that of a copy (by a copy relocation). */
  const struct EmblemModelTable *self;
  const char *name;
  const char *target;    /* "znver4" */
  const char *precision; /* "f32" */
  int32_t architecture;  /* EMBLEM_X86_64 or ... */
  int32_t reserved;      /* 0 */
  /* What the CPU must have: bits whose meaning is the architecture's
     (runtime/cpu/<architecture>/feature_bits.h). */
  uint64_t cpu_features[2];
  /* From the first byte of `self` to the report, which says in JSON how the
     model was compiled and ends with a zero byte; 0: there is none. */
  int64_t report_distance;
  /* From the first byte of `self` to the weights, 64-byte aligned. */
  int64_t weights_distance;
  int64_t weights_bytes; /* 0: there are none */
  int64_t dimension;     /* floats of a row of the first output */
  int64_t vocabulary_size;
  int64_t max_tokens;    /* where texts are cut, special tokens included */
  int64_t max_positions; /* the longest sequence of ids, in tokens */
  int64_t parameters;    /* of the model, as its author counts them */
  /* Arena bytes for T tokens and S texts:
     T * arena_bytes_per_token + S * arena_bytes_per_sequence.
     Any T is right: the code lays the arena out by ids->size. */
  int64_t arena_bytes_per_token;
  int64_t arena_bytes_per_sequence;
  int32_t row_block; /* rows a block that keep the caches busy; 1 or more */
  int32_t row_tile;  /* rows that the code computes at once: blocks begin at
                        multiples of it; 0: anywhere is as good */
  const EmblemStage *stages;
  int64_t stage_count;
  const void *tokenizer; /* runtime/tokenizer/tokenizer_tables.h; or null */
  int64_t tokenizer_bytes;
  const EmblemPrompt *prompts;
  int64_t prompt_count;
  const char *default_prompt; /* a prompt's name, or null */
  int32_t input;              /* EMBLEM_TAKES_... */
  int32_t token_types;        /* how many are told apart; 0: none */
  /* Null: one dense output, `dimension` wide. */
  const EmblemOutput *outputs;
  int64_t output_count;
  /* What it computes on the way and gives on request, at most one of each kind:
     EMBLEM_TOKENS and EMBLEM_RAW (emblem.h). */
  const EmblemOutput *inner;
  int64_t inner_count;
  /* What the scores of a model of pairs stand for, `dimension` of them; null:
     it is not known. */
  const char *const *labels;
  /* The tokens' texts as the vocabulary spells them, back to back: id i has
     token_texts[token_ends[i - 1]] up to token_ends[i]. */
  const char *token_texts; /* or null */
  const uint32_t *token_ends;
  int64_t token_count;
  const EmblemImageInput *image; /* of a model of images; else null */
  /* A model of images whose vectors are comparable to this one's, which is of
     texts: CLIP's other tower. Or null. */
  const struct EmblemModelTable *image_tower;
  EmblemPictureFunction pictures; /* or null: it takes pixels alone */
  int32_t distance;               /* EmblemSimilarity (emblem.h) */
  float threshold; /* two that belong together have a similarity of at least it,
                       or a distance of at most it; NaN: none is known */
  int32_t last_step; /* EMBLEM_ENDS_... */
  int32_t reserved2; /* 0 */
  /* Code for other processors than the CPU (device_table.h); null: none. */
  const struct EmblemDeviceTable *devices;
  int64_t device_count;
  uint64_t extensions[2]; /* 0; a runtime refuses what it does not know */
} EmblemModelTable;

/* Outputs that a table may have at most, the inner ones among them. */
enum { EMBLEM_MOST_OUTPUTS = 6 };

/* What the table is called in a program, and in a shared library beside its own
   name there, for emblem_load. */
#define EMBLEM_MODEL_SYMBOL "emblem_model_table"

#ifdef __cplusplus
}
#endif

#endif /* EMBLEM_MODEL_TABLE_H */
