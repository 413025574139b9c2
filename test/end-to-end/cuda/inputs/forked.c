/*===- forked.c - A child of a process that uses a device ---------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* Forks with a model open on the stand-in, and says what parent and child get. */

#define _POSIX_C_SOURCE 200809L

#include "../../inputs/random_texts.h"

#include <sys/wait.h>
#include <unistd.h>

static float vectors[2][MODEL_DIMENSION], on_cpu[MODEL_DIMENSION];
static const EmblemText text = {"hello world", 11};

static EmblemStatus open_on(const char *device, EmblemModel **model) {
  EmblemOptions options = {0};
  options.size = sizeof options;
  options.threads = 1;
  options.device = device;
  return emblem_open(MODEL_MODEL, &options, model);
}

static void child(EmblemModel *inherited) {
  EmblemModel *model = NULL;
  EmblemModelInfo info;
  if (emblem_embed(inherited, &text, 1, vectors[1], NULL) == EMBLEM_NO_DEVICE)
    printf("child, inherited: %s\n", emblem_last_error());
  emblem_free(inherited);
  if (open_on("cuda", &model) == EMBLEM_NO_DEVICE)
    printf("child, cuda: %s\n", emblem_last_error());
  must(open_on("auto", &model));
  must(emblem_info(model, &info));
  must(emblem_embed(model, &text, 1, vectors[1], NULL));
  printf("child, auto: %s, %s\n", info.device,
         memcmp(vectors[1], on_cpu, sizeof on_cpu) == 0 ? "its bits"
                                                        : "other bits");
  emblem_free(model);
}

/* Forks, and waits for `action` of the child. */
static int in_child(void (*action)(EmblemModel *), EmblemModel *model) {
  int status = 1;
  fflush(stdout);
  pid_t process = fork();
  if (process == 0) {
    action(model);
    fflush(stdout);
    _exit(0); /* what the parent has open is not the child's */
  }
  waitpid(process, &status, 0);
  return status != 0;
}

static void only_child(EmblemModel *none) {
  EmblemModel *model = none;
  must(open_on("cuda", &model));
  must(emblem_embed(model, &text, 1, vectors[0], NULL));
  emblem_free(model);
  printf("a child that is the first: well\n");
}

int main(void) {
  EmblemModel *cpu, *model;
  int failed = in_child(only_child, NULL);
  must(open_on("cpu", &cpu));
  must(emblem_embed(cpu, &text, 1, on_cpu, NULL));
  emblem_free(cpu);
  must(open_on("cuda", &model));
  must(emblem_embed(model, &text, 1, vectors[0], NULL));
  failed |= in_child(child, model);
  must(emblem_embed(model, &text, 1, vectors[1], NULL));
  printf("parent: %s\n", memcmp(vectors[0], vectors[1], sizeof on_cpu) == 0
                             ? "the same bits"
                             : "other bits");
  emblem_free(model);
  return failed;
}
