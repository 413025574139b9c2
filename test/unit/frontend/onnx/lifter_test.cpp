//===- lifter_test.cpp - Graphs that are lifted, or refused ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/frontend/onnx/lifted_layers.h"

using namespace emblem::frontend;

namespace {

TEST_F(Layers, RowsArePooledByTheirMean) {
  expect(rows, {"emb.token_embedding %ids", "emb.pool mean"});
}

TEST_F(Layers, GraphPoolsAndNormalises) {
  std::string mask =
      graph.node("Unsqueeze", {"attention_mask", graph.integers({-1})});
  mask = graph.node("Cast", {mask});
  graph.attribute("to", 1);
  std::string kept = graph.node("Mul", {rows, mask});
  std::string sum = graph.node("ReduceSum", {kept, graph.integers({1})});
  graph.attribute("keepdims", int64_t(0));
  std::string count = graph.node("ReduceSum", {mask, graph.integers({1})});
  graph.attribute("keepdims", int64_t(0));
  std::string mean = graph.node("Div", {sum, count});
  std::string length = graph.node("ReduceL2", {mean});
  graph.attribute("axes", std::vector<int64_t>{-1});
  length = graph.node("Clip", {length, graph.number(1e-12f)});
  length = graph.node("Expand", {length, graph.node("Shape", {mean})});
  expect(graph.node("Div", {mean, length}),
         {"emb.pool mean", "emb.normalize", "emb.return"});
}

TEST_F(Layers, FirstTokenIsClsPooling) {
  std::string first = graph.integers({0});
  expect(graph.node("Squeeze",
                    {graph.node("Slice", {rows, first, graph.integers({1}),
                                          graph.integers({1})}),
                     graph.integers({1})}),
         {"emb.pool cls"});
}

TEST_F(Layers, NormInPieces) {
  std::string mean = graph.node("ReduceMean", {rows});
  graph.attribute("axes", std::vector<int64_t>{-1});
  std::string centered = graph.node("Sub", {rows, mean});
  std::string square = graph.node("Pow", {centered, graph.number(2)});
  std::string variance = graph.node("ReduceMean", {square});
  graph.attribute("axes", std::vector<int64_t>{-1});
  std::string root =
      graph.node("Sqrt", {graph.node("Add", {variance, graph.number(1e-12f)})});
  std::string normed = graph.node("Div", {centered, root});
  normed = graph.node("Mul", {normed, graph.weight("scale", {6})});
  expect(graph.node("Add", {normed, graph.weight("shift", {6})}),
         {"emb.layer_norm", "scale(%scale", "shift(%shift",
          "epsilon 9.9999999999999998E-13"});
}

TEST_F(Layers, RmsNormInPieces) {
  std::string square = graph.node("Mul", {rows, rows});
  std::string mean = graph.node("ReduceMean", {square});
  graph.attribute("axes", std::vector<int64_t>{-1});
  std::string root =
      graph.node("Sqrt", {graph.node("Add", {mean, graph.number(1e-6f)})});
  std::string normed =
      graph.node("Mul", {rows, graph.node("Reciprocal", {root})});
  expect(graph.node("Mul", {graph.weight("scale", {6}), normed}),
         {"emb.rms_norm", "scale(%scale", "epsilon 9.9999999999999995E-7"});
}

TEST_F(Layers, ActivationsAreToldByTheirValues) {
  // x * 0.5 * (1 + erf(x / sqrt(2))), in an order of its own
  std::string up = linear(rows, "up", 6, 10);
  std::string erf =
      graph.node("Erf", {graph.node("Mul", {up, graph.number(0.70710678f)})});
  erf = graph.node("Add", {graph.number(1), erf});
  std::string half = graph.node("Mul", {graph.number(0.5f), up});
  std::string gelu = graph.node("Mul", {erf, half});
  std::string down = linear(gelu, "down", 10, 6);
  expect(graph.node("Add", {down, rows}),
         {"emb.feed_forward", "gelu", "transposed<\"up\">", "%up.bias",
          "transposed<\"down\">", "emb.add"});
}

// What is cut and turned stays a weight of the file.
TEST_F(Layers, JoinedWeightIsCut) {
  graph.node("Split", {graph.weight("joined", {12, 6})});
  graph.lastNode()->add_output("second");
  graph.attribute("axis", int64_t(0));
  std::string matrix = graph.node("Transpose", {"second"});
  graph.attribute("perm", std::vector<int64_t>{1, 0});
  expect(graph.node("MatMul", {rows, matrix}),
         {"emb.weight rows<\"joined\", 6, 12> : tensor<6x6xf32>", "emb.dense"});
}

TEST_F(Layers, GateOfFeedForward) {
  std::string gate = linear(rows, "gate", 6, 10);
  std::string silu = graph.node("Mul", {gate, graph.node("Sigmoid", {gate})});
  std::string up = linear(rows, "up", 6, 10);
  std::string down = linear(graph.node("Mul", {silu, up}), "down", 10, 6);
  expect(graph.node("Add", {rows, down}),
         {"emb.feed_forward", "silu", "%gate = emb.weight transposed<\"gate\">",
          "gate(%gate :"});
}

TEST_F(Layers, UnknownActivationIsNamed) {
  std::string up = linear(rows, "up", 6, 10);
  std::string cube = graph.node("Pow", {up, graph.number(3)});
  expect(graph.node("Add", {rows, linear(cube, "down", 10, 6)}),
         {"no activation that is known here", "cannot be lifted: Add 'v"});
}

TEST_F(Layers, PoolingsAreJoined) {
  std::string mean = graph.node("ReduceMean", {rows});
  graph.attribute("axes", std::vector<int64_t>{1});
  graph.attribute("keepdims", int64_t(0));
  std::string most = graph.node("ReduceMax", {rows});
  graph.attribute("axes", std::vector<int64_t>{1});
  graph.attribute("keepdims", int64_t(0));
  std::string joined = graph.node("Concat", {mean, most});
  graph.attribute("axis", -1);
  expect(joined, {"emb.pool mean", "emb.pool max", "emb.concatenate"});
}

TEST_F(Layers, ScoresOfPairs) {
  std::string first = graph.node("Gather", {rows, graph.integers({0})});
  graph.attribute("axis", 1);
  first = graph.node("Squeeze", {first, graph.integers({1})});
  std::string inner = graph.node("Tanh", {linear(first, "pooler", 6, 6)});
  linear(inner, "classifier", 6, 1);
  graph.lastNode()->set_output(0, "logits");
  expect("logits", {"pairs", "emb.pool cls", "tanh", "sigmoid"});
}

// One number a text is a score, whatever its name; the graph's own activation
// is the last.
TEST_F(Layers, OneNumberIsAScore) {
  std::string first = graph.node("Gather", {rows, graph.integers({0})});
  graph.attribute("axis", 1);
  first = graph.node("Squeeze", {first, graph.integers({1})});
  std::string score = linear(first, "classifier", 6, 1);
  expect(score, {"pairs", "emb.pool cls", " sigmoid "});
  expect(graph.node("Tanh", {score}), {"pairs", " tanh "});
}

// tanh(W x) over its length, in the ways of torch's functions.
TEST_F(Layers, ActivationBeforeNormalize) {
  std::string first = graph.node("Gather", {rows, graph.integers({0})});
  graph.attribute("axis", 1);
  first = graph.node("Squeeze", {first, graph.integers({1})});
  std::string dense = graph.node("Tanh", {linear(first, "dense", 6, 4)});
  for (int form = 0; form < 4; ++form) {
    GraphBuilder plain = graph;
    std::string length;
    if (form == 0) {
      length = graph.node("ReduceL2", {dense, graph.integers({1})});
      length = graph.node("Clip", {length, graph.number(1e-12f)});
      length = graph.node("Expand", {length, graph.node("Shape", {dense})});
    } else if (form == 1) {
      length = graph.node("Mul", {dense, dense});
    } else {
      length = form == 2 ? graph.node("Abs", {dense}) : dense;
      length = graph.node("Pow", {length, graph.number(2)});
    }
    if (form != 0) {
      length = graph.node("ReduceSum", {length, graph.integers({-1})});
      length = graph.node("Sqrt", {length});
    }
    expect(graph.node("Div", {dense, length}),
           {"emb.pool cls", " tanh ", "emb.normalize", "emb.return"});
    graph = plain;
  }
}

TEST_F(Layers, CachesAreEmpty) {
  auto *input = graph.model.mutable_graph()->add_input();
  input->set_name("past_key_values.0.key");
  auto *type = input->mutable_type()->mutable_tensor_type();
  type->set_elem_type(::onnx::TensorProto::FLOAT);
  for (int64_t side : {-1, 1, -1, 6})
    if (side < 0)
      type->mutable_shape()->add_dim()->set_dim_param("side");
    else
      type->mutable_shape()->add_dim()->set_dim_value(side);
  std::string heads = graph.node("Unsqueeze", {rows, graph.integers({1})});
  heads = graph.node("Concat", {"past_key_values.0.key", heads});
  graph.attribute("axis", 2);
  std::string back = graph.node("Squeeze", {heads, graph.integers({1})});
  expect(back, {"emb.token_embedding", "emb.pool mean"});
  type->mutable_shape()->mutable_dim(2)->set_dim_value(4);
  expect(back, {"past_key_values.0.key' is a cache of [-1, 1, 4, 6], which "
                "cannot be empty"});
}

TEST_F(Layers, PicturesAreRefused) {
  auto *input = graph.model.mutable_graph()->mutable_input(1);
  input->set_name("pixel_values");
  expect(rows, {"takes pixels: its input 'pixel_values' is [-1, -1]",
                "compile the Hugging Face folder"});
}

TEST_F(Layers, ScoresOfEachTokenAreRefused) {
  linear(rows, "classifier", 6, 3);
  graph.lastNode()->set_output(0, "logits");
  expect("logits", {"its output 'logits' is not what a linear layer makes of "
                    "one row a text"});
}

TEST_F(Layers, BranchThatALengthTakes) {
  std::string condition =
      graph.node("Equal", {graph.integers({2}), graph.integers({2})});
  int first = graph.model.graph().node_size();
  std::string norm =
      graph.node("LayerNormalization", {rows, graph.weight("scale", {6})});
  std::string chosen = graph.node("If", {condition});
  graph.branch("then_branch", first, norm);
  expect(chosen, {"emb.layer_norm", "emb.pool mean"});
}

TEST_F(Layers, BranchThatATextTakesIsRefused) {
  int first = graph.model.graph().node_size();
  std::string norm =
      graph.node("LayerNormalization", {rows, graph.weight("scale", {6})});
  std::string chosen = graph.node("If", {rows});
  graph.branch("then_branch", first, norm);
  expect(chosen, {"If 'v", "its condition depends on the text"});
}

TEST_F(Layers, EveryNodeThatIsNotKnownIsNamed) {
  std::string one = graph.fused("MoE", {rows});
  graph.lastNode()->set_name("fused");
  std::string two = graph.node("Selu", {rows});
  expect(graph.node("Add", {one, two}),
         {"com.microsoft.MoE 'fused' (it is not one of ONNX's own", "Selu 'v",
          "export it without optimisation"});
}

TEST_F(Layers, OneLengthOnlyIsRefused) {
  expect(graph.node("Reshape", {rows, graph.integers({2, 16, 6})}),
         {"it reshapes [1, ", "for texts of one length only"});
}

TEST_F(Layers, InputsAndOutputs) {
  graph.model.mutable_graph()->mutable_input(1)->set_name("pixels");
  expect(rows, {"its input 'pixels' is not known", "attention_mask"});
  graph.model.mutable_graph()->mutable_input(1)->set_name("attention_mask");
  auto *shape = graph.model.mutable_graph()
                    ->mutable_input(0)
                    ->mutable_type()
                    ->mutable_tensor_type()
                    ->mutable_shape();
  shape->mutable_dim(1)->set_dim_value(16);
  expect(rows, {"its input 'input_ids' is [-1, 16]", "dynamic axes"});
  shape->mutable_dim(1)->set_dim_param("tokens");
  graph.model.mutable_graph()->add_output()->set_name(rows);
  expect(graph.node("Identity", {rows}),
         {"has the outputs 'v0', 'v1'", "sentence_embedding"});
}

TEST_F(Layers, IdsMayBeComparedWithPaddingOnly) {
  std::string same = graph.node("Equal", {"input_ids", graph.integers({7})});
  std::string kept = graph.node("Cast", {graph.node("Not", {same})});
  graph.attribute("to", 1);
  kept = graph.node("Unsqueeze", {kept, graph.integers({-1})});
  expect(graph.node("Mul", {rows, kept}),
         {"compares token ids with 7, which is no padding"});
}

} // namespace
