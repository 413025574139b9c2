/*===- emblem.h - Vectors from text, in your own program ----------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* The C interface of a compiled model.

     EmblemModel *model;
     if (emblem_load("./minilm.so", NULL, &model) != EMBLEM_OK)
       fail(emblem_last_error());
     float vector[384];
     EmblemText text = {"hello", 5};
     emblem_embed(model, &text, 1, vector, NULL);
     emblem_free(model);

   Every function is thread-safe; calls on one model take turns, and models
   opened from one table share its weights. Nothing throws. A function that
   fails returns a code, and emblem_last_error() then gives the calling thread
   one sentence. The same text gives the same bits in any batch, at any number
   of threads. Nothing is allocated while embedding, except once for a text that
   is longer than any before and than 16 KiB, and for each beyond 1 MiB.

   A program may link several models, each from a library of its own: the first
   library's functions serve all, and those of a library that emblem_load opens
   are not called.

   A model embeds texts, scores pairs of them (a reranker) or embeds images; the
   functions of another kind refuse it with EMBLEM_WRONG_KIND. A model of texts
   may have a partner that sees (CLIP): then it takes images, too. */

#ifndef EMBLEM_EMBLEM_H
#define EMBLEM_EMBLEM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EMBLEM_API __attribute__((visibility("default")))
#else
#define EMBLEM_API
#endif

typedef struct EmblemModel EmblemModel;
typedef struct EmblemPool EmblemPool;
struct EmblemModelTable;

typedef enum EmblemStatus {
  EMBLEM_OK = 0,
  EMBLEM_INVALID_ARGUMENT = 1,
  EMBLEM_CANNOT_LOAD = 2,     /* no such file, or not a compiled model */
  EMBLEM_WRONG_CPU = 3,       /* the CPU lacks what the code needs, or is of
                                 another architecture */
  EMBLEM_WRONG_ABI = 4,       /* compiled for another version of the runtime */
  EMBLEM_ID_OUT_OF_RANGE = 5, /* a token id below 0 or past the vocabulary */
  EMBLEM_SEQUENCE_TOO_LONG = 6, /* more tokens than the model has positions */
  EMBLEM_TEXT_TOO_LONG = 7,     /* overflow is ERROR and a text would be cut */
  EMBLEM_NO_TOKENIZER = 8,      /* the model was compiled without one */
  EMBLEM_OUT_OF_MEMORY = 9,
  EMBLEM_WRONG_KIND = 10,   /* texts, pairs or images for a model that takes
                              another of them */
  EMBLEM_BAD_IMAGE = 11,    /* a file that is no picture, or a damaged one */
  EMBLEM_STAGE_FAILED = 12, /* the model's own code gave up: of the call's
                               vectors none counts; the next call may succeed */
  EMBLEM_NO_DEVICE = 13,    /* the device that is asked for is not here, or
                               cannot run the model */
  EMBLEM_NOT_FINITE = 14,   /* the model computes a NaN or an infinity of the
                               text that the sentence names: its weights are
                               damaged or too large. The vectors are written,
                               that one's among them */
  EMBLEM_NOT_KNOWN = 15     /* the model, or the device that it runs on, does
                               not have what is asked for: tokens' vectors of a
                               model whose encoder gives none, a way to decode */
} EmblemStatus;

typedef enum EmblemOverflow {
  EMBLEM_TRUNCATE = 0, /* cut a text at max_tokens, and say so */
  EMBLEM_ERROR = 1     /* refuse the call */
} EmblemOverflow;

/* Runs task(task_context, i) for every i in [0, count), in any order, on any
   threads, and returns when all are done. Tasks that have begun may wait for
   each other, and never for one that has not. */
typedef void (*EmblemTask)(void *task_context, int64_t index);
typedef void (*EmblemParallelFor)(void *context, int64_t count, EmblemTask task,
                                  void *task_context);

/* Zero every field that you do not set, but `size`: a size of 0 is refused, so
   that what a later version adds reads as 0 in a program that does not know it.

     EmblemOptions options = {0};
     options.size = sizeof(options);

   A runtime takes a larger struct than its own where the rest of it is 0. */
typedef struct EmblemOptions {
  size_t size;         /* sizeof(EmblemOptions) */
  int32_t threads;     /* 0: as many as the process may really use and the
                          system gives; fewer than N are an error */
  int32_t pin_threads; /* 1: each thread but the caller's keeps to one CPU */
  int64_t
      max_batch_tokens; /* bounds the memory; 0: 16384, and on a device 32768
                               or what fits; never less than the model's
                               max_positions */
  EmblemOverflow overflow;
  int32_t reserved;
  EmblemParallelFor parallel_for; /* or null: the model's own threads */
  void *parallel_context;
  const char *device; /* where the model runs; or null, which is "auto" */
} EmblemOptions;

