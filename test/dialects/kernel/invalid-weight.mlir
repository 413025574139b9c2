// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// weight_c1: the layout's rank.
// expected-error@+1 {{the layout 'row' has rank 1, not 2}}
%0 = kernel.weight row ["w"] : tensor<4x4xf32>

// -----

// expected-error@+1 {{the layout 'table' has rank 2, not 1}}
%0 = kernel.weight table ["w"] : tensor<4xf32>

// -----

// expected-error@+1 {{the layout 'matrix' has rank 2, not 3}}
%0 = kernel.weight matrix ["w"] : tensor<1x4x16xf32>

// -----

// expected-error@+1 {{the layout 'panels' has rank 3 or 4, not 2}}
%0 = kernel.weight panels ["w"] : tensor<4x4xf32>

// -----

// expected-error@+1 {{the layout 'sinusoid' has rank 2, not 1}}
%0 = kernel.weight sinusoid<width = 4> : tensor<4xf32>

// -----

// expected-error@+1 {{the layout 'scales' has rank 1, not 2}}
%0 = kernel.weight scales ["w"] : tensor<4x4xf32>

// -----

// expected-error@+1 {{the layout 'corrections' has rank 1, not 2}}
%0 = kernel.weight corrections ["w"] : tensor<4x4xf32>

// -----

// expected-error@+1 {{the layout 'panels' has rank 3 or 4, not 5}}
%0 = kernel.weight panels ["w"] : tensor<1x1x2x8x4xi8>

// -----

// weight_c2: the sources.
// expected-error@+1 {{has no sources}}
%0 = kernel.weight row [] : tensor<4xf32>

// -----

// expected-error@+1 {{a source is a weight's name, its float values or a positive count of zeros, but not dense<1> : tensor<4xi32>}}
%0 = kernel.weight row [dense<1> : tensor<4xi32>] : tensor<4xf32>

// -----

// expected-error@+1 {{a source is a weight's name, its float values or a positive count of zeros, but not -4 : i64}}
%0 = kernel.weight row [-4] : tensor<4xf32>

// -----

// expected-error@+1 {{a source is a weight's name, its float values or a positive count of zeros, but not 4 : i8}}
%0 = kernel.weight row [4 : i8] : tensor<4xf32>

// -----

// expected-error@+1 {{a source is a weight's name, its float values or a positive count of zeros, but not unit}}
%0 = kernel.weight row [unit] : tensor<4xf32>

// -----

// expected-error@+1 {{the layout 'matrix' takes names and tables of values, but not 16 : i64}}
%0 = kernel.weight matrix [16, "w"] : tensor<8x4xf32>

// -----

// expected-error@+1 {{the layout 'corrections' takes names and tables of values, but not dense<5.0}}
%0 = kernel.weight corrections [dense<0.5> : tensor<4xf32>] : tensor<4xf32>

// -----

// weight_c3: a row of a table.
// expected-error@+1 {{table_row needs the layout 'row', not 'table'}}
%0 = kernel.weight table ["w"] table_row 0 : tensor<4x4xf32>

// -----

// expected-error@+1 {{table_row needs one source, a table}}
%0 = kernel.weight row ["a", "b"] table_row 0 : tensor<4xf32>

// -----

// expected-error@+1 {{table_row needs one source, a table}}
%0 = kernel.weight row [4] table_row 0 : tensor<4xf32>

// -----

// expected-error@+1 {{table_row needs a table, but the source is 'tensor<4xf32>'}}
%0 = kernel.weight row [dense<0.5> : tensor<4xf32>] table_row 0 : tensor<4xf32>

// -----

// expected-error@+1 {{table_row -1 is not in the table}}
%0 = kernel.weight row ["w"] table_row -1 : tensor<4xf32>

// -----

// expected-error@+1 {{table_row 2 is not in the table}}
%0 = kernel.weight row [dense<0.5> : tensor<2x4xf32>] table_row 2 : tensor<4xf32>

// -----

// weight_c4: the place.
// expected-error@+1 {{at must be a multiple of 64 and not negative, but is 32}}
%0 = kernel.weight row ["w"] at 32 : tensor<4xf32>

// -----

// expected-error@+1 {{at must be a multiple of 64 and not negative, but is -64}}
%0 = kernel.weight row ["w"] at -64 : tensor<4xf32>

// -----

// weight_c5: i8.
// expected-error@+1 {{the layout 'row' is not for 'i8'}}
%0 = kernel.weight row ["w"] : tensor<4xi8>

// -----

// expected-error@+1 {{the layout 'scales' is not for 'i8'}}
%0 = kernel.weight scales ["w"] : tensor<4xi8>

// -----

// weight_c6: smoothing.
// expected-error@+1 {{smoothing is not for the layout 'table'}}
%0 = kernel.weight table ["w"] smoothing dense<2.0> : tensor<4xf32> : tensor<4x4xf32>

// -----

// expected-error@+1 {{smoothing takes one finite factor a column, not 0}}
%0 = kernel.weight matrix ["w"] smoothing dense<[1.0, 0.0]> : tensor<2xf32> : tensor<4x2xi8>

// -----

// expected-error@+1 {{smoothing takes one finite factor a column, not 0}}
%0 = kernel.weight scales ["w"] smoothing dense<0x7F800000> : tensor<2xf32> : tensor<4xf32>

// -----

// expected-error@+1 {{smoothing takes one finite factor a column, not 0}}
%0 = kernel.weight corrections ["w"] smoothing dense<1.0> : tensor<1x2xf32> : tensor<4xf32>

// -----

// expected-error@+1 {{smoothing takes one finite factor a column, not 0}}
%0 = kernel.weight corrections ["w"] smoothing dense<1> : tensor<2xi32> : tensor<4xf32>

// -----

// expected-error@+1 {{smoothing has 3 factors, but the matrix 2 columns}}
%0 = kernel.weight matrix ["w"] smoothing dense<1.0> : tensor<3xf32> : tensor<4x2xi8>

// -----

// Panels of two groups of four columns hold five to eight of them.
// expected-error@+1 {{smoothing has 4 factors, but the matrix 8 columns}}
%0 = kernel.weight panels ["w"] smoothing dense<1.0> : tensor<4xf32> : tensor<1x2x16x4xi8>

// -----

// weight_c7: the factor.
// expected-error@+1 {{factor must be finite and not zero, but is 0.000000e+00}}
%0 = kernel.weight table ["w"] factor 0.0 : tensor<4x4xf32>

// -----

// expected-error@+1 {{the layout 'sinusoid' takes no factor}}
%0 = kernel.weight sinusoid<width = 4> factor 2.0 : tensor<4x4xf32>

// -----

// Weights are static floats, or i8.
// expected-error@+1 {{result #0 must be statically shaped tensor of}}
%0 = kernel.weight row ["w"] : tensor<?xf32>

// -----

// Syntax: a layout that there is not.
// expected-error@+1 {{expected a layout, one of row, scales, corrections, table, matrix, panels, group_scales, sinusoid, rotary, alibi, position_bias, position_rows, projection, patch_positions, probe_query}}
%0 = kernel.weight columns ["w"] : tensor<4xf32>
