/*===- random_texts.h - Texts and token ids for the C drivers -----*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

#ifndef EMBLEM_TEST_RANDOM_TEXTS_H
#define EMBLEM_TEST_RANDOM_TEXTS_H

#include "model.h" /* what emblemc wrote beside the library */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 1;

/* 0 up to limit - 1; the same numbers in every run. */
static uint32_t random_below(uint32_t limit) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((random_state >> 33) % limit);
}

/* Words that a vocabulary has, or not, and what each makes the tokenizer do:
   lower case, accents, characters of their own, marks to be sorted, bytes that
   are no UTF-8, special tokens. */
static const char *const random_words[] = {"the ",
                                           "dog ",
                                           "Quick ",
                                           "unrepeatable ",
                                           "caf\xc3\xa9 ",
                                           "[SEP]",
                                           "\xff",
                                           "\xf0\x9f\x98\x80",
                                           "\xe6\x97\xa5\xe6\x9c\xac",
                                           "a, b.",
                                           "zzzzzz",
                                           "\xe3\x80\xae",
                                           "\xcd\x84",
                                           "\xed\x95\x9c ",
                                           "\t\n",
                                           "2+2=4 ",
                                           "\xef\xb7\xba"};

/* Writes a random text of at most `most` bytes. */
static inline EmblemText random_text(char *room, size_t most) {
  size_t wanted = random_below((uint32_t)most + 1), size = 0;
  for (;;) {
    const char *word = random_words[random_below(sizeof random_words /
                                                 sizeof random_words[0])];
    if (size + strlen(word) > wanted)
      break;
    memcpy(room + size, word, strlen(word));
    size += strlen(word);
  }
  EmblemText text = {room, size};
  return text;
}

/* Writes `count` sequences of 1 up to `longest` ids. */
static inline void random_ids(const EmblemModelInfo *info, size_t count,
                              size_t longest, int32_t *ids, int64_t *offsets) {
  offsets[0] = 0;
  for (size_t s = 0; s < count; ++s) {
    int64_t length = 1 + random_below((uint32_t)longest);
    offsets[s + 1] = offsets[s] + length;
    for (int64_t i = offsets[s]; i < offsets[s + 1]; ++i)
      ids[i] = (int32_t)random_below((uint32_t)info->vocabulary_size);
  }
}

/* Ends the program unless `status` is EMBLEM_OK. */
static inline void must(EmblemStatus status) {
  if (status == EMBLEM_OK)
    return;
  fprintf(stderr, "status %d: %s\n", (int)status, emblem_last_error());
  exit(1);
}

#endif