/* EmblemOptions.device. It is chosen once, when the model is opened: what fails
   later is an error, and no vector comes from another device than the others.
   Vectors of different devices differ in their last digits.

     "auto"    a device for which the model has code, if one is here that can
               run it, else the CPU; then emblem_last_error says why
     "cpu"
     "cuda"    the first NVIDIA device that can run the model, or the one with
     "cuda:1"  that number, from 0; else EMBLEM_NO_DEVICE
     "none"    nowhere: for emblem_tokenize, emblem_info and the like alone

   CUDA does not work in a child process that is forked after a model was opened
   on a device: there such a model gives EMBLEM_NO_DEVICE and is to be freed. */

/* UTF-8, not necessarily valid: what is not becomes U+FFFD. */
typedef struct EmblemText {
  const char *data;
  size_t size; /* bytes */
} EmblemText;

/* A query, and what may answer it. */
typedef struct EmblemPair {
  EmblemText first, second;
} EmblemPair;

typedef struct EmblemTextInfo {
  int64_t tokens;    /* ids that were embedded, special tokens included */
  int32_t truncated; /* 1: the text was cut */
  int32_t reserved;
} EmblemTextInfo;

/* What a model returns. Most have one dense output. */
typedef enum EmblemOutputKind {
  EMBLEM_DENSE = 0,         /* a vector a text */
  EMBLEM_SPARSE = 1,        /* a weight a text for each token id; most are 0 */
  EMBLEM_TOKEN_WEIGHTS = 2, /* one number a token; a text's weight for an id is
                               the greatest of those where that id stands */
  EMBLEM_MULTI_VECTOR = 3,  /* a vector a token */
  /* Of what a model has inside, and gives on request: */
  EMBLEM_TOKENS = 4, /* a vector a token, of which the first output is made:
                        the encoder's last rows */
  EMBLEM_RAW = 5     /* the first output before its Normalize, or scores before
                        their activation */
} EmblemOutputKind;

/* How alike two vectors are. The greater, the more; but for EMBLEM_EUCLIDEAN.
   MaxSim, of models with a vector a token: for each of the query's vectors its
   greatest product with one of the document's, summed. */
typedef enum EmblemSimilarity {
  EMBLEM_COSINE = 0,             /* or, of a vector a token, MaxSim */
  EMBLEM_EUCLIDEAN = 1,          /* their distance: the smaller, the more */
  EMBLEM_DOT = 2,                /* their product */
  EMBLEM_NEGATIVE_EUCLIDEAN = 3, /* minus their distance */
  EMBLEM_NEGATIVE_MANHATTAN = 4, /* minus the sum of |a - b| */
  EMBLEM_MEAN_MAX_SIM = 5        /* MaxSim by the number of query vectors */
} EmblemSimilarity;

typedef struct EmblemOutputInfo {
  const char *name; /* "multi_vector" */
  EmblemOutputKind kind;
  int32_t per_token; /* 1: a row a token; 0: a row a text */
  int64_t width;     /* floats of a row */
} EmblemOutputInfo;

typedef struct EmblemModelInfo {
  const char *name, *target, *precision, *report;
  /* Of a row of the first output. */
  int64_t dimension;
  int64_t vocabulary_size, max_tokens, max_positions, parameters;
  int64_t weights_bytes, max_batch_tokens, arena_bytes;
  int32_t threads;
  int32_t pairs; /* 1: it scores pairs, `dimension` scores each */
  /* Of the images that it, or its partner, takes; 0: none. */
  int64_t image_height, image_width, image_channels;
  int32_t texts; /* 1: it takes texts */
  int32_t reserved;
  const char *device;      /* where it runs: "cpu", "none" or such as
                         "cuda:0 (NVIDIA H200, 9.0)" */
  int32_t similarity;      /* EmblemSimilarity: how vectors are compared */
  int32_t truncates_left;  /* 1: of a text too long the end stays */
  int32_t normalizes;      /* 1: vectors have length 1 */
  int32_t activates;       /* 1: scores end with an activation */
  int64_t token_dimension; /* floats of a token's vector; 0: there are none */
  int64_t spare[1];        /* 0: for what later versions say */
} EmblemModelInfo;

