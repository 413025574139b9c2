//===- onnx_file_test.cpp - Files that the reader takes or refuses --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/onnx/onnx_file.h"

#include "compiler/weights/weight_store.h"
#include "test/unit/files/onnx/graph_builder.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using emblem::frontend::onnx::OnnxFile;

namespace {

std::string refusal(const GraphBuilder &graph) {
  TestFolder folder;
  return messageOf(OnnxFile::open(
      folder.write("model.onnx", graph.model.SerializeAsString())));
}

GraphBuilder identity() {
  GraphBuilder graph;
  graph.write(graph.node("Identity", {graph.embed(2)}));
  return graph;
}

TEST(OnnxFile, ReadsNodesAndTensors) {
  GraphBuilder graph = identity();
  TestFolder folder;
  auto file = OnnxFile::open(
      folder.write("model.onnx", graph.model.SerializeAsString()));
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  EXPECT_EQ((*file)->getOpset(), 17);
  ASSERT_EQ((*file)->getNodes().size(), 2u);
  EXPECT_EQ((*file)->getNodes()[0].describe(), "Gather 'v0'");
  ASSERT_EQ((*file)->getInputs().size(), 2u);
  EXPECT_EQ(*(*file)->getInputs()[0].shape, (std::vector<int64_t>{-1, -1}));
  const WeightView &words = (*file)->getTensors().find("words")->second;
  EXPECT_EQ(words.type, ElementType::F32);
  EXPECT_EQ(words.elementCount(), 40);
}

// Raw bytes and packed floats; only what has another form there is converted.
TEST(OnnxFile, TensorsStayWhereTheyAre) {
  GraphBuilder graph = identity();
  std::string ids = graph.integers({3, 4});
  auto *raw = graph.model.mutable_graph()->add_initializer();
  raw->set_name("raw");
  raw->set_data_type(::onnx::TensorProto::FLOAT16);
  raw->add_dims(2);
  raw->set_raw_data(std::string("\x00\x3c\x00\xc0", 4));
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(
      graph.model.SerializeAsString(), "model.onnx");
  llvm::StringRef bytes = buffer->getBuffer();
  auto file = OnnxFile::parse(std::move(buffer), ".");
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  auto isInPlace = [&](llvm::StringRef name) {
    const char *data = (*file)->getTensors().find(name)->second.data;
    return data >= bytes.begin() && data < bytes.end();
  };
  EXPECT_TRUE(isInPlace("raw"));
  EXPECT_TRUE(isInPlace("words"));
  EXPECT_FALSE(isInPlace(ids));
  const WeightView &halves = (*file)->getTensors().find("raw")->second;
  EXPECT_EQ(llvm::StringRef(halves.data, 4),
            llvm::StringRef("\x00\x3c\x00\xc0", 4));
}

TEST(OnnxFile, LargeConstantsAreWeights) {
  for (int64_t width : {1 << 15, 1 << 16}) {
    GraphBuilder graph = identity();
    std::string value = graph.node("Constant", {});
    auto *attribute = graph.lastNode()->add_attribute();
    attribute->set_name("value");
    attribute->set_type(::onnx::AttributeProto::TENSOR);
    attribute->mutable_t()->set_data_type(::onnx::TensorProto::FLOAT);
    attribute->mutable_t()->add_dims(width);
    attribute->mutable_t()->set_raw_data(std::string(4 * width, '\0'));
    auto file = OnnxFile::parse(llvm::MemoryBuffer::getMemBufferCopy(
                                    graph.model.SerializeAsString(), "m.onnx"),
                                ".");
    ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
    bool isLarge = width == 1 << 16;
    EXPECT_EQ((*file)->getTensors().count(value), isLarge ? 1u : 0u);
    EXPECT_EQ((*file)->getNodes().size(), isLarge ? 2u : 3u);
  }
}

TEST(OnnxFile, StoreTransposesAndCuts) {
  GraphBuilder graph = identity();
  graph.weight("w", {2, 3}); // 0 1 2; 3 4 5, over 8
  TestFolder folder;
  auto store = WeightStore::open(
      folder.write("model.onnx", graph.model.SerializeAsString()));
  ASSERT_TRUE(bool(store)) << llvm::toString(store.takeError());
  WeightExpression transposed = WeightExpression::transposed("w");
  auto whole = (*store)->read(transposed, {3, 2});
  ASSERT_TRUE(bool(whole)) << llvm::toString(whole.takeError());
  EXPECT_EQ(*whole, (std::vector<float>{0, .375, .125, .5, .25, .625}));
  auto rows = (*store)->read(WeightExpression::rows(transposed, 1, 3), {2, 2});
  ASSERT_TRUE(bool(rows)) << llvm::toString(rows.takeError());
  EXPECT_EQ(*rows, (std::vector<float>{.125, .5, .25, .625}));
  expectParts(messageOf((*store)->read(transposed, {2, 3})),
              {"weight 'w' (transposed) is [3, 2]", "needs [2, 3]"});
}

TEST(OnnxFile, ReadsTensorsOfAnotherFile) {
  GraphBuilder graph = identity();
  auto *tensor = graph.model.mutable_graph()->mutable_initializer(0);
  tensor->clear_float_data();
  tensor->set_data_location(::onnx::TensorProto::EXTERNAL);
  auto set = [&](const char *key, const std::string &value) {
    auto *entry = tensor->add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  };
  set("location", "weights.bin");
  set("offset", "4");
  TestFolder folder;
  std::string path =
      folder.write("model.onnx", graph.model.SerializeAsString());
  expectParts(messageOf(OnnxFile::open(path)), {"cannot read", "weights.bin"});
  folder.write("weights.bin", std::string(4 + 160, '\0'));
  EXPECT_TRUE(bool(OnnxFile::open(path)));
  folder.write("weights.bin", std::string(100, '\0'));
  expectParts(messageOf(OnnxFile::open(path)),
              {"'words' reaches past the end of 'weights.bin'", "100 bytes"});

  for (const char *location : {"../weights.bin", "/weights.bin", ""}) {
    tensor->mutable_external_data(0)->set_value(location);
    expectParts(refusal(graph),
                {"'words' must lie in a file of the model's folder"});
  }
  tensor->mutable_external_data(0)->set_value("weights.bin");
  tensor->mutable_external_data(1)->set_value("four");
  expectParts(refusal(graph), {"the offset 'four', which is no number"});
}

TEST(OnnxFile, RefusesWhatIsDamaged) {
  TestFolder folder;
  expectParts(messageOf(OnnxFile::open(folder.write("text.onnx", "hello"))),
              {"text.onnx' is damaged", "export it again"});
  // No cut of a file is taken for a whole one, and none is read beyond its end.
  std::string bytes = identity().model.SerializeAsString();
  for (size_t size = 0; size < bytes.size(); ++size) {
    auto cut = OnnxFile::parse(
        llvm::MemoryBuffer::getMemBufferCopy(bytes.substr(0, size)), ".");
    if (!cut)
      llvm::consumeError(cut.takeError());
    else
      EXPECT_GE((*cut)->getNodes().size(), 1u);
  }

  // A key that protobuf would take for raw_data, and another reader would not.
  std::string longKey("\x3a\x0b\x2a\x09\xca\x80\x80\x80\x10\x03text", 14);
  expectParts(
      messageOf(OnnxFile::parse(
          llvm::MemoryBuffer::getMemBufferCopy(longKey, "m.onnx"), ".")),
      {"m.onnx' is damaged"});

  GraphBuilder graph = identity();
  graph.model.mutable_graph()->mutable_initializer(0)->set_dims(0, 21);
  expectParts(refusal(graph), {"'words' needs 168 bytes", "has 160"});
  graph.model.mutable_graph()->mutable_initializer(0)->set_dims(0, -1);
  expectParts(refusal(graph), {"'words' has a negative side"});
  graph.model.mutable_graph()->mutable_initializer(0)->set_dims(0, INT64_MAX);
  expectParts(refusal(graph), {"more than 2^63 bytes"});

  graph = identity();
  graph.lastNode()->set_input(0, "nobody");
  expectParts(refusal(graph), {"Identity 'v1' reads 'nobody'"});
  graph = identity();
  graph.lastNode()->set_output(0, "v0");
  expectParts(refusal(graph), {"writes 'v0', which is written already"});
  graph = identity();
  graph.model.mutable_graph()->mutable_output(0)->set_name("nobody");
  expectParts(refusal(graph), {"nothing writes the output 'nobody'"});
}

TEST(OnnxFile, ChecksBranches) {
  auto branched = [](const std::string &input, const std::string &output) {
    GraphBuilder graph;
    std::string rows = graph.embed(2);
    graph.node("Identity", {input.empty() ? rows : input});
    std::string result = graph.node("If", {rows});
    graph.branch("then_branch", 1, output);
    graph.write(result);
    return graph;
  };
  expectParts(
      refusal(branched("nothing", "v1")),
      {"Identity 'v1' reads 'nothing', which nothing before it writes"});
  expectParts(refusal(branched("", "nothing")),
              {"a branch of If 'v2' gives 'nothing', which nothing writes"});
}

TEST(OnnxFile, RefusesWhatIsNotKnown) {
  GraphBuilder graph = identity();
  graph.model.mutable_opset_import(0)->set_version(9);
  expectParts(refusal(graph), {"is of opset 9", "newer opset_version"});
  graph = identity();
  graph.model.mutable_graph()->mutable_initializer(0)->set_data_type(
      ::onnx::TensorProto::STRING);
  expectParts(refusal(graph), {"'words' has the element type 8"});
  graph = identity();
  graph.model.mutable_graph()->add_sparse_initializer();
  expectParts(refusal(graph), {"sparse weights"});
}

} // namespace
