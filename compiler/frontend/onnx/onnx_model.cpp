//===- onnx_model.cpp - From an ONNX file to an emb module ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/onnx_model.h"

#include "compiler/description/build_model.h"
#include "compiler/files/model_file.h"
#include "compiler/frontend/onnx/graph_folder.h"
#include "compiler/frontend/onnx/graph_output.h"
#include "compiler/frontend/onnx/lift/lifter.h"

#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

using OwnedModule = mlir::OwningOpRef<mlir::ModuleOp>;

// Two lengths; the longer one reaches beyond T5's last bucket, and the windows
// of ModernBERT and EmbeddingGemma.
static constexpr int64_t shortLength = 11, longLength = 300;
// The first of these shows DeBERTa's last bucket. No text is longer than the
// second: its masks are as large as that squared.
static constexpr int64_t relativeLength = 1024, longestLength = 2048;
// Where neither a table of positions nor the tokenizer says how long a text may
// be; and what a tokenizer may say at most.
static constexpr int64_t defaultMaxTokens = 512, mostTokens = 1 << 17;

/// The nearest length from here downwards, or upwards, that is no side of a
/// weight: then the sides of a value say which of them counts tokens.
static int64_t findLength(const OnnxFile &file, int64_t length,
                          bool upwards = false) {
  std::set<int64_t> sides;
  for (const auto &[name, view] : file.getTensors())
    if (view.type == ElementType::F32 || view.type == ElementType::F16 ||
        view.type == ElementType::BF16 || isInteger(view.type))
      sides.insert(view.shape.begin(), view.shape.end());
  for (const Node &node : file.getNodes())
    if (node.operation == "MatMulNBits")
      sides.insert({node.integer("K", 0), node.integer("N", 0)});
  int64_t found = length;
  while (found > 3 && sides.count(found))
    found += upwards ? 1 : -1;
  return found;
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
  std::set<int64_t> comparedIds;
};
} // namespace

// What the last layer's scores go through; a graph that has an activation of
// its own keeps it.
static Error activate(const Rows &scores, const Description &description,
                      StringRef output, StringRef path) {
  auto last = scores.value.getDefiningOp<emb::DenseOp>();
  if (!scores.pooled || !last)
    return createStringError("'" + path + "': its output '" + output +
                             "' is not what a linear layer makes of one row a "
                             "text, as a reranker's scores are");
  if (!description.dense.empty() &&
      last.getActivation() == emb::Activation::Identity)
    last.setActivation(description.dense.back().activation);
  return Error::success();
}

// The vectors of a graph that pools, scaled to length 1 or as they are before.
static mlir::Value withLength(mlir::Value rows, bool normalized,
                              mlir::OpBuilder &builder) {
  auto last = rows.getDefiningOp<emb::NormalizeOp>();
  if (!normalized)
    return last ? last.getInput() : rows;
  if (last)
    return rows;
  return emb::NormalizeOp::create(
      builder, mlir::NameLoc::get(builder.getStringAttr("normalize")), rows);
}

static Expected<Graph> liftAt(const OnnxFile &file, StringRef output,
                              int64_t length, const Description &description,
                              std::optional<bool> normalize,
                              PositionFormulas &formulas,
                              mlir::MLIRContext &context) {
  Graph graph;
  bool scoresPairs = description.input == InputKind::Pairs;
  auto module = buildModel(
      description, context,
      [&](mlir::OpBuilder &builder, mlir::Value ids,
          mlir::Value offsets) -> Expected<EncoderResult> {
        auto model =
            mlir::cast<emb::ModelOp>(builder.getBlock()->getParentOp());
        mlir::Value types = description.segment.perToken ? model.getTokenTypes()
                                                         : mlir::Value();
        Lifter lifter(file, builder, ids, offsets, types, length, formulas);
        auto rows = lifter.lift(output);
        if (!rows)
          return rows.takeError();
        if (scoresPairs)
          if (Error error =
                  activate(*rows, description, output, file.getPath()))
            return error;
        if (rows->pooled && normalize)
          rows->value = withLength(rows->value, *normalize, builder);
        graph.pooled = rows->pooled;
        graph.tableLimit = lifter.getTableLimit();
        graph.nextBound = lifter.getNextBound();
        graph.comparedIds = lifter.getComparedIds();
        return EncoderResult{rows->value, rows->pooled};
      });
  if (!module)
    return module.takeError();
  eraseUnused((*(**module).getOps<emb::ModelOp>().begin()).getBody().front());
  graph.module = std::move(*module);
  return graph;
}

static bool hasRelativePositions(mlir::ModuleOp module) {
  emb::ModelOp model = *module.getOps<emb::ModelOp>().begin();
  return llvm::any_of(model.getBody().getOps<emb::AttentionOp>(),
                      [](emb::AttentionOp op) {
                        return op.getPositionKeys() || op.getPositionQueries();
                      });
}

