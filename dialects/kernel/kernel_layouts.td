//===- kernel_layouts.td - Layouts of weights in memory ----*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A layout is an attribute with what it needs beside the op's sources, by name,
// and an interface that answers what the verifier and the packing ask. Its bytes
// are written by compiler/package/layout_writers.h.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_LAYOUTS_TD
#define EMBLEM_DIALECTS_KERNEL_LAYOUTS_TD

include "dialects/kernel/kernel_base.td"
include "mlir/IR/AttrTypeBase.td"

def Kernel_WeightLayoutAttrInterface
    : AttrInterface<"WeightLayoutAttrInterface"> {
  let cppNamespace = "::emblem::kernel";
  let description = [{
    How a weight lies in memory. Before packing its shape is the model's own
    (the value form); the packed shape is what a target's kernels read.
  }];
  let methods = [
    InterfaceMethod<"Its name in the text of kernel.weight.",
                    "::llvm::StringRef", "getName", (ins), [{
                      return ConcreteAttr::getMnemonic();
                    }]>,
    InterfaceMethod<"The least and the most sides that a weight has.",
                    "::std::pair<int64_t, int64_t>", "getRanks", (ins)>,
    InterfaceMethod<"Whether its own parameters make the values; else the op's "
                    "sources do.", "bool", "isComputed", (ins), "",
                    [{ return false; }]>,
    InterfaceMethod<"The weights and values among its own parameters.",
                    "::llvm::SmallVector<::mlir::Attribute>", "getSources",
                    (ins), "", [{ return {}; }]>,
    InterfaceMethod<"Checks the op's sources, or the layout's own parameters "
                    "(weight_c2). The rank is right already.",
                    "::llvm::LogicalResult", "verifySources",
                    (ins "const ::emblem::kernel::LaidOutWeight &":$weight), "", [{
                      return verifyMatrixSources(weight);
                    }]>,
    InterfaceMethod<"Checks a weight of integers (weight_c5).",
                    "::llvm::LogicalResult", "verifyIntegers",
                    (ins "const ::emblem::kernel::LaidOutWeight &":$weight), "", [{
                      return refuseIntegers(weight);
                    }]>,
    InterfaceMethod<"Whether one row of a table can be its source.", "bool",
                    "takesTableRow", (ins), "", [{ return false; }]>,
    InterfaceMethod<"Whether its columns can be divided by factors.", "bool",
                    "takesSmoothing", (ins), "", [{ return false; }]>,
    InterfaceMethod<"Whether its values can be multiplied by a factor.", "bool",
                    "takesFactor", (ins), "", [{
                      return !$_attr.isComputed();
                    }]>,
    InterfaceMethod<"Whether the channels of its rows can be put side by side.",
                    "bool", "takesChannels", (ins), "", [{ return false; }]>,
    InterfaceMethod<"The shape that kernels read.",
                    "::llvm::SmallVector<int64_t>", "getPackedShape",
                    (ins "::llvm::ArrayRef<int64_t>":$shape,
                         "const ::emblem::kernel::Packing &":$packing)>,
    InterfaceMethod<"The layout of the packed weight.",
                    "::emblem::kernel::WeightLayoutAttrInterface", "getPacked",
                    (ins), "", [{ return $_attr; }]>
  ];
}

class Kernel_WeightLayout<string name, string mnemonic_, string ranks>
    : AttrDef<Kernel_Dialect, name # "Layout",
              [Kernel_WeightLayoutAttrInterface]> {
  let mnemonic = mnemonic_;
  string pack = ?;         // the function that gives the packed shape
  string answers = "";     // other methods of the interface
  let extraClassDeclaration = [{
    ::std::pair<int64_t, int64_t> getRanks() const { return }] # ranks # [{; }
    ::llvm::SmallVector<int64_t> getPackedShape(
        ::llvm::ArrayRef<int64_t> shape,
        const ::emblem::kernel::Packing &packing) const {
      return ::emblem::kernel::}] # pack # [{(shape, packing);
    }
  }] # answers;
}

// A number as text without its type; in an attribute it has f64.
def Kernel_OptionalNumber : OptionalParameter<"::mlir::FloatAttr"> {
  let parser = "parseNumber($_parser)";
  let printer = "$_printer.printFloat($_self.getValue())";
}
// A weight of the model, by name or made of others, or values in place.
def Kernel_Source : AttrParameter<"::mlir::Attribute", "">;
def Kernel_OptionalSource : OptionalParameter<"::mlir::Attribute">;

