// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// Weights that their layouts compute: what these take.

// weight_c1
// expected-error@+1 {{the layout 'rotary' has rank 2, not 1}}
%w = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0> : tensor<8xf32>

// -----

// weight_c2: what is computed has no sources.
// expected-error@+1 {{the layout 'alibi' computes its values, and takes no sources}}
%w = kernel.weight alibi<positions = 8> ["w"] : tensor<2x15xf32>

// -----

// weight_c2: widths and features.
// expected-error@+1 {{'width' of the layout 'sinusoid' must be positive and less than 2^31, but is 0}}
%w = kernel.weight sinusoid<width = 0> : tensor<4x4xf32>

// -----

// expected-error@+1 {{'width' of the layout 'sinusoid' is 8, but the result 4 wide}}
%w = kernel.weight sinusoid<width = 8> : tensor<4x4xf32>

// -----

// expected-error@+1 {{a rotary has, beside its features, the base and the factor, or the frequencies and the amplitude}}
%w = kernel.weight rotary<features = 4, base = 1.0e4> : tensor<8x4xf32>

// -----

// expected-error@+1 {{a rotary has, beside its features, the base and the factor, or the frequencies and the amplitude}}
%w = kernel.weight rotary<features = 4, base = 1.0e4, factor = 1.0, amplitude = 1.0> : tensor<8x4xf32>

// -----

// expected-error@+1 {{'base' of the layout 'rotary' must be positive and finite, but is -1.000000e+00}}
%w = kernel.weight rotary<features = 4, base = -1.0, factor = 1.0> : tensor<8x4xf32>

// -----

// expected-error@+1 {{'features' of the layout 'rotary' is 6, but the result 4 wide}}
%w = kernel.weight rotary<features = 6, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>

// -----

// expected-error@+1 {{a rotary turns an even number of features, but not 3}}
%w = kernel.weight rotary<features = 3, base = 1.0e4, factor = 1.0> : tensor<8x4xf32>

// -----

// expected-error@+1 {{6 features need 3 frequencies, one for each pair, but there are 2}}
%w = kernel.weight rotary<features = 6, frequencies = dense<[1.0, 0.5]> : tensor<2xf64>, amplitude = 1.0> : tensor<8x6xf32>

// -----

// expected-error@+1 {{'frequencies' of the layout 'rotary' is a weight's name or float values of rank 1, but not dense<1> : tensor<2xi32>}}
%w = kernel.weight rotary<features = 4, frequencies = dense<1> : tensor<2xi32>, amplitude = 1.0> : tensor<8x4xf32>

// -----

// expected-error@+1 {{'features' of the layout 'patch_positions' is 8, but the result 4 wide}}
%w = kernel.weight patch_positions<features = 8> : tensor<5x4xf32>

// -----

// weight_c2: distances.
// expected-error@+1 {{9 positions need a result 17 wide, but it is 15}}
%w = kernel.weight alibi<positions = 9> : tensor<2x15xf32>

// -----

// expected-error@+1 {{'table' of the layout 'position_bias' is a weight's name or float values of rank 2, but not 4 : i64}}
%w = kernel.weight position_bias<table = 4, max_distance = 20, positions = 8> : tensor<2x15xf32>

// -----

// expected-error@+1 {{'max_distance' of the layout 'position_bias' must be positive and less than 2^31, but is 0}}
%w = kernel.weight position_bias<table = "t", max_distance = 0, positions = 8> : tensor<2x15xf32>

// -----

// expected-error@+1 {{position_rows are of tables of an even height, at least 4, but not 5}}
%w = kernel.weight position_rows<height = 5, positions = 8> : tensor<1x15xf32>

// -----

// expected-error@+1 {{9 positions need a result 17 wide, but it is 15}}
%w = kernel.weight position_rows<height = 6, positions = 9> : tensor<1x15xf32>

// -----

// weight_c2: weights.
// expected-error@+1 {{the norm and the bias of a projection come with its matrix}}
%w = kernel.weight projection<table = "t", bias = "b"> : tensor<8x6xf32>

// -----

// expected-error@+1 {{'bias' of the layout 'projection' is a weight's name or float values of rank 1, but not dense<5.0}}
%w = kernel.weight projection<table = "t", matrix = "w", bias = dense<0.5> : tensor<2x4xf32>> : tensor<8x6xf32>

// -----

// expected-error@+1 {{'class_token' of the layout 'patch_positions' is a weight's name or float values of rank 2, but not unit}}
%w = kernel.weight patch_positions<features = 4, class_token = unit> : tensor<5x4xf32>

// -----

// expected-error@+1 {{'probe' of the layout 'probe_query' is a weight's name or float values of rank 2, but not 8 : i64}}
%w = kernel.weight probe_query<probe = 8, matrix = "w"> : tensor<8xf32>

// -----

// Syntax: parameters that there must be.
// expected-error@+1 {{struct is missing required parameter: matrix}}
%w = kernel.weight probe_query<probe = "probe"> : tensor<8xf32>

// -----

// expected-error@+2 {{expected valid keyword}}
// expected-error@+1 {{expected a parameter name in struct}}
%w = kernel.weight sinusoid<384> : tensor<512x384xf32>
