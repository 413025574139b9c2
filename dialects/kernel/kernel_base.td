//===- kernel_base.td - The kernel dialect and its classes -*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_BASE_TD
#define EMBLEM_DIALECTS_KERNEL_BASE_TD

include "dialects/emb/emb_base.td"
include "dialects/kernel/kernel_enums.td"
include "dialects/kernel/kernel_interfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::emblem::kernel";
  let summary = "How a model is computed: fused kernels over packed weights.";
  let description = [{
    A kernel reads rows (one a token, or one a text after pooling) and writes
    rows. Each op has two forms:

    - **values**: operands and result are tensors; there is neither `into` nor
      `tile`. Fusion, packing and memory planning work here.
    - **buffers**: operands are memrefs, the result is written `into` one, and
      `tile(row begin, row end, column begin, column end)` says which part of
      the kernel's grid is computed. Columns are weight panels (`matmul`) or
      heads (`attention`); other kernels have one. An epilogue's norm is a
      `row_norm` of its own here, for it needs finished rows, and a second result is a
      `quantize`. This is the body
      of an outlined function, which `lower-kernels` turns into loops.

    **Bits.** The arithmetic of a row has one fixed order, whatever the tile:
    that is what makes a vector independent of its batch and of the threads.

    **Precision.** Rows are f32, or bf16, or quantized: integers with a scale of
    their own for each row. In i16 they are `round(x / scale)`, from -254 to 254;
    in i8 they are bytes, `zero point + round(x / scale)`, from 0 to 255, or from
    -128 to 127 for targets whose dot products take signed ones.
    Which of them a model has is its target's choice: products of quantized rows
    and weights are exact either way. In a buffer the scale is the last four bytes
    of the row, an f32, and the zero point the four before it, a whole
    number in f32. A kernel may have a second result, the same rows in a narrower
    type for the matmuls that read them: it is written from finished rows, as an
    epilogue's norm is.

    **Smoothing.** Columns with large elements cost a row's other columns their
    precision. `smoothing` multiplies each column before it is quantized, and the
    weight that reads it is divided by the same (Xiao et al., "SmoothQuant",
    2022).

    **Constraints** of an op are numbered, and verifiers and tests cite them: the
    second of `kernel.matmul` is `matmul_c2`.

    **Padding.** A buffer's rows end with whole panels and an odd number of
    cache lines. What lies in the padding is never read into a true column.
  }];
  let dependentDialects = ["::emblem::emb::EmbDialect"]; // its weights
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

// Static `createValueForm`: the op without `into` and `tile`.
def Kernel_ValueForm : NativeOpTrait<"ValueForm"> {
  let cppNamespace = "::emblem::kernel";
}

// A tensor in the value form, a memref in the buffer form. All sides are known,
// and none is zero, but where `sides` says otherwise.
class Kernel_Shaped<list<int> ranks, list<Type> elements, Pred sides,
                    string summary>
    : Type<And<[Or<[IsTensorTypePred, IsMemRefTypePred]>,
                HasAnyRankOfPred<ranks>,
                SubstLeaves<"$_self",
                  "::llvm::cast<::mlir::ShapedType>($_self).getElementType()",
                  AnyTypeOf<elements>.predicate>,
                sides]>, summary, "::mlir::ShapedType">;
class Kernel_Sides<string test>
    : CPred<test # "(::llvm::cast<::mlir::ShapedType>($_self))">;
def Kernel_AnySides : CPred<"true">;
def Kernel_KnownWidth : Kernel_Sides<"::emblem::kernel::isOfKnownWidth">;
def Kernel_KnownShape : Kernel_Sides<"::emblem::kernel::isOfKnownShape">;

// Where bf16 is said, devices take f16, too; a product's operands are alike.
def Kernel_Rows : Kernel_Shaped<[2], [F32, BF16, F16, I8, I16], Kernel_KnownWidth,
                                "rows of features, their width known">;
def Kernel_Row : Kernel_Shaped<[1], [F32, BF16, F16], Kernel_KnownShape,
                               "a row of weights">;
def Kernel_Scales : Kernel_Shaped<[1, 2, 3], [F32, BF16], Kernel_KnownShape,
                                  "the scales of a weight">;
def Kernel_Table : Kernel_Shaped<[2], [F32, BF16, F16, I8], Kernel_KnownShape,
                                 "a table of weights">;
def Kernel_Matrix : Kernel_Shaped<[2, 3, 4], [F32, BF16, F16, I8, I<4>],
                                  Kernel_KnownShape,
                                  "a matrix of weights, or its panels">;
def Kernel_Index : Kernel_Shaped<[1], [I32], Kernel_AnySides,
                                 "one i32 a token or a text">;
def Kernel_Vectors : Kernel_Shaped<[1], [F32], Kernel_AnySides,
                                   "the vectors, one after the other">;

// A kernel in its two forms. `reads` is what both forms have; then come the buffers
// that the buffer form writes, and its tile.
class Kernel_FormsOp<string mnemonic, list<string> methods,
                     list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, !listconcat(traits, [
        AttrSizedOperandSegments, Kernel_ValueForm,
        DeclareOpInterfaceMethods<Kernel_OpInterface, methods>])> {
  dag reads = (ins);
  dag writes = (ins Optional<Kernel_Rows>:$out);
  let arguments = !con(reads, writes, (ins Variadic<Index>:$tile,
                                       OptionalAttr<StrAttr>:$stage));
  let hasVerifier = 1;
}

// In the value form, the rows; and, where there is one, the second result.
defvar resultAccessors = [{
  ::mlir::Value getResult() {
    return getNumResults() ? ::mlir::Value(getOutputs()[0]) : nullptr;
  }
  ::mlir::Value getQuantized() {
    return getNumResults() == 2 ? ::mlir::Value(getOutputs()[1]) : nullptr;
  }
}];

// One that has results, and so touches nothing but its buffers.
class Kernel_ComputeOp<string mnemonic, list<string> methods,
                       list<Trait> traits = []>
    : Kernel_FormsOp<mnemonic, methods, !listconcat(traits, [
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>])> {
  let results = (outs Variadic<Kernel_Rows>:$outputs);
  let extraClassDeclaration = resultAccessors;
  let extraClassDefinition = [{
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<
            ::mlir::MemoryEffects::Effect>> &effects) {
      ::emblem::kernel::addBufferEffects(*this, effects);
    }
  }];
}

// A norm at the end of a kernel, and what smooths its second result.
defvar normEpilogue = (ins
    OptionalAttr<Kernel_NormKind>:$norm, Optional<Kernel_Row>:$scale,
    Optional<Kernel_Row>:$shift, OptionalAttr<F64Attr>:$epsilon,
    Optional<Kernel_Row>:$smoothing);
defvar normEpilogueMethods = ["takesNorm", "addNorm", "getEpilogueNorm",
                              "takesSmoothing", "addSmoothing",
                              "getEpilogueSmoothing"];

#endif // EMBLEM_DIALECTS_KERNEL_BASE_TD
