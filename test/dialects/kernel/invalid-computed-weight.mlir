// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// Weights that are computed: what their layouts take.

// expected-error@+1 {{a rotary has three sources, its features, the base and the factor}}
%w = kernel.weight rotary [4, 1.0e4] : tensor<8x4xf32>

// -----

// expected-error@+1 {{a rotary has three sources, its features, the base and the factor}}
%w = kernel.weight rotary [4, -1.0, 1.0] : tensor<8x4xf32>

// -----

// expected-error@+1 {{the rotary turns an even number of features, at most 4, the result's width, but not 6}}
%w = kernel.weight rotary [6, 1.0e4, 1.0] : tensor<8x4xf32>

// -----

// expected-error@+1 {{an alibi has one source, its positions}}
%w = kernel.weight alibi ["w"] : tensor<2x15xf32>

// -----

// expected-error@+1 {{9 positions need a result 17 wide, but it is 15}}
%w = kernel.weight alibi [9] : tensor<2x15xf32>

// -----

// expected-error@+1 {{a position_bias has three sources, its table, the maximal distance and its positions}}
%w = kernel.weight position_bias ["t", 8] : tensor<2x15xf32>

// -----

// expected-error@+1 {{a position_bias has three sources, its table, the maximal distance and its positions}}
%w = kernel.weight position_bias [4, 20, 8] : tensor<2x15xf32>

// -----

// expected-error@+1 {{the layout 'rotary' has rank 2, not 1}}
%w = kernel.weight rotary [4, 1.0e4, 1.0] : tensor<8xf32>

// -----

// expected-error@+1 {{6 features need 3 frequencies, one for each pair, but there are 2}}
%w = kernel.weight rotary [6, dense<[1.0, 0.5]> : tensor<2xf64>, 1.0] : tensor<8x6xf32>

// -----

// expected-error@+1 {{position_rows have three sources, the tables' height, even and at least 4, the maximal distance and the positions}}
%w = kernel.weight position_rows [5, unit, 8] : tensor<1x15xf32>

// -----

// expected-error@+1 {{9 positions need a result 17 wide, but it is 15}}
%w = kernel.weight position_rows [6, unit, 9] : tensor<1x15xf32>

// -----

// expected-error@+1 {{a projection has one source, a table, or six: a table, the scale, the shift and the epsilon of its norm, a matrix and a bias}}
%w = kernel.weight projection ["t", "w"] : tensor<8x6xf32>
