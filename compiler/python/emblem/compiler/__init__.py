"""emblemc from Python: ``emblem.compile`` compiles a model, keeps what it wrote, and opens it.

    import emblem
    model = emblem.compile("BAAI/bge-small-en-v1.5", precision="int8")
"""

from __future__ import annotations

from emblem.compiler.compile_model import compile, compile_library
from emblem.compiler.program import CompileError, find_program, run

__version__ = "0.1.0"

__all__ = ["CompileError", "compile", "compile_library", "find_program", "run"]
