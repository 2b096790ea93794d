#include "host/crypto/oprf.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "testing/fake_host.h"

namespace quadrille::crypto {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }
OprfElement element(std::string_view text) { return OprfElement::checked(hex(text)).value(); }
OprfBlind scalar(std::string_view text) { return OprfBlind::checked(hex(text)).value(); }

std::array<std::uint8_t, 32> published_seed() {
  std::array<std::uint8_t, 32> seed;
  seed.fill(0xa3);
  return seed;
}

TEST(ExpandMessage, agrees_with_rfc_9380) {
  // Appendix K.3, DST as given there.
  const auto tag = bytes_of("QUUX-V01-CS02-with-expander-SHA512-256");
  const auto expanded = [&](std::string_view message, std::size_t length) {
    return to_hex(expand_message_xmd_sha512(bytes_of(message), tag, length));
  };
  EXPECT_EQ(expanded("", 32), "6b9a7312411d92f921c6f68ca0b6380730a1a4d982c507211a90964c394179ba");
  EXPECT_EQ(expanded("abc", 32), "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc");
  EXPECT_EQ(expanded("abcdef0123456789", 32), "087e45a86e2939ee8b91100af1583c4938e0f5fc6c9db4b107b83346bc967f58");
  EXPECT_EQ(
      expanded("", 128),
      "41b037d1734a5f8df225dd8c7de38f851efdb45c372887be655212d07251b921b052b62eaed99b46f72f2ef4cc96bfaf254ebbbec091e1a3"
      "b9e4fb5e5b619d2e0c5414800a1d882b62bb5cd1778f098b8eb6cb399d5d9d18f5d5842cf5d13d7eb00a7cff859b605da678b318bd0e65eb"
      "ff70bec88c753b159a805d2c89c55961");
}

// RFC 9497 appendix A.1.1 and A.1.2: Seed = 32 times a3, KeyInfo = "test key".
struct Vector {
  std::string_view input, blind, blinded, evaluated, output;
};
constexpr std::string_view first_blind = "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706";
constexpr std::string_view second_blind = "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e";
constexpr std::string_view long_input = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

const Vector oprf_vectors[] = {
    {"00", first_blind, "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
     "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
     "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee"
     "8"
     "aa7d0b5e24bcf6"},
    {long_input, first_blind, "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
     "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
     "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e762130"
     "6"
     "d18951e7cf2c73"}};

constexpr std::string_view output_of_00 =
    "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948d"
    "d"
    "50cde10d32b3c";
constexpr std::string_view output_of_5a =
    "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890"
    "e"
    "5f539e7ea74b6";

const Vector voprf_vectors[] = {
    {"00", first_blind, "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
     "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e", output_of_00},
    {long_input, first_blind, "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
     "60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468", output_of_5a},
    {long_input, second_blind, "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
     "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a", output_of_5a}};

void expect_agrees(OprfMode mode, const OprfKey& key, const Vector& vector) {
  const auto input = hex(vector.input);
  const auto blinded = blind(mode, input, scalar(vector.blind));
  ASSERT_TRUE(blinded);
  EXPECT_EQ(to_hex(blinded->bytes()), vector.blinded);
  const auto evaluated = key.evaluate(*blinded);
  EXPECT_EQ(to_hex(evaluated.bytes()), vector.evaluated);
  EXPECT_EQ(to_hex(finalize(input, scalar(vector.blind), evaluated)), vector.output);
  EXPECT_EQ(to_hex(key.evaluate_input(input).value()), vector.output);
}

TEST(Oprf, agrees_with_rfc_9497_appendix_a_1_1) {
  const auto key = OprfKey::derive(OprfMode::oprf, published_seed(), bytes_of("test key"));
  EXPECT_EQ(to_hex(key.scalar()), "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e");
  for (const auto& vector : oprf_vectors) expect_agrees(OprfMode::oprf, key, vector);
}

TEST(Oprf, agrees_with_rfc_9497_appendix_a_1_2) {
  const auto key = OprfKey::derive(OprfMode::voprf, published_seed(), bytes_of("test key"));
  EXPECT_EQ(to_hex(key.scalar()), "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909");
  EXPECT_EQ(to_hex(key.public_key().bytes()), "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e");
  for (const auto& vector : voprf_vectors) expect_agrees(OprfMode::voprf, key, vector);

  struct Proved {
    std::vector<int> elements;  // of voprf_vectors
    std::string_view random, proof;
  };
  const Proved proved[] = {{{0},
                            second_blind,
                            "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0f"
                            "cb2a759f58a539dfbe857a"
                            "40bce4cf49ec600d"},
                           {{1},
                            second_blind,
                            "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b"
                            "0b6ae29c9503493dde7393"
                            "b722eafdf5a50b02"},
                           {{0, 2},
                            "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
                            "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89"
                            "529dcf94572ed267473d56"
                            "7aeed6ab873dee08"}};
  for (const auto& expected : proved) {
    std::vector<OprfElement> blinded;
    std::vector<OprfElement> evaluated;
    for (const int i : expected.elements) {
      blinded.push_back(element(voprf_vectors[i].blinded));
      evaluated.push_back(element(voprf_vectors[i].evaluated));
    }
    const auto proof = key.prove(blinded, evaluated, scalar(expected.random));
    EXPECT_EQ(to_hex(proof), expected.proof);
    EXPECT_TRUE(is_proved(key.public_key(), blinded, evaluated, proof));
  }
}

