//===- image_batch.cpp - Lines that are images, or texts ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/embed_batch.h"
#include "runtime/command/image_commands.h"
#include "runtime/command/image_files.h"

#include <algorithm>

namespace emblem::command {

namespace {

class EitherBatch final : public EmbedBatch {
public:
  EitherBatch(const EmblemModelTable &table, EmblemModel *model,
              EmbedBatch *texts)
      : dimension(table.dimension), images(model), texts(texts) {}

  bool add(std::string_view line, BatchProblem &problem) override {
    const bool isImage = !texts || namesImage(line);
    if (isImage && !images.add(line, problem.sentence)) {
      problem.line = size();
      return false;
    }
    if (!isImage && !texts->add(line, problem)) {
      problem.line = size();
      return false;
    }
    areImages.push_back(isImage);
    return true;
  }

  size_t size() const override { return areImages.size(); }
  bool full() const override {
    return images.full() || (texts && texts->full());
  }
  void clear() override {
    images.clear();
    if (texts)
      texts->clear();
    areImages.clear();
  }

  size_t embed(EmblemModel *model, float *vectors, EmblemTextInfo *infos,
               BatchProblem &problem) override;

private:
  int64_t dimension;
  ImageBatch images;
  std::unique_ptr<EmbedBatch> texts; // or null
  std::vector<bool> areImages;       // of the lines
};

/// Both kinds' vectors come one after the other, and go to the lines' places.
size_t EitherBatch::embed(EmblemModel *model, float *vectors,
                          EmblemTextInfo *infos, BatchProblem &problem) {
  const size_t textCount = texts ? texts->size() : 0;
  std::vector<float> ofImages(images.size() * dimension),
      ofTexts(textCount * dimension);
  std::vector<EmblemTextInfo> textInfos(textCount);
  BatchProblem imageProblem, textProblem;
  bool ofFile = true;
  const size_t imagesDone =
      images.size()
          ? images.embed(0, ofImages.data(), imageProblem.sentence, ofFile)
          : 0;
  const size_t textsDone =
      textCount
          ? texts->embed(model, ofTexts.data(), textInfos.data(), textProblem)
          : 0;
  size_t image = 0, text = 0;
  for (size_t i = 0; i < size(); ++i) {
    if (areImages[i] ? image == imagesDone : text == textsDone) {
      problem = areImages[i] ? imageProblem : textProblem;
      const bool ofLine =
          areImages[i] ? ofFile : textProblem.line != problem.noLine;
      problem.line = ofLine ? i : problem.noLine;
      return i;
    }
    const float *from = areImages[i] ? ofImages.data() + image * dimension
                                     : ofTexts.data() + text * dimension;
    std::copy_n(from, dimension, vectors + i * dimension);
    infos[i] = areImages[i] ? EmblemTextInfo{} : textInfos[text];
    ++(areImages[i] ? image : text);
  }
  return size();
}

} // namespace

EmbedBatch *makeImageBatch(const EmblemModelTable &table, EmblemModel *model,
                           EmbedBatch *texts) {
  return new EitherBatch(table, model, texts);
}

} // namespace emblem::command
