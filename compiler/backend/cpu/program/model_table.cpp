//===- model_table.cpp - The constant that the runtime reads --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/program/model_table.h"

#include "compiler/backend/device/constant_builder.h"
#include "compiler/target/isa.h"
#include "dialects/kernel/kernel_dialect.h"
#include "emblem/model_table.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

/// Builds C structs field by field, in the order of emblem/model_table.h.
class TableBuilder : ConstantBuilder {
public:
  TableBuilder(ModuleOp module, const ModelTableInputs &inputs,
               llvm::Module &program)
      : ConstantBuilder(program), inputs(inputs),
        source(kernel::getProgram(module)), facts(source.getInterfaceAttr()) {}

  llvm::GlobalVariable *build();

private:
  /// Bytes from the table to a place in the data, wherever the linker puts it.
  llvm::Constant *distance(int64_t place);
  llvm::Constant *function(std::optional<StringRef> name);

  llvm::Constant *stage(kernel::StageOp stage);
  llvm::Constant *ids(ArrayRef<int32_t> list);
  llvm::Constant *outputs(ArrayRef<kernel::ModelOutputAttr> list);
  llvm::Constant *labels();
  llvm::Constant *image();
  llvm::Constant *pictures();
  llvm::Constant *prompt(NamedAttribute prompt);
  llvm::Constant *prompts(int64_t &count);

  const ModelTableInputs &inputs;
  kernel::ProgramOp source;
  kernel::InterfaceAttr facts;
  llvm::StructType *type = nullptr; // of the table, opaque until it is built
  llvm::GlobalVariable *table = nullptr;
};

} // namespace

llvm::Constant *TableBuilder::distance(int64_t place) {
  if (!inputs.data)
    return i64(place);
  auto address = [&](llvm::Constant *pointer) {
    return llvm::ConstantExpr::getPtrToInt(pointer,
                                           llvm::Type::getInt64Ty(context));
  };
  return llvm::ConstantExpr::getSub(
      llvm::ConstantExpr::getAdd(address(inputs.data), i64(place)),
      address(table));
}

/// The C wrapper that convert-func-to-llvm wrote for a stage.
llvm::Constant *TableBuilder::function(std::optional<StringRef> name) {
  if (!name)
    return null();
  return program.getFunction(("_mlir_ciface_" + *name).str());
}

llvm::Constant *TableBuilder::stage(kernel::StageOp stage) {
  bool overTexts = stage.getOver() == kernel::RowsOf::Texts;
  IntegerAttr output = stage.getOutputAttr();
  return llvm::ConstantStruct::getAnon(
      {string(stage.getName()), function(stage.getRun()),
       function(stage.getFinish()),
       i32(overTexts ? EMBLEM_ROWS_ARE_SEQUENCES : EMBLEM_ROWS_ARE_TOKENS),
       i32(stage.getRowLocal()), i64(stage.getColumns()),
       f64(stage.getFlopsPerRow()), f64(stage.getFlopsPerPair()),
       f64(stage.getBytesFixed()), f64(stage.getBytesPerRow()),
       f64(stage.getFlopsPerToken()), i32(output ? output.getInt() : -1),
       i32(stage.getForOutputs() ? *stage.getForOutputs() : 0)});
}

llvm::Constant *TableBuilder::ids(ArrayRef<int32_t> list) {
  SmallVector<llvm::Constant *> elements;
  for (int32_t id : list)
    elements.push_back(i32(id));
  return array(elements, "emblem_ids");
}

llvm::Constant *TableBuilder::outputs(ArrayRef<kernel::ModelOutputAttr> list) {
  SmallVector<llvm::Constant *> entries;
  for (kernel::ModelOutputAttr output : list) {
    emb::OutputKind kind = output.getKind();
    bool ofTexts = kind == emb::OutputKind::Dense ||
                   kind == emb::OutputKind::Sparse ||
                   kind == emb::OutputKind::Raw;
    ArrayRef<int32_t> skipped = output.getSkipped()
                                    ? output.getSkipped().asArrayRef()
                                    : ArrayRef<int32_t>();
    entries.push_back(llvm::ConstantStruct::getAnon(
        {string(emb::stringifyOutputKind(kind)),
         i32(static_cast<int32_t>(kind)),
         i32(ofTexts ? EMBLEM_ROWS_ARE_SEQUENCES : EMBLEM_ROWS_ARE_TOKENS),
         i64(output.getWidth()), ids(skipped), i64(skipped.size()),
         i64(output.getSkipsFirst())}));
  }
  return array(entries, "emblem_outputs");
}

/// What the scores stand for, or null.
llvm::Constant *TableBuilder::labels() {
  SmallVector<llvm::Constant *> entries;
  if (facts.getLabels())
    for (auto label : facts.getLabels().getAsRange<StringAttr>())
      entries.push_back(string(label));
  return array(entries, "emblem_labels");
}

llvm::Constant *TableBuilder::prompt(NamedAttribute prompt) {
  DictionaryAttr rules = facts.getPromptRules();
  auto rule =
      rules ? rules.getAs<DictionaryAttr>(prompt.getName()) : DictionaryAttr();
  auto number = [&](StringRef name) {
    return rule ? rule.getAs<IntegerAttr>(name) : IntegerAttr();
  };
  auto id = [&](StringRef name) {
    return number(name) ? ids(static_cast<int32_t>(number(name).getInt()))
                        : null();
  };
  IntegerAttr maxTokens = number("max_tokens");
  return llvm::ConstantStruct::getAnon(
      {string(prompt.getName()), string(cast<StringAttr>(prompt.getValue())),
       i64(maxTokens ? maxTokens.getInt() : 0), id("marker"), id("expansion"),
       i64(rule && rule.contains("keeps_all"))});
}

