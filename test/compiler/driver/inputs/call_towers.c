/* Calls both towers of a library; the header is all that it has of Emblem. */
#include "clip.h"

#include <stdio.h>

static float pixels[CLIP_HEIGHT * CLIP_WIDTH * CLIP_CHANNELS];

static int nonZero(const float *vector) {
  int count = 0;
  for (int i = 0; i < CLIP_DIMENSION; ++i)
    count += vector[i] != 0;
  return count;
}

int main(void) {
  EmblemModel *model;
  EmblemModelInfo info;
  EmblemText text = {"a cat", 5};
  float ofText[CLIP_DIMENSION], ofImage[CLIP_DIMENSION];
  if (emblem_open(CLIP_MODEL, NULL, &model) != EMBLEM_OK ||
      emblem_info(model, &info) != EMBLEM_OK ||
      emblem_embed(model, &text, 1, ofText, NULL) != EMBLEM_OK ||
      emblem_embed_pixels(model, pixels, 1, ofImage) != EMBLEM_OK) {
    fprintf(stderr, "%s\n", emblem_last_error());
    return 1;
  }
  printf("%d floats, %d x %d x %d: %d of a text, %d of an image\n",
         (int)info.dimension, (int)info.image_height, (int)info.image_width,
         (int)info.image_channels, nonZero(ofText), nonZero(ofImage));
  emblem_free(model);
  return 0;
}
