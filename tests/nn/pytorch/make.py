"""Writes the files beside this one: modules of PyTorch with small random weights, an input, and
what PyTorch computes from it. python make.py, with torch and safetensors installed."""
import os
import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(0)
here = os.path.dirname(os.path.abspath(__file__))


def write(name, module, x, call=lambda module, x: module(x), training=False):
    """Parameters and buffers as they are before the call under "module.", the output of the call,
    and the gradients of the sum of output * weight."""
    module.train(training)
    for parameter in module.parameters():  # ones and zeros would hide mistakes
        nn.init.normal_(parameter, 0, 0.5)
    for key, buffer in module.named_buffers():
        if buffer.is_floating_point():
            buffer.copy_(torch.rand_like(buffer) + 0.5)
    tensors = {"module." + key: value.clone() for key, value in module.state_dict().items()}
    if x.is_floating_point():
        x.requires_grad_()
    y = call(module, x)
    weight = torch.randn_like(y)
    (y * weight).sum().backward()
    tensors.update({"input": x.detach(), "output": y.detach(), "weight": weight})
    if x.is_floating_point():
        tensors["gradient.input"] = x.grad
    for key, parameter in module.named_parameters():
        tensors["gradient." + key] = parameter.grad
    for key, buffer in module.named_buffers():
        tensors["after." + key] = buffer
    tensors = {key: value.detach().clone().contiguous() for key, value in tensors.items()}
    for key, value in tensors.items():
        if value.dtype == torch.int64 and key == "input":
            tensors[key] = value.to(torch.int32)
    save_file(tensors, f"{here}/{name}.safetensors", metadata={"format": "pt"})


def first(module, x):
    return module(x)[0]


write("linear", nn.Linear(3, 4), torch.randn(2, 3))
write("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2), torch.randn(2, 4, 9))
write("conv2d", nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0)), torch.randn(2, 2, 5, 6))
write("conv_transpose1d", nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2),
      torch.randn(2, 4, 5))
write("conv_transpose2d", nn.ConvTranspose2d(2, 3, 4, stride=2, padding=1), torch.randn(2, 2, 3, 4))
write("batch_norm1d", nn.BatchNorm1d(3), torch.randn(4, 3), training=True)
write("batch_norm2d", nn.BatchNorm2d(3), torch.randn(2, 3, 2, 3))
write("layer_norm", nn.LayerNorm((3, 4)), torch.randn(2, 3, 4))
write("group_norm", nn.GroupNorm(2, 6), torch.randn(2, 6, 3))
write("instance_norm2d", nn.InstanceNorm2d(3, affine=True), torch.randn(2, 3, 2, 4))
write("embedding", nn.Embedding(7, 3, padding_idx=2), torch.tensor([[1, 2, 6], [0, 1, 1]]))
write("gru", nn.GRU(3, 4, num_layers=2, batch_first=True, bidirectional=True), torch.randn(2, 5, 3), first)
write("lstm", nn.LSTM(3, 4, num_layers=2, bidirectional=True), torch.randn(5, 2, 3), first)
write("multihead_attention", nn.MultiheadAttention(8, 2, batch_first=True), torch.randn(2, 5, 8),
      lambda module, x: module(x, x, x)[0])
write("transformer_encoder_layer", nn.TransformerEncoderLayer(8, 2, 12, 0.0, batch_first=True),
      torch.randn(2, 5, 8))
write("transformer_encoder_layer_norm_first",
      nn.TransformerEncoderLayer(8, 2, 12, 0.0, "gelu", batch_first=True, norm_first=True),
      torch.randn(2, 5, 8), lambda module, x: module(
          x, src_mask=nn.Transformer.generate_square_subsequent_mask(5), is_causal=True))