//===----------------------------------------------------------------------===//
// Numbers in a row
//===----------------------------------------------------------------------===//

def Kernel_RowLayout : Kernel_WeightLayout<"Row", "row", "{1, 1}"> {
  let summary = "`[size]`, zero-padded";
  let pack = "packRow";
  let answers = [{
    ::llvm::LogicalResult verifySources(
        const ::emblem::kernel::LaidOutWeight &weight) const {
      return verifyRowSources(weight);
    }
    bool takesTableRow() const { return true; }
  }];
}

def Kernel_ScalesLayout : Kernel_WeightLayout<"Scales", "scales", "{1, 1}"> {
  let summary = "`[size]`: the scale of each row of a matrix in i8, max |w| / 127";
  let pack = "packRow";
  let answers = [{
    ::llvm::LogicalResult verifySources(
        const ::emblem::kernel::LaidOutWeight &weight) const {
      return verifyTableSources(weight);
    }
    bool takesSmoothing() const { return true; }
  }];
}

def Kernel_CorrectionsLayout
    : Kernel_WeightLayout<"Corrections", "corrections", "{1, 1}"> {
  let summary = "`[size]`: the sum of each row of a matrix in i8, times its scale";
  let description = [{
    What an input's zero point adds to a result.
  }];
  let pack = "packRow";
  let answers = [{
    bool takesSmoothing() const { return true; }
  }];
}

