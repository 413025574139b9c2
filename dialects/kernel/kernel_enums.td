//===- kernel_enums.td - Norms of the kernels --------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_ENUMS_TD
#define EMBLEM_DIALECTS_KERNEL_ENUMS_TD

include "mlir/IR/EnumAttr.td"

def Kernel_NormKind : I32EnumAttr<"NormKind", "a norm over a row", [
    // (x - mean) / sqrt(variance + epsilon) * scale + shift
    I32EnumAttrCase<"Layer", 0, "layer">,
    // x / max(|x|, epsilon)
    I32EnumAttrCase<"L2", 1, "l2">,
    // x / sqrt(mean(x^2) + epsilon) * scale
    I32EnumAttrCase<"Rms", 2, "rms">]> {
  let cppNamespace = "::emblem::kernel";
}

def Kernel_RowsOf : I32EnumAttr<"RowsOf", "what a stage's rows are", [
    I32EnumAttrCase<"Tokens", 0, "tokens">,
    I32EnumAttrCase<"Texts", 1, "texts">]> {
  let cppNamespace = "::emblem::kernel";
}

#endif // EMBLEM_DIALECTS_KERNEL_ENUMS_TD
