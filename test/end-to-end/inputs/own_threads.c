/*===- own_threads.c - A program's own threads run the model --------------===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* Embeds the same texts on the model's threads, and on threads that this
   program starts for each piece of work: forked, and joined at its end. */

#include "random_texts.h"

#include <pthread.h>

enum { TEXTS = 300, TEXT_BYTES = 200, THREADS = 3, BATCHES = 40 };

static char room[TEXTS][TEXT_BYTES];
static EmblemText texts[TEXTS];
static float expected[TEXTS * MODEL_DIMENSION];
static float vectors[TEXTS * MODEL_DIMENSION];

typedef struct Fork {
  pthread_mutex_t mutex;
  int64_t next, count;
  EmblemTask task;
  void *task_context;
} Fork;

static void *work(void *argument) {
  Fork *fork = argument;
  for (;;) {
    pthread_mutex_lock(&fork->mutex);
    int64_t index = fork->next++;
    pthread_mutex_unlock(&fork->mutex);
    if (index >= fork->count)
      return NULL;
    fork->task(fork->task_context, index);
  }
}

static void parallel_for(void *calls, int64_t count, EmblemTask task,
                         void *task_context) {
  ++*(int *)calls;
  Fork fork = {PTHREAD_MUTEX_INITIALIZER, 0, count, task, task_context};
  pthread_t threads[THREADS];
  int started = 0;
  while (started < THREADS &&
         pthread_create(&threads[started], NULL, work, &fork) == 0)
    ++started;
  work(&fork);
  while (started > 0)
    pthread_join(threads[--started], NULL);
}

int main(void) {
  for (size_t i = 0; i < TEXTS; ++i)
    texts[i] = random_text(room[i], TEXT_BYTES);
  int calls = 0;
  EmblemOptions options = {0};
  options.size = sizeof(options);
  EmblemModel *model;
  options.threads = 1;
  must(emblem_open(MODEL_MODEL, &options, &model));
  must(emblem_embed(model, texts, TEXTS, expected, NULL));
  emblem_free(model);

  options.threads = THREADS + 1;
  options.parallel_for = parallel_for;
  options.parallel_context = &calls;
  must(emblem_open(MODEL_MODEL, &options, &model));
  for (int batch = 0; batch < BATCHES; ++batch) {
    /* All of them, one alone, and what lies between. */
    size_t count = batch == 0 ? TEXTS : 1 + (size_t)(batch * batch) % 60;
    size_t first = random_below((uint32_t)(TEXTS - count + 1));
    must(emblem_embed(model, texts + first, count, vectors, NULL));
    if (memcmp(vectors, expected + first * MODEL_DIMENSION,
               count * MODEL_DIMENSION * sizeof(float)) != 0) {
      printf("batch %d: other bits than on one thread\n", batch);
      return 1;
    }
  }
  emblem_free(model);
  if (calls == 0) {
    printf("the model used no thread of this program's\n");
    return 1;
  }
  printf("the same bits\n");
  return 0;
}
