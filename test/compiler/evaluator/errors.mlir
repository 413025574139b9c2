// Input that the model cannot take: one sentence each, exit code 1, no output.
// RUN: not emblem-translate %s --evaluate "0 4" 2>&1 | FileCheck %s --check-prefix=HIGH
// RUN: not emblem-translate %s --evaluate "0, -1" 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not emblem-translate %s --evaluate "0 1,, 2" 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not emblem-translate %s --evaluate "" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not emblem-translate %s --evaluate "0, 0 1 2 3" 2>&1 | FileCheck %s --check-prefix=LONG
// RUN: not emblem-translate %s --evaluate "0 one" 2>&1 | FileCheck %s --check-prefix=WORD
// RUN: not emblem-translate %s --evaluate "0 3000000000" 2>&1 | FileCheck %s --check-prefix=HUGE
// RUN: not emblem-translate %s --evaluate "0" --to-yaml 2>&1 | FileCheck %s --check-prefix=USAGE
// RUN: sed 's/ = dense.* : / : /' %s > %t.mlir
// RUN: not emblem-translate %t.mlir --evaluate "0" 2>&1 | FileCheck %s --check-prefix=WEIGHT

// HIGH: {{^}}emblem-translate: error: token id 4 is not in the vocabulary: ids go from 0 to 3{{$}}
// NEGATIVE: token id -1 is not in the vocabulary: ids go from 0 to 3
// EMPTY: text 2 has no token ids: give each at least one, such as "1 2 3, 4 5"
// NONE: text 1 has no token ids: give each at least one, such as "1 2 3, 4 5"
// LONG: text 2 has 4 tokens, but the model has 3 positions
// WORD: 'one' is not a token id: write whole numbers, with spaces between ids and commas between texts
// HUGE: '3000000000' is not a token id
// USAGE: --evaluate goes with neither --to-yaml nor --no-weights
// WEIGHT: weight 'table'
emb.model @small(%ids, %offsets) max_tokens 2 max_positions 3 {
  %table = emb.weight "table" = dense<1.0> : tensor<4x2xf32>
  %0 = emb.token_embedding %ids, %table : tensor<4x2xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x2xf32>
  emb.return %1 : tensor<?x2xf32>
}
