/*===- concurrent.c - Many threads of the caller's on models --------------===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* concurrent OTHER.so [DEVICE [ROUNDS]]: four threads embed at once, through one model,
   through one each of the same table, and through two different models, of which
   the other is on DEVICE; each must get the bits that a thread gets alone. */

#include "random_texts.h"

#include <pthread.h>

enum { USERS = 4, TEXTS = 40, TEXT_BYTES = 200, MOST_DIMENSION = 1024 };

static char room[TEXTS][TEXT_BYTES];
static EmblemText texts[TEXTS];
static int rounds = 60;

/* What one thread alone gets from a model. */
typedef struct Expected {
  int64_t dimension;
  float vectors[TEXTS * MOST_DIMENSION];
  EmblemTextInfo infos[TEXTS];
  int32_t ids[TEXTS][256];
  size_t id_counts[TEXTS];
} Expected;

static Expected expected[2];

typedef struct User {
  EmblemModel *model;
  const Expected *expected;
  int index;
  const char *wrong; /* or null */
  float vectors[TEXTS * MOST_DIMENSION];
} User;

static User users[USERS];
static pthread_barrier_t start;

static void learn(EmblemModel *model, Expected *expected) {
  EmblemModelInfo info;
  must(emblem_info(model, &info));
  expected->dimension = info.dimension;
  for (size_t i = 0; i < TEXTS; ++i) {
    must(emblem_embed(model, &texts[i], 1,
                      expected->vectors + (int64_t)i * info.dimension,
                      &expected->infos[i]));
    must(emblem_tokenize(model, texts[i], expected->ids[i], 256,
                         &expected->id_counts[i], NULL));
  }
}

/* Embeds a stretch of the texts; another in each round, and for each user. */
static const char *use_once(User *user, int round) {
  const Expected *expected = user->expected;
  size_t first = (size_t)(round * 7 + user->index * 11) % TEXTS;
  size_t count = 1 + (size_t)(round * 5 + user->index) % (TEXTS - first);
  EmblemTextInfo infos[TEXTS];
  if (emblem_embed(user->model, texts + first, count, user->vectors, infos) !=
      EMBLEM_OK)
    return emblem_last_error();
  if (memcmp(user->vectors,
             expected->vectors + (int64_t)first * expected->dimension,
             count * (size_t)expected->dimension * sizeof(float)) != 0)
    return "other bits than alone";
  if (memcmp(infos, expected->infos + first, count * sizeof infos[0]) != 0)
    return "other token counts than alone";

  int32_t ids[256];
  size_t id_count;
  if (emblem_tokenize(user->model, texts[first], ids, 256, &id_count, NULL) !=
      EMBLEM_OK)
    return emblem_last_error();
  if (id_count != expected->id_counts[first] ||
      memcmp(ids, expected->ids[first], id_count * sizeof ids[0]) != 0)
    return "other ids than alone";

  /* Errors are each thread's own. */
  int32_t bad_id = -1 - user->index;
  int64_t offsets[] = {0, 1};
  char said[32];
  snprintf(said, sizeof said, "is %d;", (int)bad_id);
  if (emblem_embed_ids(user->model, &bad_id, offsets, 1, user->vectors) !=
          EMBLEM_ID_OUT_OF_RANGE ||
      !strstr(emblem_last_error(), said))
    return "not this thread's error";
  return NULL;
}

static void *use(void *argument) {
  User *user = argument;
  pthread_barrier_wait(&start);
  for (int round = 0; round < rounds && !user->wrong; ++round)
    user->wrong = use_once(user, round);
  return NULL;
}

/* models[u] is user u's; others[u] says which of the two it is. */
static int run(const char *what, EmblemModel *const *models,
               const int *others) {
  pthread_t threads[USERS];
  int failed = 0;
  pthread_barrier_init(&start, NULL, USERS);
  for (int u = 0; u < USERS; ++u) {
    users[u].model = models[u];
    users[u].expected = &expected[others[u]];
    users[u].index = u;
    users[u].wrong = NULL;
    if (pthread_create(&threads[u], NULL, use, &users[u]) != 0)
      return 1;
  }
  for (int u = 0; u < USERS; ++u) {
    pthread_join(threads[u], NULL);
    if (users[u].wrong)
      printf("%s, thread %d: %s\n", what, u, users[u].wrong), failed = 1;
  }
  pthread_barrier_destroy(&start);
  if (!failed)
    printf("%s: the same bits\n", what);
  return failed;
}

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  if (argc > 3)
    rounds = atoi(argv[3]);
  for (size_t i = 0; i < TEXTS; ++i)
    texts[i] = random_text(room[i], TEXT_BYTES);

  EmblemOptions alone = {0}, together = {0};
  alone.size = together.size = sizeof(EmblemOptions);
  alone.threads = 1;
  together.threads = 2;
  EmblemOptions other_alone = alone, other_together = together;
  other_alone.device = other_together.device = argc > 2 ? argv[2] : "auto";
  EmblemModel *model, *other;
  must(emblem_open(MODEL_MODEL, &alone, &model));
  must(emblem_load(argv[1], &other_alone, &other));
  learn(model, &expected[0]);
  learn(other, &expected[1]);
  emblem_free(model);
  emblem_free(other);

  EmblemModel *own[USERS];
  must(emblem_load(argv[1], &other_together, &other));
  for (int u = 0; u < USERS; ++u)
    must(emblem_open(MODEL_MODEL, &together, &own[u]));
  int same[USERS] = {0, 0, 0, 0}, both[USERS] = {0, 1, 0, 1};
  EmblemModel *one[USERS] = {own[0], own[0], own[0], own[0]};
  EmblemModel *two[USERS] = {own[0], other, own[1], other};
  int failed = run("one model", one, same) | run("one model each", own, same) |
               run("two models", two, both);
  for (int u = 0; u < USERS; ++u)
    emblem_free(own[u]);
  emblem_free(other);
  return failed;
}
