#include <doctest/doctest.h>

#include <nn/files/sha256.hpp>
#include <tensor/error.hpp>
#include <tests/support.hpp>

using ebb::nn::sha256_of;

// FIPS 180-4's examples, and what sha256sum says.
TEST_CASE("sha256: the numbers that everybody else gets") {
  CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_of(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  const char* const expected[] = {
      "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318",   // 55 times a
      "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a",   // 56
      "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34",   // 63
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb",   // 64
      "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"};  // 65
  const std::size_t lengths[] = {55, 56, 63, 64, 65};
  for (int i = 0; i < 5; ++i) CHECK(sha256_of(std::string(lengths[i], 'a')) == expected[i]);
}

TEST_CASE("sha256: pieces and files give the same") {
  std::string bytes;
  for (std::int64_t i = 0; i < 200'000; ++i) bytes += static_cast<char>(i * i % 251);
  for (const std::size_t piece : {1, 63, 64, 65, 1000}) {
    ebb::nn::Sha256 sum;
    for (std::size_t at = 0; at < bytes.size(); at += piece) sum.add(bytes.substr(at, piece));
    CHECK(sum.hex() == sha256_of(bytes));
    CHECK(sum.hex() == sum.hex());
  }
  const TemporaryFolder folder;
  write_file(folder.path() / "a", bytes);
  CHECK(ebb::nn::sha256_of_file(folder.path() / "a") == sha256_of(bytes));
  CHECK_THROWS_AS(static_cast<void>(ebb::nn::sha256_of_file(folder.path() / "b")), ebb::IoError);
}
