#include "host/crypto/digest.h"

#include <gtest/gtest.h>

namespace quadrille::crypto {
namespace {

TEST(Sha256, agrees_with_the_standard) {
  // FIPS 180-4 examples: the empty message and "abc".
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace quadrille::crypto
