"""fetched.py MODEL FOLDER: a name that the Hub's cache does not have is fetched by huggingface_hub, once; here one of
this test's own, which makes the folders that the real one makes."""

import os
import sys
import textwrap

model, folder = sys.argv[1:]
os.environ["HF_HUB_CACHE"] = hub = os.path.join(folder, "hub")
os.environ.pop("SENTENCE_TRANSFORMERS_HOME", None)

import emblem  # noqa: E402
from emblem.compiler import CompileError  # noqa: E402


def refused(name):
    try:
        emblem.compile(name)
    except CompileError as error:
        return str(error)
    raise AssertionError("it compiled")


sys.modules["huggingface_hub"] = None  # not installed
said = refused("owner/tiny")
assert "there is no model 'owner/tiny'" in said and "fetch it with: hf download owner/tiny" in said, said
del sys.modules["huggingface_hub"]

modules = os.path.join(folder, "modules")
os.makedirs(modules)
with open(os.path.join(modules, "huggingface_hub.py"), "w") as file:
    file.write(textwrap.dedent(f"""\
        import hashlib, os, shutil
        calls = []
        def snapshot_download(repo_id, revision=None, ignore_patterns=None):
            calls.append((repo_id, revision))
            if repo_id != "owner/tiny":
                raise OSError("404 Client Error.\\n\\nRepository Not Found")
            model = os.path.join({hub!r}, "models--" + repo_id.replace("/", "--"))
            snapshot = os.path.join(model, "snapshots", "c0ffee")
            for made in ("blobs", "refs"):
                os.makedirs(os.path.join(model, made))
            os.makedirs(snapshot)
            with open(os.path.join(model, "refs", revision or "main"), "w") as file:
                file.write("c0ffee")
            for name in os.listdir({model!r}) + ["1_Pooling/config.json"]:
                if os.path.isdir(os.path.join({model!r}, name)):
                    os.mkdir(os.path.join(snapshot, name))
                    continue
                with open(os.path.join({model!r}, name), "rb") as file:
                    blob = hashlib.sha256(file.read()).hexdigest()
                shutil.copy(os.path.join({model!r}, name), os.path.join(model, "blobs", blob))
                up = "../" * (2 + name.count("/"))
                os.symlink(up + "blobs/" + blob, os.path.join(snapshot, name))
            return snapshot
        """))
sys.path.insert(0, modules)
assert emblem.compile("owner/tiny").encode("a text").shape == (32,)
import huggingface_hub  # noqa: E402

assert huggingface_hub.calls == [("owner/tiny", None)], huggingface_hub.calls
emblem.compile("owner/tiny")
assert len(huggingface_hub.calls) == 1
said = refused("owner/other")
assert said == "cannot fetch 'owner/other' from the Hugging Face Hub: 404 Client Error. Repository Not Found", said
