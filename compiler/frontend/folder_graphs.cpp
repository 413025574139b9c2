//===- folder_graphs.cpp - Folders that hold graphs alone -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/folder_graphs.h"

#include "compiler/files/model_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

// The files of a folder with this extension, each with `under` before it.
static void list(StringRef folder, StringRef under, StringRef extension,
                 std::vector<std::string> &files) {
  std::error_code ec;
  std::string place = resolvePath(folder, under);
  for (sys::fs::directory_iterator file(place, ec), end; !ec && file != end;
       file.increment(ec)) {
    StringRef name = sys::path::filename(file->path());
    if (sys::path::extension(name) == extension)
      files.push_back((under + (under.empty() ? "" : "/") + name).str());
  }
  llvm::sort(files);
}

// Sentence Transformers may keep the transformer in a folder 0_Transformer.
static bool hasWeights(StringRef folder) {
  for (StringRef place : {"", "0_Transformer"})
    for (StringRef name : {"model.safetensors", "model.safetensors.index.json",
                           "pytorch_model.bin", "pytorch_model.bin.index.json",
                           "0_StaticEmbedding"}) {
      SmallString<64> path(place);
      sys::path::append(path, name);
      if (sys::fs::exists(resolvePath(folder, path)))
        return true;
    }
  return false;
}

Expected<std::string>
emblem::frontend::chooseSource(StringRef path,
                               std::vector<Assumption> &assumptions) {
  if (!sys::fs::is_directory(path) || hasWeights(path))
    return path.str();
  std::vector<std::string> graphs, others;
  list(path, "onnx", ".onnx", graphs);
  list(path, "", ".onnx", graphs);
  list(path, "openvino", ".xml", others);
  list(path, "", ".xml", others);
  for (StringRef usual : {"onnx/model.onnx", "model.onnx"}) {
    if (!is_contained(graphs, usual))
      continue;
    llvm::erase(graphs, usual);
    std::string rest = graphs.empty() ? "" : "; beside it are ";
    assumptions.push_back(
        {usual.str(),
         ("'" + path + "' has no weights of its own; its " + usual +
          " is compiled, the graph that Sentence Transformers takes" + rest +
          join(graphs, ", "))
             .str()});
    return resolvePath(path, usual);
  }
  if (!graphs.empty())
    return createStringError("'" + path +
                             "' has no weights of its own, and the graphs " +
                             join(graphs, ", ") + "; name one of them");
  if (!others.empty())
    return createStringError("'" + path + "' has no weights of its own but " +
                             others.front() +
                             ", OpenVINO's, which is not read; save the model "
                             "as safetensors, or export it as ONNX");
  return path.str();
}
