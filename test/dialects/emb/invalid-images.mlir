// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// patch_embedding_c1: channels and size of a patch.
func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x1x2x2xf32>) {
  // expected-error@+1 {{the weight has 1 channels, but the images 3}}
  %0 = emb.patch_embedding %x weight(%w : tensor<4x1x2x2xf32>) : tensor<?x8x8x3xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x9x2xf32>) {
  // expected-error@+1 {{a patch is 9x2, larger than the images, 8x8}}
  %0 = emb.patch_embedding %x weight(%w : tensor<4x3x9x2xf32>) : tensor<?x8x8x3xf32> -> tensor<?x4xf32>
  return
}

// -----

// patch_embedding_c2: widths of what is added.
func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x4x4xf32>, %r: tensor<2x5xf32>) {
  // expected-error@+1 {{the table of registers is 5 wide, but the weight has 4 outputs}}
  %0 = emb.patch_embedding %x weight(%w : tensor<4x3x4x4xf32>) registers(%r : tensor<2x5xf32>)
      : tensor<?x8x8x3xf32> -> tensor<?x4xf32>
  return
}

// -----

// patch_embedding_c3: rows of what is added.
func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x4x4xf32>, %p: tensor<5x4xf32>) {
  // expected-error@+1 {{the positions are 5, but 4 tokens have one}}
  %0 = emb.patch_embedding %x weight(%w : tensor<4x3x4x4xf32>) positions(%p : tensor<5x4xf32>)
      : tensor<?x8x8x3xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x4x4xf32>, %c: tensor<2x4xf32>) {
  // expected-error@+1 {{the class token is one row, but there are 2}}
  %0 = emb.patch_embedding %x weight(%w : tensor<4x3x4x4xf32>) class_token(%c : tensor<2x4xf32>)
      : tensor<?x8x8x3xf32> -> tensor<?x4xf32>
  return
}

// -----

// patch_embedding_c4: the result.
func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x4x4xf32>) {
  // expected-error@+1 {{the result is 'tensor<?x5xf32>', but must be 'tensor<?x4xf32>'}}
  %0 = emb.patch_embedding %x weight(%w : tensor<4x3x4x4xf32>) : tensor<?x8x8x3xf32> -> tensor<?x5xf32>
  return
}

// -----

// conv2d_c1: channels and bias.
func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x1x3x3xf32>) {
  // expected-error@+1 {{the weight has 1 channels, but the images 3}}
  %0 = emb.conv2d %x relu weight(%w : tensor<4x1x3x3xf32>) stride [1, 1] padding [0, 0]
      : tensor<?x8x8x3xf32> -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x3x3xf32>, %b: tensor<5xf32>) {
  // expected-error@+1 {{the bias is 5 long, but its weight 4 high}}
  %0 = emb.conv2d %x relu weight(%w : tensor<4x3x3x3xf32>) bias(%b : tensor<5xf32>)
      stride [1, 1] padding [0, 0] : tensor<?x8x8x3xf32> -> tensor<?x6x6x4xf32>
  return
}

// -----

// conv2d_c2: windows.
func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{sizes, strides and paddings are two numbers each}}
  %0 = emb.conv2d %x relu weight(%w : tensor<4x3x3x3xf32>) stride [0, 1] padding [0, 0]
      : tensor<?x8x8x3xf32> -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{a padding of 3 is too much for a window of 3}}
  %0 = emb.conv2d %x relu weight(%w : tensor<4x3x3x3xf32>) stride [1, 1] padding [3, 0]
      : tensor<?x8x8x3xf32> -> tensor<?x12x6x4xf32>
  return
}

// -----

func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x9x3xf32>) {
  // expected-error@+1 {{a window of 9x3 does not fit into the padded images, 8x8}}
  %0 = emb.conv2d %x relu weight(%w : tensor<4x3x9x3xf32>) stride [1, 1] padding [0, 0]
      : tensor<?x8x8x3xf32> -> tensor<?x6x6x4xf32>
  return
}

// -----

// conv2d_c3: the result.
func.func @f(%x: tensor<?x8x8x3xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{the result is 'tensor<?x5x6x4xf32>', but must be 'tensor<?x6x6x4xf32>'}}
  %0 = emb.conv2d %x relu weight(%w : tensor<4x3x3x3xf32>) stride [1, 1] padding [0, 0]
      : tensor<?x8x8x3xf32> -> tensor<?x5x6x4xf32>
  return
}