/* Opens a model that is linked into the program. `options` may be null. */
EMBLEM_API EmblemStatus emblem_open(const struct EmblemModelTable *table,
                                    const EmblemOptions *options,
                                    EmblemModel **model);
/* Maps a shared library that `emblemc --emit=shared` wrote. */
EMBLEM_API EmblemStatus emblem_load(const char *path,
                                    const EmblemOptions *options,
                                    EmblemModel **model);
EMBLEM_API void emblem_free(EmblemModel *model);

EMBLEM_API EmblemStatus emblem_info(const EmblemModel *model,
                                    EmblemModelInfo *info);

/* Threads that several models share, each opened with

     options.threads = emblem_pool_threads(pool);
     options.parallel_for = emblem_pool_parallel_for;
     options.parallel_context = pool;

   `threads` and `pin_threads` are as in EmblemOptions; the thread that calls a
   model works with the others, and counts as one of them. Models of one pool,
   of whatever libraries, may be called at once: their batches take turns, in
   the order in which they come, and give the same bits. A task must not call
   the pool that runs it. A pool is freed after its models, and its library
   unloaded after that. A child process that is forked has none of its threads:
   open another there, and free neither this one nor its models. */
EMBLEM_API EmblemStatus emblem_pool_open(int32_t threads, int32_t pin_threads,
                                         EmblemPool **pool);
EMBLEM_API int32_t emblem_pool_threads(const EmblemPool *pool);
EMBLEM_API void emblem_pool_parallel_for(void *pool, int64_t count,
                                         EmblemTask task, void *task_context);
EMBLEM_API void emblem_pool_free(EmblemPool *pool);

/* The text of prompt `name` (null: of the default prompt), to put before each
   text; null if there is none. */
EMBLEM_API const char *emblem_prompt(const EmblemModel *model,
                                     const char *name);

/* `vectors`: count * dimension floats. `infos`: count entries, or null. Any
   count: batches are formed inside, of at most max_batch_tokens tokens. After
   EMBLEM_TEXT_TOO_LONG or EMBLEM_OUT_OF_MEMORY some vectors are not written. */
EMBLEM_API EmblemStatus emblem_embed(EmblemModel *model,
                                     const EmblemText *texts, size_t count,
                                     float *vectors, EmblemTextInfo *infos);

/* How one call treats its texts. Zero every field that you do not set, but
   `size`, as of EmblemOptions; null stands for all zero. */
typedef struct EmblemCallOptions {
  size_t size;    /* sizeof(EmblemCallOptions) */
  int32_t cut;    /* EmblemCut: what becomes of a text that is too long */
  int32_t side;   /* EmblemSide: which end of it falls away */
  int32_t finish; /* EmblemFinish: how vectors and scores end */
  int32_t reserved;
  int64_t max_tokens; /* where it is cut, special tokens included, at most the
                         model's max_tokens; 0: there, or where the prompt
                         says */
  const char *prompt; /* of emblem_read: as emblem_encode has it */
} EmblemCallOptions;

typedef enum EmblemCut {
  EMBLEM_CUT_AS_OPENED = 0, /* as EmblemOptions.overflow */
  EMBLEM_CUT_TEXT = 1,
  EMBLEM_CUT_REFUSE = 2 /* EMBLEM_TEXT_TOO_LONG */
} EmblemCut;

typedef enum EmblemSide {
  EMBLEM_SIDE_OF_MODEL = 0,
  EMBLEM_SIDE_RIGHT = 1, /* the beginning stays */
  EMBLEM_SIDE_LEFT = 2
} EmblemSide;

typedef enum EmblemFinish {
  EMBLEM_FINISH_OF_MODEL = 0,
  EMBLEM_FINISH_NORMALIZED = 1, /* vectors are scaled to length 1 */
  EMBLEM_FINISH_RAW = 2 /* vectors as before the model's Normalize, if it has
                           one; scores as before their activation */
} EmblemFinish;

/* emblem_embed and emblem_score, as the options say. On a device nothing is
   raw but what has no last step: EMBLEM_NOT_KNOWN. */
EMBLEM_API EmblemStatus emblem_embed_with(EmblemModel *model,
                                          const EmblemCallOptions *options,
                                          const EmblemText *texts, size_t count,
                                          float *vectors,
                                          EmblemTextInfo *infos);
EMBLEM_API EmblemStatus emblem_score_with(EmblemModel *model,
                                          const EmblemCallOptions *options,
                                          const EmblemPair *pairs, size_t count,
                                          float *scores, EmblemTextInfo *infos);

