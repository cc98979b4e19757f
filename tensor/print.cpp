// Tensors as text: rows on lines, columns aligned.
#include <algorithm>
#include <ostream>
#include <tensor/common/number_format.hpp>
#include <tensor/tensor.hpp>

namespace ebb {
namespace {

constexpr std::int64_t all_shown = 1000;  // elements; of more, the long axes are cut
constexpr std::int64_t at_each_end = 3;   // elements of an axis that is cut
constexpr int line_width = 80;
constexpr std::string_view opening = "tensor(";

// Elements are read where they lie, by their strides: nothing is copied but what is shown.
class Printer final {
 public:
  explicit Printer(const Tensor& x)
      : x_(x), shown_(numbers()), format_(x.dtype(), shown_), next_(shown_.begin()) {}

  bool cuts() const { return x_.count() > all_shown; }
  std::string print() {
    print(0);
    return std::move(out_);
  }

 private:
  // Calls f with each place along the axis that is shown, and with -1 for those left out.
  template <class F>
  void for_each_shown(int axis, const F& f) const {
    const std::int64_t length = x_.shape()[axis];
    const bool cut = cuts() && length > 2 * at_each_end;
    for (std::int64_t i = 0; i < length; ++i) {
      if (cut && i == at_each_end) {
        f(std::int64_t{-1});
        i = length - at_each_end;
      }
      f(i);
    }
  }

  std::vector<double> numbers() const {
    std::vector<double> found;
    if (x_.count() > 0)
      with_dtype(x_.dtype(), [&](auto zero) { collect(x_.data<decltype(zero)>(), 0, found); });
    return found;
  }
  template <class T>
  void collect(const T* from, int axis, std::vector<double>& found) const {
    if (axis == x_.rank()) return found.push_back(static_cast<double>(*from));
    for_each_shown(axis, [&](std::int64_t i) {
      if (i >= 0) collect(from + i * x_.strides()[axis], axis + 1, found);
    });
  }

  void print(int axis) {
    if (axis == x_.rank()) return format_.append(out_, *next_++);
    const bool row = axis == x_.rank() - 1;
    const int room = line_width - static_cast<int>(opening.size()) - axis;
    const int of_a_line = row ? std::max(1, room / (format_.width() + 2)) : 1;
    int printed = 0;
    out_ += '[';
    for_each_shown(axis, [&](std::int64_t i) {
      if (printed > 0) separate(axis, printed % of_a_line == 0);
      ++printed;
      if (i >= 0)
        print(axis + 1);
      else
        out_ += row ? " ..." : "...";
    });
    out_ += ']';
  }
  // Rows begin on a new line, matrices after an empty one, and so on.
  void separate(int axis, bool ends_line) {
    if (!ends_line) {
      out_ += ", ";
      return;
    }
    out_ += ',';
    out_.append(static_cast<std::size_t>(std::max(1, x_.rank() - 1 - axis)), '\n');
    out_.append(opening.size() + static_cast<std::size_t>(axis) + 1, ' ');
  }

  const Tensor& x_;
  const std::vector<double> shown_;
  const detail::NumberFormat format_;
  std::vector<double>::const_iterator next_;
  std::string out_;
};

}  // namespace

std::string to_string(const Tensor& x) {
  std::string out(opening);
  Printer printer(x);
  out += x.count() > 0 ? printer.print() : "[]";
  if (x.count() == 0 || printer.cuts()) append(out, text(", shape ", x.shape()));
  return out + ", " + name(x.dtype()) + ")";
}

std::ostream& operator<<(std::ostream& out, const Tensor& x) { return out << to_string(x); }
std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << text(shape); }
std::ostream& operator<<(std::ostream& out, DType dtype) { return out << name(dtype); }

}  // namespace ebb
