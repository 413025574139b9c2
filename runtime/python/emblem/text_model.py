"""What all models of texts have: prompts, tokens, facts."""

from __future__ import annotations

import ctypes
from abc import ABC, abstractmethod
from typing import Any

from emblem import c_interface as c
from emblem.errors import InvalidArgumentError
from emblem.open_model import OpenModel
from emblem.text_buffers import pack_strings


class TextModel:
    """A model of texts. Pickles as its path and options; works in a child process that forks; its methods may be
    called from many threads."""

    def __init__(self, model: OpenModel) -> None:
        self.model = model
        self.prompts: dict[str, str] = {}
        self.default_prompt_name: str | None = None
        for index in range(model.ask("prompt_count")):
            prompt = c.PromptInfo()
            model.call("prompt_info", index, ctypes.byref(prompt))
            self.prompts[prompt.name.decode()] = prompt.text.decode("utf-8", "replace")
            if prompt.is_default:
                self.default_prompt_name = prompt.name.decode()

    @property
    def name(self) -> str:
        """The model's name, as the compiler took it from its folder."""
        return str(self.model.info.name.decode())

    @property
    def max_seq_length(self) -> int:
        """Tokens of a text, special ones included; what is longer is cut."""
        return int(self.model.info.max_tokens)

    @property
    def device(self) -> str:
        """Where the model runs: "cpu", or such as "cuda:0 (NVIDIA H200, 9.0)"."""
        return str(self.model.info.device.decode())

    def resolve_prompt(self, prompt: str | None, prompt_name: str | None) -> str:
        """The text that is put before each text."""
        if prompt is not None:
            return prompt
        name = self.default_prompt_name if prompt_name is None else prompt_name
        if name is None:
            return ""
        if name not in self.prompts:
            raise InvalidArgumentError(f"Prompt name {name!r} is not one of the model's: {list(self.prompts)!r}")
        return self.prompts[name]

    def token_ids(self, text: str, prompt_name: str | None = None) -> Any:
        """An array of c_int32: the ids of a text, special tokens included, cut at the model's limit."""
        texts = pack_strings([text])
        one = c.Text.from_address(texts.address)
        name = prompt_name.encode() if prompt_name else None
        capacity = max(64, len(text) + 8)
        while True:
            ids = (ctypes.c_int32 * capacity)()
            count = ctypes.c_size_t()
            self.model.call("encode", name, one, ctypes.addressof(ids), capacity, ctypes.byref(count), None)
            if count.value <= capacity:
                return (ctypes.c_int32 * count.value).from_buffer_copy(ids)
            capacity = count.value

    def tokenize(self, texts: list[str]) -> list[list[int]]:
        """The ids of each text, special tokens included."""
        return [list(self.token_ids(text)) for text in texts]

    def decode(self, ids: list[int], skip_special_tokens: bool = True) -> str:
        """The text that ids stand for, as the model's tokenizer decodes it."""
        given = (ctypes.c_int32 * len(ids))(*ids)
        capacity = 64 + 16 * len(ids)
        while True:
            text = ctypes.create_string_buffer(capacity)
            size = ctypes.c_size_t()
            self.model.call("decode", ctypes.addressof(given), len(ids), skip_special_tokens, ctypes.addressof(text),
                            capacity, ctypes.byref(size))
            if size.value <= capacity:
                return text.raw[:size.value].decode("utf-8", "replace")
            capacity = size.value

    @staticmethod
    def _check_ignored(batch_size: int, device: Any) -> None:
        if batch_size <= 0:
            raise InvalidArgumentError(f"batch_size must be a positive integer, got {batch_size}.")
        wanted = device if isinstance(device, (list, tuple)) else [device]
        for one in wanted:
            if one is not None and str(one) != "cpu":
                raise InvalidArgumentError(f"device is {one!r}; a model's device is chosen when it is opened: "
                                           f"emblem.load(path, device={str(one)!r})")

    @staticmethod
    def _torch() -> Any:
        try:
            import torch
        except ImportError:
            raise InvalidArgumentError("convert_to_tensor needs torch, which is not installed") from None
        return torch

    @classmethod
    def _to_tensors(cls, arrays: Any, one: bool) -> Any:
        torch = cls._torch()
        if one and not isinstance(arrays, list):
            return torch.from_numpy(arrays)
        return [torch.from_numpy(array) for array in arrays]


class PromptedModel(TextModel, ABC):
    """A model whose queries and documents differ by their prompts alone."""

    @abstractmethod
    def encode(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None, *arguments: Any,
               **named: Any) -> Any:
        """What the model makes of texts; each kind says what."""

    def encode_query(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None,
                     **arguments: Any) -> Any:
        """`encode` with the prompt "query", where the model has one and none is named."""
        return self.encode(inputs, self._prompt_of_task(prompt_name, prompt, ("query",)), prompt, **arguments)

    def encode_document(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None,
                        **arguments: Any) -> Any:
        """`encode` with the prompt "document", else "passage", else "corpus", where the model has one and none is
        named."""
        names = ("document", "passage", "corpus")
        return self.encode(inputs, self._prompt_of_task(prompt_name, prompt, names), prompt, **arguments)

    def _prompt_of_task(self, prompt_name: str | None, prompt: str | None, names: tuple[str, ...]) -> str | None:
        if prompt_name is not None or prompt is not None:
            return prompt_name
        return next((name for name in names if name in self.prompts), None)