TEST(Oprf, the_blind_leaves_no_trace_in_the_output) {
  testing::FixedChance chance(3);
  const auto key = OprfKey::derive(OprfMode::voprf, published_seed(), bytes_of("epoch 1"));
  for (int i = 0; i < 50; ++i) {
    Bytes input(static_cast<std::size_t>(i) * 7);
    chance.fill(input);
    const auto a = OprfBlind::draw(chance);
    const auto b = OprfBlind::draw(chance);
    const auto blinded_a = blind(OprfMode::voprf, input, a).value();
    const auto blinded_b = blind(OprfMode::voprf, input, b).value();
    EXPECT_NE(blinded_a, blinded_b);
    EXPECT_EQ(finalize(input, a, key.evaluate(blinded_a)), finalize(input, b, key.evaluate(blinded_b)));
    EXPECT_EQ(finalize(input, a, key.evaluate(blinded_a)), key.evaluate_input(input));
  }
}

TEST(Oprf, a_proof_holds_for_its_key_elements_and_order_only) {
  testing::FixedChance chance(4);
  const auto key = OprfKey::derive(OprfMode::voprf, published_seed(), bytes_of("epoch 1"));
  const auto other = OprfKey::derive(OprfMode::voprf, published_seed(), bytes_of("epoch 2"));
  std::vector<OprfElement> blinded;
  std::vector<OprfElement> evaluated;
  for (const char* input : {"AB123CD", "+33612345678", "le grand"}) {
    blinded.push_back(blind(OprfMode::voprf, bytes_of(input), OprfBlind::draw(chance)).value());
    evaluated.push_back(key.evaluate(blinded.back()));
  }
  const auto proof = key.prove(blinded, evaluated, OprfBlind::draw(chance));
  EXPECT_TRUE(is_proved(key.public_key(), blinded, evaluated, proof));
  EXPECT_FALSE(is_proved(other.public_key(), blinded, evaluated, proof));
  auto swapped = evaluated;
  std::swap(swapped[0], swapped[1]);
  EXPECT_FALSE(is_proved(key.public_key(), blinded, swapped, proof));
  auto of_other_key = evaluated;
  of_other_key[2] = other.evaluate(blinded[2]);
  EXPECT_FALSE(is_proved(key.public_key(), blinded, of_other_key, proof));
  EXPECT_FALSE(is_proved(key.public_key(), {}, {}, proof));
  EXPECT_FALSE(is_proved(key.public_key(), blinded, std::span(evaluated).first(2), proof));
  for (std::size_t i = 0; i < proof.size(); ++i) {
    auto changed = proof;
    changed[i] ^= 1;
    EXPECT_FALSE(is_proved(key.public_key(), blinded, evaluated, changed)) << i;
  }
}

TEST(Oprf, malformed_elements_and_the_identity_are_refused) {
  // RFC 9496 section 4.3.1: the identity is 32 zero bytes; negative, non-reduced and off-curve encodings are no
  // elements.
  EXPECT_FALSE(OprfElement::checked(Bytes(32, 0)));
  EXPECT_FALSE(OprfElement::checked(Bytes(32, 0xff)));
  EXPECT_FALSE(OprfElement::checked(Bytes(31, 1)));
  EXPECT_FALSE(OprfElement::checked(Bytes(33, 1)));
  EXPECT_FALSE(OprfElement::checked({}));
  Bytes negative(32, 0);
  negative[0] = 1;
  EXPECT_FALSE(OprfElement::checked(negative));
  EXPECT_FALSE(OprfElement::checked(hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")));  // p
  // RFC 9496 appendix A.1: the generator; with the highest bit set it is another text for the same element.
  auto generator = hex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76");
  EXPECT_TRUE(OprfElement::checked(generator));
  generator[31] |= 0x80;
  EXPECT_FALSE(OprfElement::checked(generator));

  EXPECT_FALSE(OprfBlind::checked(Bytes(32, 0)));
  EXPECT_FALSE(OprfBlind::checked(Bytes(32, 0xff)));
  const auto order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  EXPECT_FALSE(OprfBlind::checked(order));
  auto last = order;
  last[0] -= 1;
  EXPECT_TRUE(OprfBlind::checked(last));
}

TEST(Oprf, random_bytes_are_elements_about_once_in_sixteen_and_then_encode_themselves) {
  testing::FixedChance chance(9);
  int elements = 0;
  for (int i = 0; i < 4000; ++i) {
    std::array<std::uint8_t, 32> bytes;
    chance.fill(bytes);
    if (const auto found = OprfElement::checked(bytes)) {
      ++elements;
      EXPECT_EQ(found->bytes(), bytes);
    }
  }
  // Half have the top bit clear, half of those are non-negative, about a quarter... of what remains decode: 1/16 of
  // all.
  EXPECT_NEAR(elements, 4000 / 16, 60);
}

}  // namespace
}  // namespace quadrille::crypto
