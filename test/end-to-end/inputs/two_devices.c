/*===- two_devices.c - Models of two libraries and their devices ---*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* two_devices LIBRARY: opens a library for the CPU alone, one for devices too,
   and the shared library, and prints where each runs and a vector's start. */

#include "both.h"
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

static void show(EmblemStatus status, EmblemModel **opened) {
  EmblemModel *model = *opened;
  EmblemText text = {"hello world", 11};
  EmblemModelInfo info;
  float *vector;
  if (status != EMBLEM_OK || emblem_info(model, &info) != EMBLEM_OK) {
    printf("%s\n", emblem_last_error());
    return;
  }
  vector = calloc((size_t)info.dimension, sizeof(float));
  if (emblem_embed(model, &text, 1, vector, NULL) == EMBLEM_OK)
    printf("%s: %.3f %.3f\n", info.device, vector[0], vector[1]);
  else
    printf("%s\n", emblem_last_error());
  free(vector);
  emblem_free(model);
}

int main(int count, char **arguments) {
  EmblemModel *model = NULL;
  EmblemOptions options = {0};
  options.size = sizeof(options);
  options.threads = 1;
  show(emblem_open(HOST_MODEL, &options, &model), &model);
  show(emblem_open(BOTH_MODEL, &options, &model), &model);
  show(emblem_load(arguments[count - 1], &options, &model), &model);
  return 0;
}