def Kernel_TableLayout : Kernel_WeightLayout<"Table", "table", "{2, 2}"> {
  let summary = "`[height, width]`, rows zero-padded";
  let pack = "packTable";
  let answers = [{
    ::llvm::LogicalResult verifySources(
        const ::emblem::kernel::LaidOutWeight &weight) const {
      return verifyTableSources(weight);
    }
    ::llvm::LogicalResult verifyIntegers(
        const ::emblem::kernel::LaidOutWeight &weight) const;
  }];
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

def Kernel_MatrixLayout : Kernel_WeightLayout<"Matrix", "matrix", "{2, 2}"> {
  let summary = "`[output size, input size]`, as in the model's file";
  let description = [{
    Packed, it becomes `panels`.
  }];
  let pack = "packPanels";
  let answers = [{
    ::llvm::LogicalResult verifyIntegers(
        const ::emblem::kernel::LaidOutWeight &) const {
      return ::llvm::success();
    }
    bool takesSmoothing() const { return true; }
    bool takesChannels() const { return true; }
    ::emblem::kernel::WeightLayoutAttrInterface getPacked() const;
  }];
}

def Kernel_PanelsLayout : Kernel_WeightLayout<"Panels", "panels", "{3, 4}"> {
  let summary = "`[panels, input size, panel width]`: a matmul's tile, in order";
  let description = [{
    Or `[panels, groups, panel width, depth]`, where a dot product takes groups
    of `depth` inputs at once, and zeros fill the last group.
  }];
  let pack = "packNothing";
  let answers = [{
    ::llvm::LogicalResult verifyIntegers(
        const ::emblem::kernel::LaidOutWeight &weight) const;
    bool takesSmoothing() const { return true; }
    bool takesChannels() const { return true; }
  }];
}

def Kernel_GroupScalesLayout
    : Kernel_WeightLayout<"GroupScales", "group_scales", "{2, 3}"> {
  let summary = "`[output size, groups]`: the scales of a matrix in i4";
  let description = [{
    One for every 32 inputs of a row; or `[panels, groups, panel width]`, as its
    panels read them.
  }];
  let pack = "packGroups";
}

//===----------------------------------------------------------------------===//
// Computed of positions
//===----------------------------------------------------------------------===//

class Kernel_ComputedLayout<string name, string mnemonic_, string ranks = "{2, 2}",
                            string sources = "">
    : Kernel_WeightLayout<name, mnemonic_, ranks> {
  let assemblyFormat = "`<` struct(params) `>`";
  let answers = [{
    bool isComputed() const { return true; }
    ::llvm::LogicalResult verifySources(
        const ::emblem::kernel::LaidOutWeight &weight) const;
  }] # sources;
}

def Kernel_SinusoidLayout : Kernel_ComputedLayout<"Sinusoid", "sinusoid"> {
  let summary = "`[positions, width]`: emb.positional_encoding's sinusoids";
  let parameters = (ins "int64_t":$width);
  let pack = "packTable";
}

def Kernel_RotaryLayout : Kernel_ComputedLayout<"Rotary", "rotary", "{2, 2}", [{
    ::llvm::SmallVector<::mlir::Attribute> getSources() const {
      return collectSources({getFrequencies()});
    }
  }]> {
  let summary = "`[positions, features]`: cosines of angles, then as many sines";
  let description = [{
    Pair i of the features has at a position the angle `position / factor *
    base^(-2i / features)`; or `position * frequencies[i]`, and then the cosines
    and sines are multiplied by the amplitude.
  }];
  let parameters = (ins "int64_t":$features,
                        Kernel_OptionalNumber:$base,
                        Kernel_OptionalNumber:$factor,
                        OptionalParameter<"::mlir::DenseElementsAttr">:$frequencies,
                        Kernel_OptionalNumber:$amplitude);
  let pack = "packTable";
}

// By the distance from a query to its key, plus positions - 1. Vectors are read
// from any place.

def Kernel_AlibiLayout : Kernel_ComputedLayout<"Alibi", "alibi"> {
  let summary = "`[heads, 2 P - 1]`: what ALiBi takes from a score, by distance";
  let parameters = (ins "int64_t":$positions);
  let pack = "packLoose";
}

def Kernel_PositionBiasLayout
    : Kernel_ComputedLayout<"PositionBias", "position_bias", "{2, 2}", [{
    ::llvm::SmallVector<::mlir::Attribute> getSources() const {
      return collectSources({getTable()});
    }
  }]> {
  let summary = "`[heads, 2 P - 1]`: what a score gains, of a table `[buckets, heads]`";
  let parameters = (ins Kernel_Source:$table, "int64_t":$max_distance,
                        "int64_t":$positions);
  let pack = "packLoose";
}

def Kernel_PositionRowsLayout
    : Kernel_ComputedLayout<"PositionRows", "position_rows"> {
  let summary = "`[1, 2 P - 1]`: the row of the position tables, whole numbers";
  let description = [{
    Of tables `height` rows high (emb.attention's `position_keys`).
  }];
  let parameters = (ins "int64_t":$height,
                        OptionalParameter<"::std::optional<int64_t>">:$max_distance,
                        "int64_t":$positions);
  let pack = "packLoose";
}

//===----------------------------------------------------------------------===//
// Computed of weights
//===----------------------------------------------------------------------===//

def Kernel_ProjectionLayout
    : Kernel_ComputedLayout<"Projection", "projection", "{2, 2}", [{
    ::llvm::SmallVector<::mlir::Attribute> getSources() const {
      return collectSources(
          {getTable(), getScale(), getShift(), getMatrix(), getBias()});
    }
  }]> {
  let summary = "`[features, rows]`: a table's rows as columns";
  let description = [{
    With a matrix, what emb.dense makes of the rows; with an epsilon too, of
    those that emb.layer_norm gives. Sums are in double precision, and rounded
    once.
  }];
  let parameters = (ins Kernel_Source:$table, Kernel_OptionalSource:$scale,
                        Kernel_OptionalSource:$shift,
                        Kernel_OptionalNumber:$epsilon,
                        Kernel_OptionalSource:$matrix,
                        Kernel_OptionalSource:$bias);
  let pack = "packLoose";
}

def Kernel_PatchPositionsLayout
    : Kernel_ComputedLayout<"PatchPositions", "patch_positions", "{2, 2}", [{
    ::llvm::SmallVector<::mlir::Attribute> getSources() const {
      return collectSources(
          {getClassToken(), getRegisters(), getPositions(), getBias()});
    }
  }]> {
  let summary = "`[tokens, features]`: what an image's tokens gain";
  let description = [{
    Once its patches are through their linear layer with this bias: class token,
    registers and positions.
  }];
  let parameters = (ins "int64_t":$features, Kernel_OptionalSource:$class_token,
                        Kernel_OptionalSource:$registers,
                        Kernel_OptionalSource:$positions,
                        Kernel_OptionalSource:$bias);
  let pack = "packTable";
}

def Kernel_ProbeQueryLayout
    : Kernel_ComputedLayout<"ProbeQuery", "probe_query", "{1, 1}", [{
    ::llvm::SmallVector<::mlir::Attribute> getSources() const {
      return collectSources({getProbe(), getMatrix(), getBias()});
    }
  }]> {
  let summary = "`[size]`: a learned row through the linear layer of the queries";
  let parameters = (ins Kernel_Source:$probe, Kernel_Source:$matrix,
                        Kernel_OptionalSource:$bias);
  let pack = "packRow";
}

#endif // EMBLEM_DIALECTS_KERNEL_LAYOUTS_TD
