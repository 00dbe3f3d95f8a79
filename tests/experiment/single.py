"""One transformer written the usual way, to hold the stacked one against."""

import torch
from torch import nn
from torch.nn import functional as F

from data.experiment.stack import HEAD_WIDTH, Architecture


class Single(nn.Module):
    def __init__(self, architecture: Architecture, parameters: torch.Tensor) -> None:
        super().__init__()
        self.width, self.depth = architecture.width, architecture.depth
        self.weight = nn.ParameterDict()
        start = 0
        for name, shape in architecture.shapes().items():
            size = torch.Size(shape).numel()
            piece = parameters[start : start + size].reshape(shape).clone()
            self.weight[name.replace(".", "_")] = nn.Parameter(piece)
            start += size

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        w, (batch, time) = self.weight, tokens.shape
        heads = self.width // HEAD_WIDTH
        later = torch.triu(torch.ones(time, time, dtype=torch.bool), diagonal=1)
        x = w["tokens"][tokens] + w["positions"][:time]
        for block in range(self.depth):
            gain, shift = w[f"{block}_attention_gain"], w[f"{block}_attention_shift"]
            normed = F.layer_norm(x, (self.width,), gain, shift)
            query, key, value = (
                part.view(batch, time, heads, HEAD_WIDTH).permute(0, 2, 1, 3)
                for part in (normed @ w[f"{block}_attention_in"]).split(self.width, dim=-1)
            )
            scores = (query @ key.mT / HEAD_WIDTH**0.5).masked_fill(later, -torch.inf)
            mixed = (scores.softmax(-1) @ value).permute(0, 2, 1, 3).reshape(batch, time, self.width)
            x = x + mixed @ w[f"{block}_attention_out"]
            normed = F.layer_norm(x, (self.width,), w[f"{block}_feed_gain"], w[f"{block}_feed_shift"])
            hidden = torch.relu(normed @ w[f"{block}_feed_in"] + w[f"{block}_feed_bias"])
            x = x + hidden @ w[f"{block}_feed_out"]
        return F.layer_norm(x, (self.width,), w["final_gain"], w["final_shift"]) @ w["unembed"]

    def flat(self) -> torch.Tensor:
        return torch.cat([weight.detach().flatten() for weight in self.weight.values()])
