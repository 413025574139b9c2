//===- kernel_enums.td - Norms and layouts of the kernels ------*- tablegen -*-//
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

def Kernel_Layout : I32EnumAttr<"Layout", "how a weight lies in memory", [
    // [size], zero-padded.
    I32EnumAttrCase<"Row", 0, "row">,
    // [height, width], rows zero-padded.
    I32EnumAttrCase<"Table", 1, "table">,
    // [output size, input size], as in the model's file.
    I32EnumAttrCase<"Matrix", 2, "matrix">,
    // [panels, input size, panel width]: what a matmul's tile reads, in order;
    // or [panels, groups, panel width, depth], where a dot product takes groups
    // of `depth` inputs at once, and zeros fill the last group.
    I32EnumAttrCase<"Panels", 3, "panels">,
    // [height, width]: the sinusoidal positions, computed at compile time.
    I32EnumAttrCase<"Sinusoid", 4, "sinusoid">,
    // [size]: the scale of each row of a matrix in i8, max |w| / 127.
    I32EnumAttrCase<"Scales", 5, "scales">,
    // [size]: the sum of each row of a matrix in i8, times its scale: what an
    // input's zero point adds to a result.
    I32EnumAttrCase<"Corrections", 6, "corrections">,
    // [output size, groups]: the scales of a matrix in i4, one for every 32 inputs
    // of a row; or [panels, groups, panel width], as its panels read them.
    I32EnumAttrCase<"GroupScales", 7, "group_scales">,
    // [positions, features]: the cosines of a position's angles, then as many
    // sines, computed at compile time.
    I32EnumAttrCase<"Rotary", 8, "rotary">,
    // [heads, 2 P - 1]: what a score gains, by the distance from its query to its
    // key plus P - 1: computed from the slopes of ALiBi, or looked up in a table
    // [buckets, heads].
    I32EnumAttrCase<"Alibi", 9, "alibi">,
    I32EnumAttrCase<"PositionBias", 10, "position_bias">,
    // [1, 2 P - 1]: the row of the position tables, by the same distance: whole
    // numbers.
    I32EnumAttrCase<"PositionRows", 11, "position_rows">,
    // [features, rows]: a table's rows, or these normed and through a linear
    // layer, as columns: computed at compile time.
    I32EnumAttrCase<"Projection", 12, "projection">,
    // [tokens, features]: what an image's tokens gain once its patches are through
    // their linear layer: class token, registers and positions.
    I32EnumAttrCase<"PatchPositions", 13, "patch_positions">,
    // [size]: a learned row through the linear layer of the queries.
    I32EnumAttrCase<"ProbeQuery", 14, "probe_query">]> {
  let cppNamespace = "::emblem::kernel";
}

def Kernel_RowsOf : I32EnumAttr<"RowsOf", "what a stage's rows are", [
    I32EnumAttrCase<"Tokens", 0, "tokens">,
    I32EnumAttrCase<"Texts", 1, "texts">]> {
  let cppNamespace = "::emblem::kernel";
}

#endif // EMBLEM_DIALECTS_KERNEL_ENUMS_TD
