#include "services/audit/signed_note.h"

#include <gtest/gtest.h>

#include "services/audit/checkpoint.h"
#include "services/audit/tiles.h"
#include "testing/fake_host.h"

namespace quadrille::audit {
namespace {

// The example of golang.org/x/mod/sumdb/note, the format's reference implementation.
const std::string peters_private_key = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const std::string peters_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string peters_text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const std::string peters_note =
    peters_text +
    "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
// The example of c2sp.org/signed-note, "Verifier keys".
const std::string example_key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string example_note =
    "This is an example message.\n\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
// A checkpoint that sum.golang.org signed, and its key.
const std::string sumdb_key = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
const std::string sumdb_note =
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n"
    "— sum.golang.org "
    "Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=\n";

std::vector<VerifierKey> known(const std::string& key) { return {parse_verifier_key(key).value()}; }

TEST(SignedNote, agrees_with_published_keys_and_notes) {
  for (const auto& [key, text] :
       {std::pair(peters_key, peters_note), std::pair(example_key, example_note), std::pair(sumdb_key, sumdb_note)}) {
    const auto note = parse_note(text);
    ASSERT_TRUE(note) << text;
    EXPECT_EQ(signers_of(*note, known(key)), known(key));
    EXPECT_EQ(format_key(known(key).front()), key);
  }
  const auto signer = parse_signer_key(peters_private_key);
  ASSERT_TRUE(signer);
  EXPECT_EQ(format_key(*signer), peters_private_key);
  EXPECT_EQ(format_key(signer->verifier()), peters_key);
  EXPECT_EQ(sign_note(peters_text, {&*signer, 1}), peters_note);
}

TEST(SignedNote, the_examples_of_the_specification_are_read) {
  const auto poem = parse_note(
      "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
      "— quasimodo.example/salvatore "
      "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n");
  ASSERT_TRUE(poem);
  EXPECT_TRUE(poem->text.ends_with(":\n\ned è subito sera.\n"));
  EXPECT_EQ(poem->signatures.front().name, "quasimodo.example/salvatore");
  EXPECT_EQ(poem->signatures.front().id, 0x367ba04bU);
  const auto checkpoint =
      parse_checkpoint("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->size, 20852163);
  EXPECT_EQ(format_checkpoint(*checkpoint),
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
}

TEST(SignedNote, any_flipped_bit_is_refused) {
  for (const auto& [key, text] : {std::pair(peters_key, peters_note), std::pair(sumdb_key, sumdb_note)}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        std::string bad = text;
        bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ 1U << bit);
        const auto note = parse_note(bad);
        EXPECT_TRUE(!note || signers_of(*note, known(key)).empty()) << i << " " << bit;
      }
    }
  }
}

TEST(SignedNote, what_is_no_note_is_refused) {
  const std::string line = peters_note.substr(peters_text.size() + 1);
  for (const auto& bad : std::vector<std::string>{
           std::string(), std::string("\n"), peters_text, peters_text + line, "\n" + peters_text, peters_note + "\n",
           peters_note + "x\n", peters_note.substr(0, peters_note.size() - 1), "a\tb\n\n" + line, "a\xff\n\n" + line,
           "a\n\n- PeterNeumann x08go/ZJ\n", "a\n\n— Peter+Neumann x08go/ZJkuA=\n",
           std::string("a\n\n— PeterNeumann x08g\n"), "a\n\n— x08go/ZJkuA=\n"})
    EXPECT_FALSE(parse_note(bad)) << bad;
  std::string many = "a\n\n";
  for (int i = 0; i < 65; ++i) many += line;
  EXPECT_FALSE(parse_note(many));
}

TEST(SignedNote, unknown_keys_are_passed_over_and_a_wrong_signature_of_a_known_key_condemns) {
  testing::FixedChance chance(5);
  const std::vector<SignerKey> keys{SignerKey("one", crypto::make_signing_key(chance)),
                                    SignerKey("two", crypto::make_signing_key(chance))};
  const auto note = parse_note(sign_note("text\n", keys)).value();
  EXPECT_EQ(signers_of(note, std::vector{keys[1].verifier()}), std::vector{keys[1].verifier()});
  EXPECT_EQ(signers_of(note, std::vector{keys[0].verifier(), keys[1].verifier()}).size(), 2U);
  auto bad = note;
  bad.signatures[0].signature[7] ^= 1;
  EXPECT_EQ(signers_of(bad, std::vector{keys[1].verifier()}).size(), 1U);
  EXPECT_TRUE(signers_of(bad, std::vector{keys[0].verifier(), keys[1].verifier()}).empty());
}

TEST(SignedNote, keys_that_are_not_their_own_are_refused) {
  for (const char* bad : {"", "PeterNeumann", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "+c74f20a3+ARpc2Qc=", "PeterNeumann+c74f20a3+AhpcA=="})
    EXPECT_FALSE(parse_verifier_key(bad)) << bad;
  EXPECT_FALSE(parse_signer_key(peters_key));
  EXPECT_FALSE(is_key_name("a\xe2\x80\x83z"));  // an em space
  EXPECT_FALSE(is_key_name("a+b"));
  EXPECT_TRUE(is_key_name("préfecture.example/journal"));
}

TEST(Checkpoint, other_texts_are_refused) {
  for (const char* bad :
       {"", "a\n", "a\n1\n", "a\n1\nCsUY\n", "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n",
        "a\n99999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"})
    EXPECT_FALSE(parse_checkpoint(bad)) << bad;
}

TEST(TileName, is_written_as_the_specification_says) {
  // Its example: index 1234067 is x001/x234/067.
  EXPECT_EQ(format_tile_name({0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(format_tile_name({2, 0, 1}), "tile/2/000.p/1");
  EXPECT_EQ(format_tile_name({std::nullopt, 273, 112}), "tile/entries/273.p/112");
  for (const TileName& name : {TileName{0, 1234067, 256}, TileName{63, 999, 255}, TileName{std::nullopt, 1000, 1}})
    EXPECT_EQ(parse_tile_name(format_tile_name(name)), name);
}

TEST(TileName, other_paths_are_refused) {
  for (const char* bad : {"",
                          "tile",
                          "tile/",
                          "tile/0",
                          "tile/0/",
                          "tile/0/0",
                          "tile/0/0000",
                          "tile/00/000",
                          "tile/64/000",
                          "tile/-1/000",
                          "tile/0/000/",
                          "tile/0/x000/000",
                          "tile/0/001/000",
                          "tile/0/x001",
                          "tile/0/000.p/0",
                          "tile/0/000.p/256",
                          "tile/0/000.p/01",
                          "tile/0/000.p/",
                          "tile/entry/000",
                          "tile/0/000.p/1/2",
                          "/tile/0/000",
                          "tile/0/+01",
                          "tile/0/x999/x999/x999/x999/x999/x999/x999/999"})
    EXPECT_FALSE(parse_tile_name(bad)) << bad;
}

}  // namespace
}  // namespace quadrille::audit
