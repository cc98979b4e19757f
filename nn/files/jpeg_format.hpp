// How a JPEG is put together. (ITU-T T.81.)
#pragma once

#include <nn/files/image.hpp>
#include <string>
#include <string_view>

namespace ebb::nn {

bool is_jpeg(std::string_view bytes);  // by its first bytes

// Looks at all segments of a JPEG to its end, and follows the codes of its pixels: there must be as
// many as its header declares, no fewer and no more. (Of a progressive one, those codes that can be
// read alone.) Returns its size. Throws FormatError, also for kinds that hardly any program writes:
// 12 bits, arithmetic coding, four channels without Adobe's segment.
ImageSize read_jpeg_format(std::string_view bytes, const std::string& path);

}  // namespace ebb::nn
