//===- emb_base.td - The emb dialect, its types and enums --*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_EMB_BASE_TD
#define EMBLEM_DIALECTS_EMB_BASE_TD

include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Emb_Dialect : Dialect {
  let name = "emb";
  let cppNamespace = "::emblem::emb";
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = "void registerWeightExpressions();";
  let summary = "What an embedding model is: its layers, named as the field names them.";
  let description = [{
    An `emb` module is one `emb.model`, a straight line of operations from token
    ids to one vector a text, or to what else `emb.return` names. Nothing in it says how anything is computed.

    **Ragged batches.** A batch is the tokens of all its texts, back to back,
    never padded: activations are `tensor<?xHxf32>` with one row a token. The
    `sequence offsets`, `tensor<?xi32>` of S + 1 entries for S texts, say where
    each text begins: text `s` owns rows `offsets[s]` up to `offsets[s + 1]`.

    **Weights** are names (`emb.weight`), or made of what names say, and never
    literals: the values stay in the model's own files. A weight matrix is stored `[output size, input size]`, as
    PyTorch's `nn.Linear` does, so a linear layer computes `x * transpose(W) + b`.
  }];
}

class Emb_Op<string mnemonic, list<Trait> traits = []>
    : Op<Emb_Dialect, mnemonic, traits>;

// One row a token (or a text, after pooling): [rows, features].
def Emb_Rows : Type<And<[2DTensorOf<[F32]>.predicate,
    CPred<"::emblem::emb::isRows(::llvm::cast<::mlir::RankedTensorType>($_self))">]>,
    "rows of features, tensor<?xHxf32>", "::mlir::RankedTensorType">;
// The same, or the rows of a table: [rows, features], of any or a known count.
// What is made of weights alone is computed at compile time.
def Emb_RowsOrTable : Type<And<[2DTensorOf<[F32]>.predicate,
    CPred<"::emblem::emb::hasFeatures(::llvm::cast<::mlir::RankedTensorType>($_self))">]>,
    "rows of features, tensor<?xHxf32> or tensor<RxHxf32>", "::mlir::RankedTensorType">;
// tensor<?xi32>: the one type of token ids and token types [tokens] and of
// sequence offsets [sequences + 1]. Buildable, so that no op's text has to repeat it.
class Emb_Indices<string summary>
    : Type<And<[1DTensorOf<[I32]>.predicate,
        CPred<"::llvm::cast<::mlir::RankedTensorType>($_self).isDynamicDim(0)">]>,
        summary # ", tensor<?xi32>", "::mlir::RankedTensorType">,
      BuildableType<"::mlir::RankedTensorType::get("
        "{::mlir::ShapedType::kDynamic}, $_builder.getI32Type())">;
def Emb_TokenIds : Emb_Indices<"token ids">;
def Emb_TokenTypes : Emb_Indices<"token types">;
def Emb_SequenceOffsets : Emb_Indices<"sequence offsets">;
// What a weight is: every side known, none of them zero.
class Emb_StaticOfRank<int rank, string summary>
    : Type<And<[RankedTensorOf<[F32, F16, BF16]>.predicate,
                HasAnyRankOfPred<[rank]>, HasStaticShapePred,
                CPred<"::llvm::cast<::mlir::ShapedType>($_self).getNumElements() > 0">]>,
           summary, "::mlir::RankedTensorType">;
def Emb_Matrix : Emb_StaticOfRank<2, "a static matrix of f32, f16 or bf16">;
def Emb_Vector : Emb_StaticOfRank<1, "a static vector of f32, f16 or bf16">;

def Emb_Activation : I32EnumAttr<"Activation", "an activation function", [
    I32EnumAttrCase<"Identity", 0, "identity">,
    I32EnumAttrCase<"Gelu", 1, "gelu">,           // exact: x * Phi(x), by erf
    I32EnumAttrCase<"GeluTanh", 2, "gelu_tanh">,  // Hendrycks and Gimpel's tanh form
    I32EnumAttrCase<"Relu", 3, "relu">,
    I32EnumAttrCase<"Silu", 4, "silu">,           // x * sigmoid(x)
    I32EnumAttrCase<"Tanh", 5, "tanh">,
    I32EnumAttrCase<"Sigmoid", 6, "sigmoid">,
    I32EnumAttrCase<"Log1pRelu", 7, "log1p_relu">, // log(1 + max(x, 0))
    I32EnumAttrCase<"Log1pLog1pRelu", 8, "log1p_log1p_relu">, // and once more
    I32EnumAttrCase<"QuickGelu", 9, "quick_gelu">]> { // x * sigmoid(1.702 x)
  let cppNamespace = "::emblem::emb";
}

