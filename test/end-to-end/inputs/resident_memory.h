/*===- resident_memory.h - The memory of a process ----------------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

#ifndef EMBLEM_TEST_RESIDENT_MEMORY_H
#define EMBLEM_TEST_RESIDENT_MEMORY_H

#include <stdio.h>
#include <unistd.h>

/* KiB; -1 where the system does not say. The first look itself touches memory
   that stays. */
static inline long resident_kib(void) {
  long pages = -1;
  char line[128] = "";
  FILE *file = fopen("/proc/self/statm", "r");
  if (file && fgets(line, sizeof line, file))
    sscanf(line, "%*d %ld", &pages);
  if (file)
    fclose(file);
  return pages < 0 ? -1 : pages * (sysconf(_SC_PAGESIZE) / 1024);
}

#endif