/* Token ids as the model takes them, special tokens included: sequence s is
   ids[offsets[s]] up to ids[offsets[s + 1]], at least one token each. Where the
   model reads a text at its first end token (CLIP), that is the last. */
EMBLEM_API EmblemStatus emblem_embed_ids(EmblemModel *model, const int32_t *ids,
                                         const int64_t *offsets,
                                         size_t sequences, float *vectors);

/* The ids of one text, special tokens included; writes at most `capacity`, and
   the number that there are (after truncation) to `count`. */
EMBLEM_API EmblemStatus emblem_tokenize(EmblemModel *model, EmblemText text,
                                        int32_t *ids, size_t capacity,
                                        size_t *count, EmblemTextInfo *info);

/* The scores of pairs: count * dimension floats; a reranker has one score, and
   the higher it is the better the second text answers the first. Of a pair too
   long the longer text is cut, and then both alike; or the end of the second,
   where the model has a text around the two. `infos`, counts and errors are as
   for emblem_embed. */
EMBLEM_API EmblemStatus emblem_score(EmblemModel *model,
                                     const EmblemPair *pairs, size_t count,
                                     float *scores, EmblemTextInfo *infos);

/* The same of token ids, as emblem_embed_ids takes them; `types` has each one's
   type, 0 for the first text and 1 for the second in most models, and may be
   null where the model tells none apart. */
EMBLEM_API EmblemStatus emblem_score_ids(EmblemModel *model, const int32_t *ids,
                                         const int32_t *types,
                                         const int64_t *offsets,
                                         size_t sequences, float *scores);

/* The ids and types of one pair, as emblem_tokenize gives those of a text;
   `types` has as much room as `ids`, or is null. */
EMBLEM_API EmblemStatus emblem_tokenize_pair(EmblemModel *model,
                                             EmblemPair pair, int32_t *ids,
                                             int32_t *types, size_t capacity,
                                             size_t *count,
                                             EmblemTextInfo *info);

/* A token of a text. */
typedef struct EmblemToken {
  int32_t id, type;
  int32_t text;    /* 0: of the first text; 1: of the second; -1: of none, as
                      tokens that the model puts around them are */
  int32_t special; /* 1: it is no piece of text: [CLS], padding and the like */
  uint64_t begin, end; /* bytes [begin, end) of the text as it was given, whole
                          characters; 0, 0 where it is of none */
} EmblemToken;

/* The tokens of a text, or of a pair where `second` is not null, and where in
   the text each comes from, through all that the tokenizer does to it. Writes at
   most `capacity`, and the number that there are to `count`. */
EMBLEM_API EmblemStatus emblem_read(EmblemModel *model,
                                    const EmblemCallOptions *options,
                                    EmblemText first, const EmblemText *second,
                                    EmblemToken *tokens, size_t capacity,
                                    size_t *count, EmblemTextInfo *info);

/* The text that ids stand for, as the tokenizer decodes it, with special tokens
   or without. Writes at most `capacity` bytes, and no zero byte; `size` becomes
   the bytes that there are. EMBLEM_NOT_KNOWN: it has a way to decode that is
   not supported, and the last error has its name. */
EMBLEM_API EmblemStatus emblem_decode(EmblemModel *model, const int32_t *ids,
                                      size_t count, int32_t skip_special,
                                      char *text, size_t capacity,
                                      size_t *size);

typedef struct EmblemTokenInfo {
  const char *text; /* as the vocabulary spells it, "##ing"; no zero byte ends
                       it */
  size_t size;      /* bytes; 0: no token has this id */
  int32_t special;  /* as EmblemToken has it */
  int32_t reserved;
} EmblemTokenInfo;

/* Of an id from 0 to vocabulary_size - 1. */
EMBLEM_API EmblemStatus emblem_token(const EmblemModel *model, int32_t id,
                                     EmblemTokenInfo *info);

typedef struct EmblemPromptInfo {
  const char *name, *text;
  int64_t max_tokens; /* where its texts are cut; 0: the model's own */
  int32_t is_default;
  int32_t reserved;
} EmblemPromptInfo;

EMBLEM_API size_t emblem_prompt_count(const EmblemModel *model);
/* Of the prompts in alphabetical order. */
EMBLEM_API EmblemStatus emblem_prompt_info(const EmblemModel *model,
                                           size_t index,
                                           EmblemPromptInfo *info);

/* What a score stands for, "entailment"; null where the model does not say. */
EMBLEM_API const char *emblem_label(const EmblemModel *model, size_t score);

