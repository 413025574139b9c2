//===- onnx_model.cpp - From an ONNX file to an emb module ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/onnx_model.h"

#include "compiler/frontend/build_model.h"
#include "compiler/frontend/huggingface/folder.h"
#include "compiler/frontend/huggingface/modules.h"
#include "compiler/frontend/load_model.h"
#include "compiler/frontend/model_file.h"
#include "compiler/frontend/onnx/lifter.h"

#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

using OwnedModule = mlir::OwningOpRef<mlir::ModuleOp>;

// Two lengths; the longer one reaches beyond T5's last bucket, and the windows
// of ModernBERT and EmbeddingGemma.
static constexpr int64_t shortLength = 11, longLength = 300;
// Where neither a table of positions nor the tokenizer says how long a text may
// be; and what a tokenizer may say at most.
static constexpr int64_t defaultMaxTokens = 512, mostTokens = 1 << 17;

/// The nearest length from here downwards that is no side of a weight: then the
/// sides of a value say which of them counts tokens.
static int64_t findLength(const OnnxFile &file, int64_t length) {
  std::set<int64_t> sides;
  for (const auto &[name, view] : file.getTensors())
    if (view.type == ElementType::F32 || view.type == ElementType::F16 ||
        view.type == ElementType::BF16)
      sides.insert(view.shape.begin(), view.shape.end());
  int64_t found = length;
  while (found > 3 && sides.count(found))
    --found;
  return found;
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

static const Port *findPort(ArrayRef<Port> ports, StringRef name) {
  auto found =
      llvm::find_if(ports, [&](const Port &port) { return port.name == name; });
  return found == ports.end() ? nullptr : &*found;
}

static Expected<StringRef> chooseOutput(const OnnxFile &file) {
  ArrayRef<Port> outputs = file.getOutputs();
  // Of a reranker or classifier; nothing in the graph says what its texts are.
  if (findPort(outputs, "logits") && !findPort(outputs, "last_hidden_state"))
    return createStringError("'" + file.getPath() +
                             "' has the output 'logits', the scores of a head; "
                             "compile a reranker's Hugging Face folder "
                             "instead");
  if (outputs.size() == 1)
    return outputs.front().name;
  for (StringRef name :
       {"sentence_embedding", "last_hidden_state", "token_embeddings"})
    if (const Port *port = findPort(outputs, name))
      return port->name;
  std::string names;
  std::vector<StringRef> rows;
  for (const Port &port : outputs) {
    names += (names.empty() ? "'" : ", '") + port.name + "'";
    if (port.shape && port.shape->size() == 3)
      rows.push_back(port.name);
  }
  if (rows.size() == 1)
    return rows.front();
  return createStringError("'" + file.getPath() + "' has the outputs " + names +
                           ", and none is called sentence_embedding, "
                           "last_hidden_state or token_embeddings; export it "
                           "with one of these");
}

//===----------------------------------------------------------------------===//
// Lifting
//===----------------------------------------------------------------------===//

static void eraseUnused(mlir::Block &block) {
  for (mlir::Operation &op :
       llvm::make_early_inc_range(llvm::reverse(block.getOperations())))
    if (mlir::isOpTriviallyDead(&op))
      op.erase();
}

namespace {
struct Graph {
  OwnedModule module;
  bool pooled = false;
  std::optional<int64_t> tableLimit, nextBound; // Lifter has what they are
};
} // namespace

static Expected<Graph> liftAt(const OnnxFile &file, int64_t length,
                              const Description &description,
                              mlir::MLIRContext &context) {
  auto output = chooseOutput(file);
  if (!output)
    return output.takeError();
  Graph graph;
  auto module = buildModel(description, context,
                           [&](mlir::OpBuilder &builder, mlir::Value ids,
                               mlir::Value offsets) -> Expected<EncoderResult> {
                             Lifter lifter(file, builder, ids, offsets, length);
                             auto rows = lifter.lift(*output);
                             if (!rows)
                               return rows.takeError();
                             graph.pooled = rows->pooled;
                             graph.tableLimit = lifter.getTableLimit();
                             graph.nextBound = lifter.getNextBound();
                             return EncoderResult{rows->value, rows->pooled};
                           });
  if (!module)
    return module.takeError();
  eraseUnused((*(**module).getOps<emb::ModelOp>().begin()).getBody().front());
  graph.module = std::move(*module);
  return graph;
}

/// How many tokens a text needs before all that attention says shows.
static int64_t findReach(mlir::ModuleOp module) {
  emb::ModelOp model = *module.getOps<emb::ModelOp>().begin();
  int64_t reach = 0;
  for (auto op : model.getBody().getOps<emb::AttentionOp>())
    for (auto tokens : {op.getBefore(), op.getAfter(), op.getMaxDistance()})
      reach = std::max<int64_t>(reach, tokens.value_or(0));
  return reach + 2;
}

// Texts of both lengths are computed by the same operations.
static bool areSame(mlir::ModuleOp a, mlir::ModuleOp b) {
  auto body = [](mlir::ModuleOp module) -> mlir::Region & {
    return (*module.getOps<emb::ModelOp>().begin()).getBody();
  };
  return mlir::OperationEquivalence::isRegionEquivalentTo(
      &body(a), &body(b), mlir::OperationEquivalence::Flags::IgnoreLocations);
}

//===----------------------------------------------------------------------===//
// The files beside it
//===----------------------------------------------------------------------===//

// Where the tokenizer is: beside the graph, or one folder up.
static ModelFolders findFolders(StringRef path) {
  std::string own = resolvePath(".", folderOf(path));
  std::string root = own;
  for (const std::string &folder : {own, folderOf(own)})
    if (sys::fs::exists(resolvePath(folder, "modules.json")) ||
        sys::fs::exists(resolvePath(folder, "tokenizer.json"))) {
      root = folder;
      break;
    }
  return {root, root, ""};
}

static Error addFolder(ModelFolders folders, bool pooled,
                       Description &description) {
  std::vector<frontend::Module> modules;
  if (sys::fs::exists(resolvePath(folders.root, "modules.json"))) {
    Task none(""); // a graph is of one
    auto list = readModuleList(folders.root, none);
    if (!list)
      return list.takeError();
    modules = std::move(*list);
    if (isLateInteraction(modules) || has(modules, ModuleKind::SpladePooling))
      return createStringError(
          "'" + folders.root +
          "': a graph is compiled to dense vectors alone, and the modules.json "
          "beside it asks for others; compile the folder instead");
    folders.transformerPath = modules.front().path;
    folders.transformer = resolvePath(folders.root, folders.transformerPath);
  }
  if (sys::fs::exists(resolvePath(folders.transformer, "tokenizer.json"))) {
    if (Error error = addText(folders, description))
      return error;
    if (Error error = addPrompts(folders, description))
      return error;
  }
  if (pooled || modules.empty())
    return Error::success();
  return addModules(folders.root, modules, description);
}

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

// The positions of a graph, and the width of its rows.
static void readSizes(Graph &graph, Description &description) {
  emb::ModelOp model = *graph.module->getOps<emb::ModelOp>().begin();
  description.hiddenSize = model.getDimension();
  description.maxTokens = graph.tableLimit.value_or(mostTokens);
  for (auto op : model.getBody().getOps<emb::PositionalEncodingOp>()) {
    int64_t count = op.getTable().getType().getDimSize(0);
    description.position.emplace();
    description.position->count = count;
    description.position->offset = op.getOffset();
    description.maxTokens =
        std::min(description.maxTokens, getMaxPositions(description));
  }
}

static std::string nameOf(StringRef path, const ModelFolders &folders) {
  StringRef stem = sys::path::stem(path);
  return nameOfFolder(stem.starts_with("model") ? StringRef(folders.root)
                                                : stem);
}

Expected<OwnedModule> onnx::readOnnxModel(StringRef path,
                                          mlir::MLIRContext &context) {
  auto file = OnnxFile::open(path);
  if (!file)
    return file.takeError();
  ModelFolders folders = findFolders(path);
  Description description;
  description.name = nameOf(path, folders);
  description.weightFiles = {sys::path::filename(path).str()};
  description.maxTokens = 1; // until the positions are known

  // Once for its sizes, which say how the other files are read; then as it is.
  auto draft =
      liftAt(**file, findLength(**file, shortLength), description, context);
  if (!draft)
    return draft.takeError();
  readSizes(*draft, description);
  std::vector<std::string> graph = std::move(description.weightFiles);
  description.weightFiles.clear();
  if (Error error = addFolder(folders, draft->pooled, description))
    return error;
  if (description.maxTokens == mostTokens)
    description.maxTokens = defaultMaxTokens;
  rebasePaths(description, folders.root, folderOf(path));
  description.weightFiles = std::move(graph);

  int64_t length =
      findLength(**file, std::min(longLength, description.maxTokens));
  auto whole = liftAt(**file, length, description, context);
  if (!whole)
    return whole.takeError();
  // A window of more tokens than that would not have shown.
  if (whole->nextBound && *whole->nextBound < description.maxTokens) {
    description.maxTokens = *whole->nextBound;
    whole = liftAt(**file, length, description, context);
    if (!whole)
      return whole.takeError();
  }
  int64_t least = std::max(shortLength, findReach(*whole->module) + 8);
  auto brief = liftAt(**file, findLength(**file, std::min(least, length)),
                      description, context);
  if (!brief)
    return brief.takeError();
  if (!areSame(*brief->module, *whole->module))
    return createStringError(
        "'" + path +
        "' computes texts of different lengths differently; "
        "export it with dynamic axes, or compile the Hugging Face folder "
        "instead");
  return std::move(whole->module);
}
