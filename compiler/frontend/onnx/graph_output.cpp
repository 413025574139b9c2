//===- graph_output.cpp - The output of a graph that is compiled ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/graph_output.h"

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"
#include "compiler/files/onnx/tensor.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

const Port *onnx::findPort(ArrayRef<Port> ports, StringRef name) {
  auto found =
      llvm::find_if(ports, [&](const Port &port) { return port.name == name; });
  return found == ports.end() ? nullptr : &*found;
}

Error onnx::checkTakesTexts(const OnnxFile &file) {
  for (const Port &input : file.getInputs()) {
    StringRef name = input.name;
    bool isPicture =
        input.shape && input.shape->size() == 4 && !name.starts_with("past");
    if (isPicture || name.starts_with("pixel_"))
      return createStringError(
          "'" + file.getPath() + "' takes pixels: its input '" + name +
          "' is " + (input.shape ? shapeText(*input.shape) : "a picture") +
          ", and of ONNX only graphs that read texts are compiled; compile the "
          "Hugging Face folder, whose images are read");
  }
  return Error::success();
}

static Expected<bool> isClassifier(const ModelFolders &folders) {
  auto config =
      JsonObject::readOptional(resolvePath(folders.transformer, "config.json"));
  if (!config)
    return config.takeError();
  const json::Value *classes = config->find("architectures");
  const json::Array *names = classes ? classes->getAsArray() : nullptr;
  return names && llvm::any_of(*names, [](const json::Value &name) {
           return name.getAsString().value_or("").ends_with(
               "ForSequenceClassification");
         });
}

// A few numbers a text, not a row a token.
static bool mayBeScores(const Port &output) {
  return !output.shape || output.shape->size() <= 2;
}

Expected<Output> onnx::chooseOutput(const OnnxFile &file,
                                    const ModelFolders &folders) {
  auto scores = isClassifier(folders);
  if (!scores)
    return scores.takeError();
  SmallVector<const Port *> outputs, rows, vectors;
  std::string names;
  for (const Port &port : file.getOutputs()) {
    if (StringRef(port.name).starts_with("present"))
      continue;
    outputs.push_back(&port);
    names += (names.empty() ? "'" : ", '") + port.name + "'";
    if (port.shape && port.shape->size() == 3)
      rows.push_back(&port);
    if (mayBeScores(port))
      vectors.push_back(&port);
  }
  const Port *logits = findPort(file.getOutputs(), "logits");
  if (logits && !findPort(file.getOutputs(), "last_hidden_state")) {
    if (!mayBeScores(*logits))
      return createStringError(
          "'" + file.getPath() + "': its output 'logits' is " +
          shapeText(*logits->shape) +
          ", of each token, and not a reranker's [batch, labels]; export the "
          "model without a head for tokens");
    return Output{logits->name, /*areScores=*/true};
  }
  if (outputs.size() == 1)
    return Output{outputs.front()->name,
                  *scores && mayBeScores(*outputs.front())};
  for (StringRef name :
       {"sentence_embedding", "last_hidden_state", "token_embeddings"})
    if (const Port *port = findPort(file.getOutputs(), name))
      return Output{port->name};
  if (*scores && vectors.size() == 1)
    return Output{vectors.front()->name, /*areScores=*/true};
  if (rows.size() == 1)
    return Output{rows.front()->name};
  return createStringError("'" + file.getPath() + "' has the outputs " + names +
                           ", and none is called sentence_embedding, "
                           "last_hidden_state or token_embeddings; export it "
                           "with one of these");
}
