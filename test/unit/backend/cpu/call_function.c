/*===- call_function.c - A function of buffers, called from elsewhere -----===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* Linked with code of another architecture, and run by an emulator of it: reads
   calls of `function` from the standard input, and writes what is in their
   buffers afterwards to the output (emulated_function.h). */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARGUMENTS = 12, MOST_DIMENSIONS = 4 };

/* Each argument is a pointer or an index; those that are too many are not
   looked at. */
void function(intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
              intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t);

/* A memref as the C interface takes it: sizes, and behind them strides. */
struct Buffer {
  void *allocated, *aligned;
  int64_t offset;
  int64_t shape[2 * MOST_DIMENSIONS];
};

static void take(void *to, size_t bytes) {
  if (bytes && fread(to, bytes, 1, stdin) != 1)
    exit(1);
}

int main(void) {
  int64_t count;
  while (fread(&count, sizeof(count), 1, stdin) == 1) {
    intptr_t arguments[MOST_ARGUMENTS] = {0};
    struct Buffer buffers[MOST_ARGUMENTS];
    size_t bytes[MOST_ARGUMENTS] = {0};
    if (count > MOST_ARGUMENTS)
      return 1;
    if (count == 0) { /* whether there is anyone */
      putchar(1);
      fflush(stdout);
      continue;
    }
    for (int64_t i = 0; i < count; ++i) {
      /* A rank, or -1: an index; the size of an element, or the index. */
      int64_t words[2];
      take(words, sizeof(words));
      if (words[0] < 0) {
        arguments[i] = (intptr_t)words[1];
        continue;
      }
      const size_t rank = (size_t)words[0];
      if (rank > MOST_DIMENSIONS)
        return 1;
      struct Buffer *buffer = &buffers[i];
      take(buffer->shape, rank * sizeof(int64_t));
      int64_t stride = 1;
      for (size_t d = rank; d-- > 0; stride *= buffer->shape[d])
        buffer->shape[rank + d] = stride;
      bytes[i] = (size_t)(stride * words[1]);
      buffer->aligned = aligned_alloc(64, (bytes[i] + 64) / 64 * 64);
      buffer->allocated = buffer->aligned;
      buffer->offset = 0;
      take(buffer->aligned, bytes[i]);
      arguments[i] = (intptr_t)buffer;
    }
    function(arguments[0], arguments[1], arguments[2], arguments[3],
             arguments[4], arguments[5], arguments[6], arguments[7],
             arguments[8], arguments[9], arguments[10], arguments[11]);
    for (int64_t i = 0; i < count; ++i)
      if (bytes[i]) {
        fwrite(buffers[i].aligned, bytes[i], 1, stdout);
        free(buffers[i].allocated);
      }
    fflush(stdout);
  }
  return 0;
}
