#include <doctest/doctest.h>

#include <nn/files/npy.hpp>
#include <tensor/compare.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/inference/codes_file.hpp>
#include <tools/inference/output.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("codes file: what tools/encode writes as text comes back, bit for bit") {
  const TemporaryFolder place;
  const std::string path = place.path() / "codes.csv";
  const Tensor codes = from_vector({0.1f, -2.f, 3e-30f, 16777217.f, 1e-45f, -0.f}, {3, 2});
  write_codes(path, codes, {});
  CHECK(read_codes(path, "", 2).inputs.to_vector<float>() == codes.to_vector<float>());
  CHECK(read_codes(path, "", 2).targets.count() == 0);
  write_file(path, "z0,z1\r\n1,2\r\n3,4");  // as others may write it
  CHECK(equal(read_codes(path, "", 2).inputs, from_vector({1.f, 2.f, 3.f, 4.f}, {2, 2})));
  const std::string labels = place.path() / "l.npy";
  nn::write_npy(labels, full({2}, 7, DType::int32));
  CHECK(equal(read_codes(path, labels, 2).targets, full({2}, 7, DType::int32)));
}

TEST_CASE("codes file: the line of text that is wrong is named") {
  const TemporaryFolder place;
  const std::string path = place.path() / "c.csv";
  const auto refusal = [&](const std::string& text) {
    write_file(path, text);
    return message_of<FormatError>([&] { return read_codes(path, "", 2); });
  };
  CHECK(refusal("") == path + ", line 1: '' stands where z0 must; try a file of tools/encode");
  CHECK(refusal("z0,z2\n1,2\n") ==
        path + ", line 1: 'z2' stands where z1 must; try a file of tools/encode");
  CHECK(refusal("z0,z1\n1,2\n1,2,3\n") == path + ", line 3: 3 numbers, but the header names 2");
  CHECK(refusal("z0,z1\n\n1,2\n") == path + ", line 2: 0 numbers, but the header names 2");
  CHECK(refusal("z0,z1\n1,2\n3,4x\n") == path + ", line 3: '4x' is not a number");
  CHECK(refusal("z0,z1\n1,\n") == path + ", line 2: '' is not a number");
  CHECK(refusal("z0,z1\n1,1e99\n") == path + ", line 2: '1e99' is not a number");
  write_file(path, "z0\n1\n");
  CHECK(message_of<UsageError>([&] { return read_codes(path, "", 2); }) ==
        path + ": codes [1, 1], but the model's are [n, 2]; try other codes");
  write_file(path, "z0,z1\n");
  CHECK(message_of<UsageError>([&] { return read_codes(path, "", 2); }) ==
        path + ": codes [0, 2], but the model's are [n, 2]; try other codes");
}
