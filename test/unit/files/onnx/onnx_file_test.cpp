//===- onnx_file_test.cpp - What the reader takes and refuses -------------===//
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

TEST(OnnxFile, StoreTransposesAndCuts) {
  GraphBuilder graph = identity();
  graph.weight("w", {2, 3}); // 0 1 2; 3 4 5, over 8
  TestFolder folder;
  auto store = WeightStore::open(
      folder.write("model.onnx", graph.model.SerializeAsString()));
  ASSERT_TRUE(bool(store)) << llvm::toString(store.takeError());
  auto whole = (*store)->read("transpose(w)", {3, 2});
  ASSERT_TRUE(bool(whole)) << llvm::toString(whole.takeError());
  EXPECT_EQ(*whole, (std::vector<float>{0, .375, .125, .5, .25, .625}));
  auto rows = (*store)->read("transpose(w)[1:3]", {2, 2});
  ASSERT_TRUE(bool(rows)) << llvm::toString(rows.takeError());
  EXPECT_EQ(*rows, (std::vector<float>{.125, .5, .25, .625}));
  expectParts(messageOf((*store)->read("transpose(w)", {2, 3})),
              {"'transpose(w)' is [3, 2]", "needs [2, 3]"});
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
  graph.model.mutable_opset_import(0)->set_version(12);
  expectParts(refusal(graph), {"is of opset 12", "newer opset_version"});
  graph = identity();
  graph.model.mutable_graph()->mutable_initializer(0)->set_data_type(
      ::onnx::TensorProto::STRING);
  expectParts(refusal(graph), {"'words' has the element type 8"});
  graph = identity();
  graph.model.mutable_graph()->add_sparse_initializer();
  expectParts(refusal(graph), {"sparse weights"});
}

} // namespace
