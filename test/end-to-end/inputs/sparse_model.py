"""sparse_model.py FOLDER: model.mlir over weights of more than 4 GiB, nearly all
of which are a hole of the file, so that it takes no disk; and expected.txt, the
vectors of the texts in texts.txt. Values stand behind 2 and 4 GiB, in the file
and in a program: a distance that is cut to 32 bits, signed or not, finds zeros."""
import json
import os
import struct
import sys

WORDS, WIDTH, OUTPUTS = 1_200_000, 1024, 16
ROWS = [3, 600_000, WORDS - 1]  # of the table; the first bytes are at 0, 2.3 and 4.6 GiB


def word(row, column):
    return float((row + column) % 7 - 3)


def dense(output, column):
    return float((5 * output + column) % 3 - 1)


folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
shapes = {"words": [WORDS, WIDTH], "dense": [OUTPUTS, WIDTH]}
header, end = {}, 0
for name, (height, width) in shapes.items():
    begin, end = end, end + height * width * 4
    header[name] = {"dtype": "F32", "shape": [height, width], "data_offsets": [begin, end]}
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(f"{folder}/model.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text)
    data = file.tell()
    file.truncate(data + end)
    for row in ROWS:
        file.seek(data + row * WIDTH * 4)
        file.write(struct.pack(f"<{WIDTH}f", *(word(row, k) for k in range(WIDTH))))
    for output in range(OUTPUTS):
        file.seek(data + header["dense"]["data_offsets"][0] + output * WIDTH * 4)
        file.write(struct.pack(f"<{WIDTH}f", *(dense(output, k) for k in range(WIDTH))))

table, matrix = f"tensor<{WORDS}x{WIDTH}xf32>", f"tensor<{OUTPUTS}x{WIDTH}xf32>"
with open(f"{folder}/model.mlir", "w") as file:
    file.write(f"""emb.model @large(%ids, %offsets) max_tokens 8 max_positions 8
    attributes {{weights = ["model.safetensors"]}} {{
  %words = emb.weight "words" : {table}
  %dense = emb.weight "dense" : {matrix}
  %0 = emb.token_embedding %ids, %words : {table}
  %1 = emb.pool mean %0, %offsets : tensor<?x{WIDTH}xf32>
  %2 = emb.dense %1 identity weight(%dense : {matrix}) : tensor<?x{WIDTH}xf32> -> tensor<?x{OUTPUTS}xf32>
  emb.return %2 : tensor<?x{OUTPUTS}xf32>
}}
""")

texts = [[3], [600_000], [WORDS - 1], ROWS, [4]]
with open(f"{folder}/texts.txt", "w") as file:
    for ids in texts:
        file.write(" ".join(map(str, ids)) + "\n")
with open(f"{folder}/expected.txt", "w") as file:
    for ids in texts:
        mean = [sum(word(row, k) for row in ids if row in ROWS) / len(ids) for k in range(WIDTH)]
        vector = [sum(dense(n, k) * mean[k] for k in range(WIDTH)) for n in range(OUTPUTS)]
        file.write(" ".join(f"{x:.9g}" for x in vector) + "\n")