/* The vectors of images whose pixels are as the model takes them: count *
   image_height * image_width * image_channels floats (EmblemModelInfo), row by
   row, a pixel's channels side by side, scaled and shifted already. `vectors`:
   count * dimension floats. Any count: batches are formed inside. */
EMBLEM_API EmblemStatus emblem_embed_pixels(EmblemModel *model,
                                            const float *pixels, size_t count,
                                            float *vectors);

/* A picture: the bytes of a PNG or JPEG file, or pixels of 8 bits. */
typedef struct EmblemImage {
  const void *data;
  size_t size; /* of a file, in bytes; not read where data is pixels */
  int64_t width, height; /* of the pixels; both 0: data is a file */
  int64_t stride;        /* bytes from a row to the next; 0: no gaps */
  int32_t channels; /* 1: grey; 3: RGB; 4: RGB and a byte that is not read */
  int32_t reserved;
} EmblemImage;

/* The vectors of pictures, which are resized, cut and scaled as the model's
   image processor would do, byte for byte as Pillow resizes: count * dimension
   floats. Color is converted as by Pillow's Image.convert; the orientation that
   a camera writes beside the picture (EXIF) does nothing. After
   EMBLEM_BAD_IMAGE the next picture is at fault, and the last error says what
   is wrong with it; `done`, where it is not null, has the number of vectors
   that were written. Allocates while it decodes. */
EMBLEM_API EmblemStatus emblem_embed_images(EmblemModel *model,
                                            const EmblemImage *images,
                                            size_t count, float *vectors,
                                            size_t *done);

/* ---- Models with other outputs than one dense vector a text ----

     int32_t ids[512];
     size_t count;
     emblem_encode(model, "query", text, ids, 512, &count, NULL);
     int64_t offsets[] = {0, count};
     float *outputs[] = {malloc(count * width * sizeof(float))};
     emblem_run(model, ids, offsets, 1, outputs);

   emblem_embed and emblem_embed_ids give the first output alone, where it has a
   row a text. */

EMBLEM_API size_t emblem_output_count(const EmblemModel *model);
EMBLEM_API EmblemStatus emblem_output(const EmblemModel *model, size_t index,
                                      EmblemOutputInfo *info);

/* As emblem_tokenize, under the rules of a prompt (null: of the default
   prompt): its own limit, its marker token, its expansion. The prompt's text is
   the caller's to put before. */
EMBLEM_API EmblemStatus emblem_encode(EmblemModel *model, const char *prompt,
                                      EmblemText text, int32_t *ids,
                                      size_t capacity, size_t *count,
                                      EmblemTextInfo *info);

/* As emblem_embed_ids, all outputs in one pass. outputs[i], one for each output
   of the model, has sequences * width floats, or as many rows as there are ids;
   null: not wanted. */
EMBLEM_API EmblemStatus emblem_run(EmblemModel *model, const int32_t *ids,
                                   const int64_t *offsets, size_t sequences,
                                   float *const *outputs);

/* What a model has inside, EMBLEM_TOKENS or EMBLEM_RAW, as emblem_output tells
   of what it returns. EMBLEM_NOT_KNOWN: it has no such thing. */
EMBLEM_API EmblemStatus emblem_inner(const EmblemModel *model,
                                     EmblemOutputKind kind,
                                     EmblemOutputInfo *info);

/* What a call asks for; null: not wanted, and nothing is computed for it. */
typedef struct EmblemRows {
  size_t size;           /* sizeof(EmblemRows) */
  float *const *outputs; /* as of emblem_run; or null */
  float *tokens;         /* a row a token */
  float *raw;            /* rows as of the first output */
} EmblemRows;

/* As emblem_run, or emblem_score_ids of a model of pairs, what is inside the
   model as well. `types` may be null where it tells none apart. */
EMBLEM_API EmblemStatus emblem_run_with(EmblemModel *model, const int32_t *ids,
                                        const int32_t *types,
                                        const int64_t *offsets,
                                        size_t sequences,
                                        const EmblemRows *rows);

/* Whether an output's row of one of a text's tokens counts: 1, or 0 for special
   tokens, punctuation and what else the model leaves out. `position` counts the
   text's tokens, from 0. Rows of texts always count. */
EMBLEM_API int32_t emblem_counts(const EmblemModel *model, size_t output,
                                 const char *prompt, int64_t position,
                                 int32_t id);

/* The calling thread's last error: one sentence, valid until its next call. */
EMBLEM_API const char *emblem_last_error(void);

#ifdef __cplusplus
}
#endif

#endif /* EMBLEM_EMBLEM_H */
