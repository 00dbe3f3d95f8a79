"""Right or wrong, item by item."""

import numpy as np
import torch
from torch import Tensor

from data.experiment.stack import Architecture, logits
from data.experiment.tokens import Encoded

# Items a forward pass. On a CPU small chunks stay in its caches: twice as fast as 512.
CHUNK = {"cpu": 64, "cuda": 4096}


@torch.no_grad()
def exact_match(architecture: Architecture, parameters: Tensor, items: Encoded) -> np.ndarray:
    """Return which items each model answers exactly.

    An item counts as right if the arg-max equals the target at every answer position while the target is fed
    in: then, and only then, greedy decoding writes the target. One forward pass does it.

    Parameters
    ----------
    architecture
        The models' common shape.
    parameters
        Shape (models, parameters).
    items
        The items to answer.

    Returns
    -------
    np.ndarray
        Shape (models, items), bool.
    """
    device = parameters.device
    right = np.zeros((len(parameters), len(items)), bool)
    for start in range(0, len(items), CHUNK[device.type]):
        chunk = slice(start, start + CHUNK[device.type])
        tokens = torch.from_numpy(items.tokens[chunk]).to(device).long().unsqueeze(0)
        answers = torch.from_numpy(items.answers[chunk, 1:]).to(device)
        written = logits(architecture, parameters, tokens[:, :, :-1]).argmax(-1)
        right[:, chunk] = ((written == tokens[:, :, 1:]) | ~answers).all(-1).cpu().numpy()
    return right
