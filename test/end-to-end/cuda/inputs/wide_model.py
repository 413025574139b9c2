"""wide_model.py FOLDER FACTOR: model.mlir over model.safetensors: tokens' rows, from -1 to
1 but for the last token's, which are 30000, times FACTOR, then summed up; the mean."""

import array
import json
import os
import struct
import sys

WORDS, WIDTH = 200_000, 8

folder, factor = sys.argv[1], float(sys.argv[2])
os.makedirs(folder, exist_ok=True)
words = array.array("f", ((37 * i % 101 - 50) / 50 for i in range(WORDS * WIDTH)))
words[-WIDTH:] = array.array("f", [30000.0] * WIDTH)
scale = array.array("f", (factor * (i // WIDTH == i % WIDTH) for i in range(WIDTH * WIDTH)))
add = array.array("f", (1.0 - 0.25 * (i % 5) for i in range(WIDTH * WIDTH)))
shapes = {"words": [WORDS, WIDTH], "scale": [WIDTH, WIDTH], "add": [WIDTH, WIDTH]}
header, end = {}, 0
for name, (height, width) in shapes.items():
    begin, end = end, end + height * width * 4
    header[name] = {"dtype": "F32", "shape": [height, width], "data_offsets": [begin, end]}
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(f"{folder}/model.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text)
    for values in (words, scale, add):
        file.write(values.tobytes())
table, square, rows = (f"tensor<{size}xf32>" for size in (f"{WORDS}x{WIDTH}", f"{WIDTH}x{WIDTH}", f"?x{WIDTH}"))
with open(f"{folder}/model.mlir", "w") as file:
    file.write(f"""emb.model @wide(%ids, %offsets) max_tokens 64 max_positions 64
    attributes {{weights = ["model.safetensors"]}} {{
  %words = emb.weight "words" : {table}
  %scale = emb.weight "scale" : {square}
  %add = emb.weight "add" : {square}
  %0 = emb.token_embedding %ids, %words : {table}
  %1 = emb.dense %0 identity weight(%scale : {square}) : {rows} -> {rows}
  %2 = emb.dense %1 identity weight(%add : {square}) : {rows} -> {rows}
  %3 = emb.pool mean %2, %offsets : {rows}
  emb.return %3 : {rows}
}}
""")