// -----

// pool2d_c1: windows.
func.func @f(%x: tensor<?x8x8x3xf32>) {
  // expected-error@+1 {{a padding of 2 is too much for a window of 3}}
  %0 = emb.pool2d max %x size [3, 3] stride [1, 1] padding [2, 0]
      : tensor<?x8x8x3xf32> -> tensor<?x10x6x3xf32>
  return
}

// -----

// pool2d_c2: the result.
func.func @f(%x: tensor<?x8x8x3xf32>) {
  // expected-error@+1 {{the result is 'tensor<?x4x4x3xf32>', but must be 'tensor<?x3x3x3xf32>'}}
  %0 = emb.pool2d max %x size [3, 3] stride [2, 2] padding [0, 0]
      : tensor<?x8x8x3xf32> -> tensor<?x4x4x3xf32>
  return
}

// -----

// flatten_c1: the result.
func.func @f(%x: tensor<?x2x2x3xf32>) {
  // expected-error@+1 {{the result is 'tensor<?x8xf32>', but must be 'tensor<?x12xf32>'}}
  %0 = emb.flatten %x : tensor<?x2x2x3xf32> -> tensor<?x8xf32>
  return
}

// -----

func.func @f(%x: tensor<?x2x?x3xf32>) {
  // expected-error@+1 {{operand #0 must be images, tensor<?xHxWxCxf32>, but got 'tensor<?x2x?x3xf32>'}}
  %0 = emb.flatten %x : tensor<?x2x?x3xf32> -> tensor<?x8xf32>
  return
}

// -----

// attention_pool_c1: the probe and the widths.
func.func @f(%x: tensor<?x8xf32>, %o: tensor<?xi32>, %p: tensor<2x8xf32>, %q: tensor<8x8xf32>,
             %k: tensor<8x8xf32>, %v: tensor<8x8xf32>, %w: tensor<8x8xf32>) {
  // expected-error@+1 {{the probe is one row, but there are 2}}
  %0 = emb.attention_pool %x, %o heads 2 probe(%p : tensor<2x8xf32>)
      query(%q : tensor<8x8xf32>) key(%k : tensor<8x8xf32>) value(%v : tensor<8x8xf32>)
      output(%w : tensor<8x8xf32>) : tensor<?x8xf32> -> tensor<?x8xf32>
  return
}

// -----

// As wide as the input.
func.func @f(%x: tensor<?x8xf32>, %o: tensor<?xi32>, %p: tensor<1x8xf32>, %q: tensor<8x8xf32>,
             %k: tensor<8x6xf32>, %v: tensor<8x8xf32>, %w: tensor<8x8xf32>) {
  // expected-error@+1 {{the key weight is 6 wide, but the input 8}}
  %0 = emb.attention_pool %x, %o heads 2 probe(%p : tensor<1x8xf32>)
      query(%q : tensor<8x8xf32>) key(%k : tensor<8x6xf32>) value(%v : tensor<8x8xf32>)
      output(%w : tensor<8x8xf32>) : tensor<?x8xf32> -> tensor<?x8xf32>
  return
}

// -----

// attention_pool_c2: heads.
func.func @f(%x: tensor<?x8xf32>, %o: tensor<?xi32>, %p: tensor<1x8xf32>, %w: tensor<8x8xf32>) {
  // expected-error@+1 {{heads is 3, and must divide 8, the query weight's height}}
  %0 = emb.attention_pool %x, %o heads 3 probe(%p : tensor<1x8xf32>)
      query(%w : tensor<8x8xf32>) key(%w : tensor<8x8xf32>) value(%w : tensor<8x8xf32>)
      output(%w : tensor<8x8xf32>) : tensor<?x8xf32> -> tensor<?x8xf32>
  return
}

// -----

// Equally high.
func.func @f(%x: tensor<?x8xf32>, %o: tensor<?xi32>, %p: tensor<1x8xf32>, %q: tensor<8x8xf32>,
             %k: tensor<6x8xf32>, %v: tensor<8x8xf32>, %w: tensor<8x8xf32>) {
  // expected-error@+1 {{the key weight is 6 high, but the query weight 8}}
  %0 = emb.attention_pool %x, %o heads 2 probe(%p : tensor<1x8xf32>)
      query(%q : tensor<8x8xf32>) key(%k : tensor<6x8xf32>) value(%v : tensor<8x8xf32>)
      output(%w : tensor<8x8xf32>) : tensor<?x8xf32> -> tensor<?x8xf32>
  return
}

