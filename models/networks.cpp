#include <models/networks.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/convolution.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>

namespace ebb::models {

using nn::Layer, nn::Sequential;

Networks dense_networks(const NetworkOptions& o) {
  const std::int64_t pixels = o.image.count();
  const nn::HiddenOptions options = {.activation = o.activation};
  const std::int64_t features = o.hidden.empty() ? pixels : o.hidden.back();
  const std::int64_t last = o.hidden.empty() ? o.latent : o.hidden.front();
  return {nn::Dense(pixels, o.hidden, options), features,
          nn::hidden_layers(o.latent, {o.hidden.rbegin(), o.hidden.rend()}, options),
          nn::Linear(last, o.numbers * pixels)};
}

Networks convolutional_networks(const NetworkOptions& o) {
  const Layer activation = o.activation ? *o.activation : Layer(nn::ReLU{});
  const Shape& image = o.image;
  std::vector<Shape> sizes = {image};
  Sequential encoder;
  for (const std::int64_t channels : o.hidden) {
    const Shape& in = sizes.back();
    encoder.add(nn::Conv2d(in[0], channels, 4, {.stride = 2, .padding = 1}));
    encoder.add(activation);
    sizes.push_back({channels, in[1] / 2, in[2] / 2});
  }
  const Shape& deepest = sizes.back();
  if (deepest.count() == 0)
    throw ShapeError(text("networks: nothing is left of an image ", image, " after ",
                          o.hidden.size(), " convolutions with stride 2; try fewer"));
  encoder.add(nn::Flatten{});

  Sequential decoder{nn::Linear(o.latent, deepest.count()), activation, nn::Unflatten(1, deepest)};
  // A size that was odd on the way down needs one pixel more on the way back.
  const auto back = [&](std::size_t i, std::int64_t channels) {
    const Shape &from = sizes[i], &to = sizes[i - 1];
    return nn::ConvTranspose2d(
        from[0], channels, 4,
        {.stride = 2, .padding = 1, .output_padding = {to[1] - 2 * from[1], to[2] - 2 * from[2]}});
  };
  for (std::size_t i = sizes.size() - 1; i > 1; --i) {
    decoder.add(back(i, sizes[i - 1][0]));
    decoder.add(activation);
  }
  const std::int64_t outputs = o.numbers * image[0];
  const Layer output =
      sizes.size() > 1 ? Layer(back(1, outputs)) : Layer(nn::Conv2d(image[0], outputs, 1));
  return {std::move(encoder), deepest.count(), std::move(decoder), output};
}

}  // namespace ebb::models
