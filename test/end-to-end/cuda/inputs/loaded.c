/*===- loaded.c - A library that says that it was loaded ----------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* In the place of a driver: writes the file that LOADED names. */

#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void say(void) {
  FILE *file = fopen(getenv("LOADED"), "w");
  if (file)
    fclose(file);
}