llvm::Constant *TableBuilder::prompts(int64_t &count) {
  SmallVector<llvm::Constant *> entries;
  if (facts.getPrompts())
    for (NamedAttribute prompt : facts.getPrompts())
      entries.push_back(this->prompt(prompt));
  count = entries.size();
  return array(entries, "emblem_prompts");
}

/// What the model's images are, or null.
llvm::Constant *TableBuilder::image() {
  DictionaryAttr image = facts.getImage();
  if (!image)
    return null();
  auto number = [&](StringRef name) {
    return image.getAs<IntegerAttr>(name).getInt();
  };
  auto floats = [&](StringRef name) {
    SmallVector<float, 4> values;
    for (Attribute value : image.getAs<ArrayAttr>(name))
      values.push_back(cast<FloatAttr>(value).getValueAsDouble());
    values.resize(4);
    return llvm::ConstantDataArray::get(context, values);
  };
  auto *entry = llvm::ConstantStruct::getAnon(
      {i64(number("height")), i64(number("width")), i64(number("channels")),
       i32(number("resize")), i32(number("filter")),
       i64(number("resize_height")), i64(number("resize_width")),
       floats("scale"), floats("shift")});
  return constant(entry, "emblem_image");
}

/// The code that reads pictures, which the linker finds; or null.
llvm::Constant *TableBuilder::pictures() {
  if (!facts.getImage())
    return null();
  return external(EMBLEM_PICTURES_SYMBOL);
}

llvm::GlobalVariable *TableBuilder::build() {
  SmallVector<llvm::Constant *> stageEntries;
  for (kernel::StageOp op : source.getStages())
    stageEntries.push_back(stage(op));
  int64_t promptCount;
  llvm::Constant *promptEntries = prompts(promptCount);
  llvm::Constant *outputEntries = outputs(facts.getOutputs());
  llvm::Constant *innerEntries = outputs(facts.getInner());
  auto images = inputs.others.find(emb::Role::Images);
  const Target &target = *inputs.target;

  type = llvm::StructType::create(context, "EmblemModelTable");
  table = new llvm::GlobalVariable(program, type, /*isConstant=*/true,
                                   llvm::GlobalValue::ExternalLinkage,
                                   /*Initializer=*/nullptr, "emblem_table");
  SmallVector<llvm::Constant *> fields = {
      i32(EMBLEM_MAGIC),
      i32(EMBLEM_ABI_VERSION),
      table,
      string(source.getSymName()),
      string(inputs.targets),
      string(describe(inputs.precision).name),
      i32(target.isa->getArchitecture()),
      i32(0),
      llvm::ConstantDataArray::get(context,
                                   ArrayRef<uint64_t>{target.cpuFeatures, 0}),
      distance(inputs.report),
      distance(inputs.weights),
      i64(inputs.weightsBytes),
      i64(facts.getDimension()),
      i64(facts.getVocabularySize()),
      i64(facts.getMaxTokens()),
      i64(facts.getMaxPositions()),
      i64(inputs.parameters),
      i64(source.getArenaAttr().getBytesPerToken()),
      i64(source.getArenaAttr().getBytesPerText()),
      i32(target.rowBlock),
      i32(target.tileRows),
      array(stageEntries, "emblem_stages"),
      i64(stageEntries.size()),
      inputs.tokenizer ? inputs.tokenizer : null(),
      i64(inputs.tokenizerBytes),
      promptEntries,
      i64(promptCount),
      facts.getDefaultPrompt() ? string(facts.getDefaultPrompt()) : null(),
      i32(facts.getPairs()   ? EMBLEM_TAKES_PAIRS
          : facts.getImage() ? EMBLEM_TAKES_IMAGES
                             : EMBLEM_TAKES_TEXTS),
      i32(facts.getTokenTypes()),
      outputEntries,
      i64(facts.getOutputs().size()),
      innerEntries,
      i64(facts.getInner().size()),
      labels(),
      inputs.tokenTexts ? inputs.tokenTexts : null(),
      inputs.tokenEnds ? inputs.tokenEnds : null(),
      i64(inputs.tokenCount),
      image(),
      images != inputs.others.end() ? images->second : null(),
      pictures(),
      i32(static_cast<int32_t>(facts.getDistance())),
      llvm::ConstantFP::get(llvm::Type::getFloatTy(context),
                            facts.getThreshold()
                                ? facts.getThreshold().getValueAsDouble()
                                : std::nan("")),
      i32(facts.getNormalizes()  ? EMBLEM_ENDS_IN_NORMALIZE
          : facts.getActivates() ? EMBLEM_ENDS_IN_ACTIVATION
                                 : EMBLEM_ENDS_AS_IT_IS),
      i32(0),
      inputs.device ? inputs.device : null(),
      i64(inputs.device ? 1 : 0),
      llvm::ConstantDataArray::get(context, ArrayRef<uint64_t>{0, 0})};
  SmallVector<llvm::Type *> types;
  for (llvm::Constant *field : fields)
    types.push_back(field->getType());
  type->setBody(types);
  assert(program.getDataLayout().getTypeAllocSize(type) ==
         sizeof(EmblemModelTable));
  table->setInitializer(llvm::ConstantStruct::get(type, fields));
  table->setLinkage(llvm::GlobalValue::InternalLinkage);
  return table;
}

llvm::GlobalVariable *cpu::addModelTable(ModuleOp module,
                                         const ModelTableInputs &inputs,
                                         llvm::Module &program) {
  return TableBuilder(module, inputs, program).build();
}
