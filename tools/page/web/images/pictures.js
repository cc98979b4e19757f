// Small pictures: parts of a sprite, or numbers of a decoder, on a canvas.

// Decodes a sprite once: sprite.image is there when the promise is done.
function loadSprite(sprite) {
  if (!sprite || sprite.image) return Promise.resolve(sprite);
  return new Promise((done) => {
    const image = new Image();
    image.onload = () => { sprite.image = image; done(sprite); };
    image.onerror = () => done(sprite);
    image.src = sprite.png;
  });
}

// How large a picture of that size is shown: small ones in whole multiples of a pixel.
function shownSize(shape, target = 56) {
  const [, height, width] = shape;
  const zoom = width < target ? Math.max(1, Math.round(target / width)) : target / width;
  return {width: Math.round(width * zoom), height: Math.round(height * zoom)};
}

function canvasOf(shape, target, label) {
  const [, height, width] = shape;
  const size = shownSize(shape, target);
  const canvas = element("canvas", {width, height, role: "img", "aria-label": label || "image"});
  canvas.style.width = size.width + "px";
  canvas.style.height = size.height + "px";
  return canvas;
}

// Image i of a sprite, on a canvas of its own size.
function drawSprite(canvas, sprite, i) {
  const {width, height} = canvas;
  const x = (i % sprite.columns) * width, y = Math.floor(i / sprite.columns) * height;
  canvas.getContext("2d").drawImage(sprite.image, x, y, width, height, 0, 0, width, height);
}

function spritePicture(sprite, i, target, label) {
  const canvas = canvasOf(sprite.shape, target, label);
  drawSprite(canvas, sprite, i);
  return canvas;
}

// The pixels of image i of a sprite, [channels, height, width] in [0, 1].
function pixelsOf(sprite, i) {
  const [channels, height, width] = sprite.shape;
  const canvas = element("canvas", {width, height});
  drawSprite(canvas, sprite, i);
  const bytes = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const pixels = new Float32Array(channels * height * width);
  for (let c = 0; c < channels; ++c)
    for (let p = 0; p < height * width; ++p) pixels[c * height * width + p] = bytes[4 * p + c] / 255;
  return pixels;
}

// Pixels [channels, height, width] in [0, 1].
function drawPixels(canvas, pixels, shape, offset = 0) {
  const [channels, height, width] = shape, size = height * width;
  const context = canvas.getContext("2d"), picture = context.createImageData(width, height);
  for (let p = 0; p < size; ++p) {
    for (let c = 0; c < 3; ++c)
      picture.data[4 * p + c] = 255 * pixels[offset + (channels === 3 ? c * size : 0) + p] + .5;
    picture.data[4 * p + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

// Signed numbers as orange (above 0) and blue (below), the darker the nearer to 0; [height, width].
function drawHeat(canvas, values, largest) {
  const context = canvas.getContext("2d");
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let p = 0; p < values.length; ++p) {
    const part = Math.max(-1, Math.min(1, values[p] / (largest || 1)));
    const full = part > 0 ? [255, 160, 60] : [90, 180, 255];
    for (let c = 0; c < 3; ++c) picture.data[4 * p + c] = full[c] * Math.abs(part);
    picture.data[4 * p + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

function picture(canvas, ...caption) {
  return element("li", {}, element("figure", {}, canvas,
    caption.length > 0 && caption[0] != null ? element("figcaption", {}, caption) : null));
}
