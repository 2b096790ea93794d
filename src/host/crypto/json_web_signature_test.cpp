#include "host/crypto/json_web_signature.h"

#include <gtest/gtest.h>

#include <string>

namespace quadrille::crypto {
namespace {

// RFC 7515, appendices A.2 (RS256) and A.3 (ES256).
constexpr const char* payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const std::string rsa_message = std::string("eyJhbGciOiJSUzI1NiJ9.") + payload;
const std::string elliptic_message = std::string("eyJhbGciOiJFUzI1NiJ9.") + payload;

RsaPublicKey rsa_key() {
  return {*from_base64url("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4"
                          "d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5re"
                          "xMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxX"
                          "FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"),
          *from_base64url("AQAB")};
}
Bytes rsa_signature() {
  return *from_base64url(
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
      "O8W2Fp5jujGbds9uJdbF9CUAr7t1"
      "dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
      "xi12jzD"
      "wusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe"
      "77Rw");
}
EllipticPublicKey elliptic_key() {
  return {*from_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
          *from_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")};
}
Bytes elliptic_signature() {
  return *from_base64url("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
}

TEST(JsonWebSignature, the_examples_of_the_rfc_are_valid) {
  EXPECT_TRUE(is_signed_rs256(rsa_key(), rsa_message, rsa_signature()));
  EXPECT_TRUE(is_signed_es256(elliptic_key(), elliptic_message, elliptic_signature()));
}

TEST(JsonWebSignature, any_flipped_byte_of_the_signature_is_found) {
  auto rsa = rsa_signature();
  for (auto& byte : rsa) {
    byte ^= 1U;
    EXPECT_FALSE(is_signed_rs256(rsa_key(), rsa_message, rsa));
    byte ^= 1U;
  }
  auto elliptic = elliptic_signature();
  for (auto& byte : elliptic) {
    byte ^= 1U;
    EXPECT_FALSE(is_signed_es256(elliptic_key(), elliptic_message, elliptic));
    byte ^= 1U;
  }
}

TEST(JsonWebSignature, another_message_or_key_is_not_signed) {
  EXPECT_FALSE(is_signed_rs256(rsa_key(), elliptic_message, rsa_signature()));
  EXPECT_FALSE(is_signed_es256(elliptic_key(), rsa_message, elliptic_signature()));
  auto off_the_curve = elliptic_key();
  off_the_curve.y[31] ^= 1U;
  EXPECT_FALSE(is_signed_es256(off_the_curve, elliptic_message, elliptic_signature()));
  auto small = rsa_key();
  small.modulus.resize(128);
  EXPECT_FALSE(is_signed_rs256(small, rsa_message, rsa_signature())) << "1024 bits are too few";
}

TEST(JsonWebSignature, malformed_keys_and_signatures_are_refused_without_harm) {
  for (const std::size_t size : {0U, 1U, 31U, 63U, 65U, 256U}) {
    const Bytes bytes(size, 0x5a);
    EXPECT_FALSE(is_signed_rs256(rsa_key(), rsa_message, bytes));
    EXPECT_FALSE(is_signed_es256(elliptic_key(), elliptic_message, bytes));
    EXPECT_FALSE(is_signed_rs256({bytes, bytes}, rsa_message, rsa_signature()));
    EXPECT_FALSE(is_signed_es256({bytes, bytes}, elliptic_message, elliptic_signature()));
  }
  EXPECT_FALSE(is_signed_es256(elliptic_key(), elliptic_message, Bytes(64, 0)));
}

}  // namespace
}  // namespace quadrille::crypto
