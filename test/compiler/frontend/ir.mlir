// A module written by hand is a model as well; its values may stand in it.

// RUN: emblem-translate %s | FileCheck %s
// CHECK:      emb.model @tiny(%[[IDS:.*]], %[[OFFSETS:.*]]) max_tokens 4 max_positions 4
// CHECK:      %[[TABLE:.*]] = emb.weight "table" = dense<{{.*}}> : tensor<3x2xf32>
// CHECK-NEXT: %[[ROWS:.*]] = emb.token_embedding %[[IDS]], %[[TABLE]]
// CHECK-NEXT: %[[VECTORS:.*]] = emb.pool mean %[[ROWS]], %[[OFFSETS]]
// CHECK-NEXT: emb.return %[[VECTORS]]

// It has no description.
// RUN: not emblem-translate --to-yaml %s 2>&1 | FileCheck %s --check-prefix=YAML
// YAML: error: '{{.*}}ir.mlir' is IR, and has no description

// What does not parse is shown in its place.
// RUN: sed 's/emb.pool mean/emb.pool median/' %s > %t.bad.mlir
// RUN: not emblem-translate %t.bad.mlir -o %t.out.mlir 2>&1 | FileCheck %s --check-prefix=PARSE
// RUN: not ls %t.out.mlir
// PARSE: bad.mlir:[[#@LINE+18]]:{{[0-9]+}}: error:
// PARSE: emblem-translate: error: '{{.*}}bad.mlir' is not valid emb IR, as reported above

// Exactly one model.
// RUN: sed 's/@tiny/@other/' %s > %t.other.mlir
// RUN: cat %s %t.other.mlir > %t.two.mlir
// RUN: not emblem-translate %t.two.mlir 2>&1 | FileCheck %s --check-prefix=TWO
// RUN: echo > %t.none.mlir && not emblem-translate %t.none.mlir 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: error: '{{.*}}.mlir' must hold exactly one emb.model

// A weight that is neither in place nor in a file.
// RUN: sed 's/ = dense<.*> :/ :/' %s > %t.file.mlir
// RUN: not emblem-translate %t.file.mlir 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: error: weight 'table' is nowhere: the model names no weight files

emb.model @tiny(%ids, %offsets) max_tokens 4 max_positions 4 {
  %table = emb.weight "table" = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = emb.token_embedding %ids, %table : tensor<3x2xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x2xf32>
  emb.return %1 : tensor<?x2xf32>
}
