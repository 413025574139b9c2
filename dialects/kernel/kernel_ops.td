//===- kernel_ops.td - Operations of the kernel dialect ----*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// kernel_base.td says what they share. Of each file kernel_<X>.td the costs and the
// verifiers are in kernel_<X>.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_OPS_TD
#define EMBLEM_DIALECTS_KERNEL_OPS_TD

include "dialects/kernel/kernel_attention.td"
include "dialects/kernel/kernel_images.td"
include "dialects/kernel/kernel_matmul.td"
include "dialects/kernel/kernel_program.td"
include "dialects/kernel/kernel_rows.td"
include "dialects/kernel/kernel_weight.td"

#endif // EMBLEM_DIALECTS_KERNEL_OPS_TD
