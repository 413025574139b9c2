/* two_models PICTURE: a text by reads.h's model and a picture by sees.h's, in
   one program; -DALONE_READS or -DALONE_SEES leaves the other model out. The
   program has functions of libpng's, zlib's and libjpeg's names, which it never
   calls: the models have their own. */

#ifndef ALONE_SEES
#include "reads.h"
#endif
#ifndef ALONE_READS
#include "sees.h"
#endif

#include <stdio.h>
#include <stdlib.h>

void inflate(void) { abort(); }
void png_create_read_struct(void) { abort(); }
void jpeg_read_header(void) { abort(); }

static void must(EmblemStatus status) {
  if (status == EMBLEM_OK)
    return;
  printf("%s\n", emblem_last_error());
  exit(1);
}

static void print(const char *name, const float *vector, int size) {
  int i;
  printf("%s:", name);
  for (i = 0; i < size; ++i)
    printf(" %.9g", vector[i]);
  printf("\n");
}

#ifndef ALONE_SEES
static void read(void) {
  static float vector[READS_DIMENSION];
  EmblemText text = {"the same bits", 13};
  EmblemImage image = {0};
  EmblemModel *model;
  must(emblem_open(READS_MODEL, NULL, &model));
  must(emblem_embed(model, &text, 1, vector, NULL));
  print("read", vector, READS_DIMENSION);
  if (emblem_embed_images(model, &image, 1, vector, NULL) != EMBLEM_OK)
    printf("read: %s\n", emblem_last_error());
  emblem_free(model);
}
#endif

#ifndef ALONE_READS
static void see(const char *path) {
  static float vector[SEES_DIMENSION];
  static char bytes[1 << 20];
  EmblemImage image = {0};
  EmblemModel *model;
  FILE *file = fopen(path, "rb");
  if (!file)
    exit(2);
  image.data = bytes;
  image.size = fread(bytes, 1, sizeof(bytes), file);
  fclose(file);
  must(emblem_open(SEES_MODEL, NULL, &model));
  must(emblem_embed_images(model, &image, 1, vector, NULL));
  print("see", vector, SEES_DIMENSION);
  image.size /= 2;
  if (emblem_embed_images(model, &image, 1, vector, NULL) != EMBLEM_OK)
    printf("see: %s\n", emblem_last_error());
  emblem_free(model);
}
#endif

int main(int count, char **arguments) {
  if (count != 2)
    return 2;
#ifndef ALONE_SEES
  read();
#endif
#ifndef ALONE_READS
  see(arguments[1]);
#else
  (void)arguments;
#endif
  return 0;
}
