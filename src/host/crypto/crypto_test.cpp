#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>

#include "host/crypto/chance.h"
#include "host/crypto/encoding.h"
#include "host/crypto/one_time_code.h"
#include "host/crypto/password.h"
#include "host/crypto/secret_file.h"
#include "host/crypto/signature.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::crypto {
namespace {

TEST(Encoding, agrees_with_rfc_4648) {
  // Section 10.
  const std::pair<std::string_view, std::string_view> in_base64[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, encoded] : in_base64) {
    EXPECT_EQ(to_base64(bytes_of(text)), encoded);
    EXPECT_EQ(text_of(from_base64(encoded).value()), text);
  }
  const std::pair<std::string_view, std::string_view> in_base32[] = {{"f", "MY"},           {"fo", "MZXQ"},
                                                                     {"foo", "MZXW6"},      {"foob", "MZXW6YQ"},
                                                                     {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
  for (const auto& [text, encoded] : in_base32) {
    EXPECT_EQ(to_base32(bytes_of(text)), encoded);
    EXPECT_EQ(text_of(from_base32(encoded).value()), text);
  }
  EXPECT_EQ(to_base64(Bytes{0xfb, 0xff}), "+/8=");
  EXPECT_EQ(to_base64url(Bytes{0xfb, 0xff}), "-_8");
  EXPECT_EQ(to_hex(Bytes{0x00, 0xaf}), "00af");
  EXPECT_EQ(from_hex("00AF"), (Bytes{0x00, 0xaf}));
  EXPECT_EQ(from_base32("mzxw6"), from_base32("MZXW6"));
}

TEST(Encoding, every_length_comes_back) {
  testing::FixedChance chance(1);
  for (std::size_t length = 0; length < 70; ++length) {
    Bytes bytes(length);
    chance.fill(bytes);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    EXPECT_EQ(from_base32(to_base32(bytes)), bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
  }
}

TEST(Encoding, a_second_text_for_the_same_bytes_is_refused) {
  for (const char* text : {"Zg", "Zg=", "Zh==", "Zg==\n", " Zg==", "Z===", "====", "Zm9=", "-_8=", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(text)) << text;
  for (const char* text : {"Zg==", "Zh", "Z", "+/8", "a b"}) EXPECT_FALSE(from_base64url(text)) << text;
  for (const char* text : {"M", "MZ", "MY======", "M1", "MZXW6Y"}) EXPECT_FALSE(from_base32(text)) << text;
  for (const char* text : {"0", "0g", "0x00"}) EXPECT_FALSE(from_hex(text)) << text;
}

TEST(RandomCode, is_sixteen_small_letters_and_never_the_same) {
  testing::FixedChance chance(5);
  std::set<std::string> drawn;
  for (int i = 0; i < 10'000; ++i) {
    const auto code = random_code(chance);
    ASSERT_TRUE(is_code(code)) << code;
    drawn.insert(code);
  }
  EXPECT_EQ(drawn.size(), 10'000U);
  for (const char* other : {"", "abcdefghijklmno", "ABCDEFGHIJKLMNOP", "abcdefghijklmno1", "abcdefghijklmnopq"})
    EXPECT_FALSE(is_code(other)) << other;
}

TEST(Ed25519, agrees_with_rfc_8032) {
  // Section 7.1, tests 1 to 3.
  struct Vector {
    std::string_view seed, key, message, signature;
  };
  const Vector vectors[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2"
       "4655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302ae"
       "eb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28"
       "dc027beceea1ec40a"}};
  for (const auto& vector : vectors) {
    SecretSeed seed{};
    std::ranges::copy(from_hex(vector.seed).value(), seed.begin());
    const SigningKey key(seed);
    const auto message = from_hex(vector.message).value();
    EXPECT_EQ(to_hex(key.public_key()), vector.key);
    EXPECT_EQ(to_hex(key.sign(message)), vector.signature);
    EXPECT_TRUE(is_signed_by(key.public_key(), message, key.sign(message)));
    EXPECT_EQ(key.seed(), seed);
  }
}

TEST(Ed25519, any_flipped_bit_is_refused) {
  testing::FixedChance chance(2);
  const SigningKey key = make_signing_key(chance);
  const std::string message = "tree of 12 leaves";
  const Signature good = key.sign(bytes_of(message));
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    Signature bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(is_signed_by(key.public_key(), bytes_of(message), bad)) << bit;
  }
  EXPECT_FALSE(is_signed_by(key.public_key(), bytes_of("tree of 13 leaves"), good));
  EXPECT_FALSE(is_signed_by(make_signing_key(chance).public_key(), bytes_of(message), good));
}

TEST(Password, agrees_with_the_reference_implementation) {
  // phc-winner-argon2, src/test.c, argon2id version 0x13, t=2, m=2^16 KiB, p=1.
  const std::string hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  EXPECT_TRUE(is_password("password", hash));
  EXPECT_FALSE(is_password("passwore", hash));
}

TEST(Password, only_the_password_itself_passes) {
  const std::string hash = hash_password("mot de passe à l'épreuve", cheapest_password_cost);
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(is_password("mot de passe à l'épreuve", hash));
  EXPECT_FALSE(is_password("mot de passe a l'epreuve", hash));
  EXPECT_FALSE(is_password("", hash));
  EXPECT_FALSE(is_password("x", ""));
  EXPECT_FALSE(is_password("x", "x"));
  EXPECT_FALSE(is_password("x", std::string(500, '$')));
  EXPECT_NE(hash_password("twice", cheapest_password_cost), hash_password("twice", cheapest_password_cost));
  EXPECT_FALSE(is_outdated(hash, cheapest_password_cost));
  EXPECT_TRUE(is_outdated(hash, {2, 8192}));
}

TEST(OneTimeCode, agrees_with_rfc_4226) {
  // Appendix D.
  const auto secret = bytes_of("12345678901234567890");
  const std::string_view codes[] = {"755224", "287082", "359152", "969429", "338314",
                                    "254676", "287922", "162583", "399871", "520489"};
  for (std::uint64_t counter = 0; counter < 10; ++counter) EXPECT_EQ(hotp(secret, counter), codes[counter]);
}

TEST(OneTimeCode, agrees_with_rfc_6238) {
  // Appendix B, the SHA-1 rows.
  const auto secret = bytes_of("12345678901234567890");
  const std::pair<std::int64_t, std::string_view> codes[] = {{59, "94287082"},         {1111111109, "07081804"},
                                                             {1111111111, "14050471"}, {1234567890, "89005924"},
                                                             {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [seconds, code] : codes) EXPECT_EQ(totp(secret, {seconds * 1000}, 8), code);
}

TEST(OneTimeCode, is_found_one_step_away_and_no_further) {
  const auto secret = bytes_of("12345678901234567890");
  const Instant now{1'700'000'000'000};
  for (std::int64_t steps = -3; steps <= 3; ++steps) {
    const auto found = find_code_step(secret, totp(secret, {now.utc_ms + steps * 30'000}), now);
    if (steps >= -1 && steps <= 1)
      EXPECT_EQ(found, code_step(now) + steps);
    else
      EXPECT_FALSE(found);
  }
  EXPECT_FALSE(find_code_step(secret, "", now));
}

TEST(OneTimeCode, its_link_carries_names_and_secret) {
  EXPECT_EQ(one_time_code_uri("Quadrille", "rené@port", bytes_of("12345678901234567890")),
            "otpauth://totp/Quadrille:ren%c3%a9%40port?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Quadrille");
}

TEST(Chance, of_the_system_does_not_repeat_itself_and_tokens_are_long) {
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) tokens.insert(random_token(system_chance()));
  EXPECT_EQ(tokens.size(), 1000U);
  EXPECT_EQ(tokens.begin()->size(), 43U);
}

TEST(Chance, of_a_test_is_the_same_again) {
  testing::FixedChance one(7);
  testing::FixedChance same(7);
  testing::FixedChance other(8);
  const auto first = random_token(one);
  EXPECT_EQ(first, random_token(same));
  EXPECT_NE(first, random_token(one));
  EXPECT_NE(first, random_token(other));
}

TEST(SecretFile, is_for_its_owner_alone) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "key";
  EXPECT_EQ(load_secret(path).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(save_secret(path, "first"));
  struct stat state{};
  ASSERT_EQ(::stat(path.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777U, 0600U);
  EXPECT_EQ(load_secret(path).value(), "first");
  EXPECT_EQ(save_secret(path, "second").error().kind, ErrorKind::conflict);
  EXPECT_EQ(load_secret(path).value(), "first");
  ASSERT_TRUE(replace_secret(path, "third"));
  EXPECT_EQ(load_secret(path).value(), "third");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(SecretFile, is_refused_when_others_can_read_it) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "key";
  ASSERT_TRUE(save_secret(path, "secret"));
  for (const unsigned mode : {0640U, 0604U, 0620U, 0602U, 0610U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    const auto loaded = load_secret(path);
    ASSERT_FALSE(loaded) << std::oct << mode;
    EXPECT_EQ(loaded.error().kind, ErrorKind::forbidden);
    EXPECT_NE(loaded.error().message.en.find("chmod 600"), std::string::npos);
  }
  EXPECT_FALSE(load_secret(folder.path()));
  EXPECT_FALSE(save_secret(folder.path() / "none" / "key", "x"));
}

}  // namespace
}  // namespace quadrille::crypto
