//===- kernel_base.td - The kernel dialect and interface -------*- tablegen -*-//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_BASE_TD
#define EMBLEM_DIALECTS_KERNEL_BASE_TD

include "dialects/emb/emb_base.td"
include "dialects/kernel/kernel_enums.td"
include "mlir/IR/OpBase.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::emblem::kernel";
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = "void registerLayouts();";
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
    their own for each row. In i16 they are `round(x / scale)`, from -254 to 254
    (what `vpmaddwd` takes); in i8 they are unsigned bytes, `zero point +
    round(x / scale)` (what `vpdpbusd` takes). In a buffer the scale is the last
    four bytes of the row, an f32, and the zero point the four before it, a whole
    number in f32. A kernel may have a second result, the same rows in a narrower
    type for the matmuls that read them: it is written from finished rows, as an
    epilogue's norm is.

    **Smoothing.** Columns with large elements cost a row's other columns their
    precision. `smoothing` multiplies each column before it is quantized, and the
    weight that reads it is divided by the same (Xiao et al., "SmoothQuant",
    2022).

    **Padding.** A buffer's rows are padded to whole panels. What lies in the
    padding is never read into a true column.
  }];
  let dependentDialects = ["::emblem::emb::EmbDialect"]; // its weights
}

def Kernel_OpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::emblem::kernel";
  let description = [{
    What the planner, the outliner and the reports ask of any kernel.
  }];
  let methods = [
    InterfaceMethod<"The arithmetic and the traffic, as formulas in rows.",
                    "::emblem::kernel::Work", "getWork", (ins)>,
    InterfaceMethod<"Who writes its code: its attribute `provider`, else mlir.",
                    "::llvm::StringRef", "getProvider", (ins), "", [{
                      auto provider = $_op->template
                          getAttrOfType<::mlir::StringAttr>(kProvider);
                      return provider ? provider.getValue() : "mlir";
                    }]>,
    InterfaceMethod<"Row r of the result needs only row r of the operands.",
                    "bool", "isRowLocal", (ins), "", [{ return true; }]>,
    InterfaceMethod<"The width of the kernel's grid: panels, heads or 1.",
                    "int64_t", "getColumns", (ins), "", [{ return 1; }]>,
    InterfaceMethod<"Rows of the result are texts, not tokens.", "bool",
                    "pools", (ins), "", [{ return false; }]>
  ];
}

#endif // EMBLEM_DIALECTS_KERNEL_BASE_TD