/// How many tokens a text needs before all that attention says shows.
static int64_t findReach(mlir::ModuleOp module) {
  emb::ModelOp model = *module.getOps<emb::ModelOp>().begin();
  int64_t reach = 0;
  for (auto op : model.getBody().getOps<emb::AttentionOp>()) {
    // Relative positions have been found by the long text.
    auto distance = op.getPositionBias() ? op.getMaxDistance() : std::nullopt;
    for (auto tokens : {op.getBefore(), op.getAfter(), distance})
      reach = std::max<int64_t>(reach, tokens.value_or(0));
  }
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
  description.segment.perToken = false;
  for (auto op : model.getBody().getOps<emb::SegmentEmbeddingOp>())
    if (op.getTypes()) {
      description.segment.perToken = true;
      description.segment.count = op.getTable().getType().getDimSize(0);
    }
  if (description.input == InputKind::Pairs) {
    description.dense.emplace_back();
    description.dense.back().outputSize = description.hiddenSize;
  }
}

static void scorePairs(const OnnxFile &file, Description &description) {
  description.input = InputKind::Pairs;
  description.segment.perToken = findPort(file.getInputs(), "token_type_ids");
}

// No vector has one element: it is a score, whatever its name.
static bool isOneNumber(Graph &graph) {
  emb::ModelOp model = *graph.module->getOps<emb::ModelOp>().begin();
  return graph.pooled && model.getDimension() == 1;
}

static std::string nameOf(StringRef path, const ModelFolders &folders) {
  StringRef stem = sys::path::stem(path);
  return nameOfFolder(stem.starts_with("model") ? StringRef(folders.root)
                                                : stem);
}

Expected<OwnedModule> onnx::readOnnxModel(StringRef path,
                                          const ModelChoices &choices,
                                          mlir::MLIRContext &context) {
  auto file = OnnxFile::open(path);
  if (!file)
    return file.takeError();
  ModelFolders folders = findFolders(path);
  Description description;
  description.name = nameOf(path, folders);
  description.weightFiles = {sys::path::filename(path).str()};
  description.maxTokens = 1; // until the positions are known
  if (Error error = checkTakesTexts(**file))
    return error;
  auto output = chooseOutput(**file, folders);
  if (!output)
    return output.takeError();
  if (output->areScores)
    scorePairs(**file, description);
  auto lift = [&](int64_t length, PositionFormulas &formulas) {
    return liftAt(**file, output->name, length, description, choices.normalize,
                  formulas, context);
  };

  // Once for its sizes, which say how the other files are read; then as it is.
  PositionFormulas ofDraft, formulas;
  auto draft = lift(findLength(**file, shortLength), ofDraft);
  if (draft && !output->areScores && isOneNumber(*draft)) {
    scorePairs(**file, description);
    draft = lift(findLength(**file, shortLength), ofDraft);
  }
  if (!draft)
    return draft.takeError();
  readSizes(*draft, description);
  std::vector<std::string> graph = std::move(description.weightFiles);
  description.weightFiles.clear();
  if (Error error =
          addFolder(folders, path, draft->pooled, choices, description))
    return error;
  if (Error error =
          checkComparedIds(draft->comparedIds, path, folders, description))
    return error;
  // The folder's own limit may go beyond what the graph has rows for.
  description.maxTokens =
      std::min(description.maxTokens, draft->tableLimit.value_or(mostTokens));
  if (description.maxTokens == mostTokens)
    description.maxTokens = defaultMaxTokens;
  rebasePaths(description, folders.root, folderOf(path));
  description.weightFiles = std::move(graph);

  // Where no table ends, a text that is too long shows what holds for others.
  bool upwards = !description.position && !draft->tableLimit;
  auto fit = [&](int64_t length) {
    return findLength(**file, std::min(length, description.maxTokens), upwards);
  };
  // Of a bound as long as the text: a shorter text has its own.
  auto isOwnLength = [&](const Graph &graph, int64_t length) {
    int64_t shorter = findLength(**file, length - 1);
    PositionFormulas ofShorter;
    auto other = lift(shorter, ofShorter);
    if (!other)
      consumeError(other.takeError());
    return other && graph.nextBound == length && other->nextBound == shorter;
  };
  int64_t length =
      fit(hasRelativePositions(*draft->module) ? relativeLength : longLength);
  auto whole = lift(length, formulas);
  // A window of more tokens than that would not have shown.
  while (whole && whole->nextBound &&
         *whole->nextBound < description.maxTokens) {
    if (!hasRelativePositions(*whole->module) && isOwnLength(*whole, length))
      break;
    int64_t longer = fit(std::max(2 * length, *whole->nextBound + 32));
    if (longer > length && longer <= longestLength)
      length = longer;
    else
      description.maxTokens = *whole->nextBound;
    formulas = {};
    whole = lift(length, formulas);
  }
  if (!whole)
    return whole.takeError();
  int64_t least = std::max(shortLength, findReach(*whole->module) + 8);
  auto brief = lift(findLength(**file, std::min(least, length)), formulas);
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