// -----

// attention_pool_c3: the output.
func.func @f(%x: tensor<?x8xf32>, %o: tensor<?xi32>, %p: tensor<1x8xf32>, %q: tensor<8x8xf32>,
             %k: tensor<8x8xf32>, %v: tensor<8x8xf32>, %w: tensor<8x6xf32>) {
  // expected-error@+1 {{the output weight is 6 wide, but the value weight 8 high}}
  %0 = emb.attention_pool %x, %o heads 2 probe(%p : tensor<1x8xf32>)
      query(%q : tensor<8x8xf32>) key(%k : tensor<8x8xf32>) value(%v : tensor<8x8xf32>)
      output(%w : tensor<8x6xf32>) : tensor<?x8xf32> -> tensor<?x8xf32>
  return
}

// -----

// attention_pool_c4: the result.
func.func @f(%x: tensor<?x8xf32>, %o: tensor<?xi32>, %p: tensor<1x8xf32>, %q: tensor<8x8xf32>,
             %k: tensor<8x8xf32>, %v: tensor<8x8xf32>, %w: tensor<8x8xf32>) {
  // expected-error@+1 {{the result is 'tensor<?x6xf32>', but must be 'tensor<?x8xf32>'}}
  %0 = emb.attention_pool %x, %o heads 2 probe(%p : tensor<1x8xf32>)
      query(%q : tensor<8x8xf32>) key(%k : tensor<8x8xf32>) value(%v : tensor<8x8xf32>)
      output(%w : tensor<8x8xf32>) : tensor<?x8xf32> -> tensor<?x6xf32>
  return
}

// -----

// model_c5: an image's tokens are its patches, or it is one.
// expected-error@+1 {{an image has 1 tokens, so max_tokens and max_positions must be 1}}
emb.model @m(%pixels : tensor<?x2x2x1xf32>, %offsets) max_tokens 4 max_positions 4 {
  %0 = emb.flatten %pixels : tensor<?x2x2x1xf32> -> tensor<?x4xf32>
  emb.return %0 : tensor<?x4xf32>
}

// -----

// model_c1: pixels.
// expected-error@+1 {{the pixels must be images of 1 or 3 channels, but are 'tensor<?x2x2x2xf32>'}}
emb.model @m(%pixels : tensor<?x2x2x2xf32>, %offsets) max_tokens 1 max_positions 1 {
  %0 = emb.flatten %pixels : tensor<?x2x2x2xf32> -> tensor<?x8xf32>
  emb.return %0 : tensor<?x8xf32>
}

// -----

// model_c5: what images have not, and how pictures become pixels.
// expected-error@+1 {{takes images, so it has neither pairs, prompts nor a tokenizer}}
emb.model @m(%pixels : tensor<?x2x2x1xf32>, %offsets) max_tokens 1 max_positions 1
    attributes {tokenizer = "tokenizer.json"} {
  %0 = emb.flatten %pixels : tensor<?x2x2x1xf32> -> tensor<?x4xf32>
  emb.return %0 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{image: filter cannot be "box"}}
emb.model @m(%pixels : tensor<?x2x2x1xf32>, %offsets) max_tokens 1 max_positions 1
    attributes {image = {filter = "box"}} {
  %0 = emb.flatten %pixels : tensor<?x2x2x1xf32> -> tensor<?x4xf32>
  emb.return %0 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{image: a picture that is resized needs resize_height and, to be exact, resize_width}}
emb.model @m(%pixels : tensor<?x2x2x1xf32>, %offsets) max_tokens 1 max_positions 1
    attributes {image = {resize = "exact", resize_height = 2}} {
  %0 = emb.flatten %pixels : tensor<?x2x2x1xf32> -> tensor<?x4xf32>
  emb.return %0 : tensor<?x4xf32>
}

// -----

// expected-error@+1 {{has 'image', but takes no pixels}}
emb.model @m(%ids, %offsets) max_tokens 1 max_positions 1 attributes {image = {}} {
  %t = emb.weight "t" : tensor<4x4xf32>
  %0 = emb.token_embedding %ids, %t : tensor<4x4xf32>
  %1 = emb.pool mean %0, %offsets : tensor<?x4xf32>
  emb.return %1 : tensor<?x4xf32>
}
