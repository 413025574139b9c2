/*===- load_model.c - A model that a program loads ----------------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

#include <emblem/emblem.h>

#include <stdio.h>

int main(int count, char **arguments) {
  EmblemModel *model;
  EmblemModelInfo info;
  if (count != 2 || emblem_load(arguments[1], NULL, &model) != EMBLEM_OK ||
      emblem_info(model, &info) != EMBLEM_OK) {
    fprintf(stderr, "%s\n", emblem_last_error());
    return 1;
  }
  printf("%s: %d floats\n", info.name, (int)info.dimension);
  emblem_free(model);
  return 0;
}
