/*===- open_model.c - Whether a linked model opens ------------------------===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

#include "model.h"

#include <stdio.h>

int main(void) {
  const EmblemOptions options = {.size = sizeof(options), .threads = 1};
  EmblemModel *model;
  const EmblemStatus status = emblem_open(MODEL_MODEL, &options, &model);
  if (status == EMBLEM_OK) {
    puts("opened");
    emblem_free(model);
  } else {
    printf("%s: %s\n",
           status == EMBLEM_WRONG_CPU ? "EMBLEM_WRONG_CPU" : "another status",
           emblem_last_error());
  }
  return 0;
}