def Emb_PositionKind : I32EnumAttr<"PositionKind", "how a position enters", [
    I32EnumAttrCase<"Learned", 0, "learned">,
    I32EnumAttrCase<"Sinusoidal", 1, "sinusoidal">]> {
  let cppNamespace = "::emblem::emb";
}

def Emb_PoolKind : I32EnumAttr<"PoolKind", "how a text's rows become one", [
    I32EnumAttrCase<"Mean", 0, "mean">,
    I32EnumAttrCase<"Cls", 1, "cls">,
    I32EnumAttrCase<"Max", 2, "max">,
    I32EnumAttrCase<"Last", 3, "last">,
    I32EnumAttrCase<"WeightedMean", 4, "weighted_mean">,
    I32EnumAttrCase<"Sum", 5, "sum">,
    I32EnumAttrCase<"MeanSqrt", 6, "mean_sqrt">]> {
  let cppNamespace = "::emblem::emb";
}

// In this order models return them, each once at most.
def Emb_OutputKind : I32EnumAttr<"OutputKind", "what a row of the result is", [
    I32EnumAttrCase<"Dense", 0, "dense">,        // a text's vector
    I32EnumAttrCase<"Sparse", 1, "sparse">,      // a weight for each token id
    I32EnumAttrCase<"TokenWeights", 2, "token_weights">, // one number a token
    I32EnumAttrCase<"MultiVector", 3, "multi_vector">, // one vector a token
    // These are of kernels alone, beside what a model returns.
    I32EnumAttrCase<"Tokens", 4, "tokens">, // the rows that become a vector
    I32EnumAttrCase<"Raw", 5, "raw">]> { // the first before its last norm
  let cppNamespace = "::emblem::emb";
}

def Emb_Pool2dKind : I32EnumAttr<"Pool2dKind", "how a window becomes a pixel", [
    I32EnumAttrCase<"Max", 0, "max">,
    I32EnumAttrCase<"Average", 1, "average">]> {
  let cppNamespace = "::emblem::emb";
}

// The values are those of emblem/model_table.h.
def Emb_ResizeKind : I32EnumAttr<"ResizeKind", "how a picture is resized", [
    I32EnumAttrCase<"None", 0, "none">,
    I32EnumAttrCase<"Exact", 1, "exact">,
    I32EnumAttrCase<"ShortestEdge", 2, "shortest_edge">]> {
  let cppNamespace = "::emblem::emb";
}

def Emb_ResizeFilter : I32EnumAttr<"ResizeFilter", "what weighs the pixels", [
    I32EnumAttrCase<"Nearest", 0, "nearest">,
    I32EnumAttrCase<"Bilinear", 1, "bilinear">,
    I32EnumAttrCase<"Bicubic", 2, "bicubic">,
    I32EnumAttrCase<"Lanczos", 3, "lanczos">]> {
  let cppNamespace = "::emblem::emb";
}

// The values are those of emblem/model_table.h.
def Emb_Distance : I32EnumAttr<"Distance", "how vectors are compared", [
    I32EnumAttrCase<"Cosine", 0, "cosine">,
    I32EnumAttrCase<"Euclidean", 1, "euclidean">,
    I32EnumAttrCase<"Dot", 2, "dot">,
    I32EnumAttrCase<"NegativeEuclidean", 3, "negative_euclidean">,
    I32EnumAttrCase<"NegativeManhattan", 4, "negative_manhattan">,
    I32EnumAttrCase<"MeanMaxSim", 5, "mean_max_sim">]> {
  let cppNamespace = "::emblem::emb";
}

#endif // EMBLEM_DIALECTS_EMB_BASE_TD
