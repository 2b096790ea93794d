#include "services/access/identity.h"

#include <gtest/gtest.h>

#include <functional>

#include "services/access/access.h"
#include "services/audit/audit.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::access {
namespace {

constexpr Instant now{1'790'000'000'000};

Claims good() {
  return {.issuer = "https://provider.example",
          .subject = "4711",
          .audience = {"quadrille"},
          .authorized_party = "",
          .nonce = "n",
          .expires_at_s = now.utc_ms / 1000 + 300,
          .issued_at_s = now.utc_ms / 1000,
          .given_name = "Camille",
          .usual_name = "Renard",
          .email = "Camille.Renard@police.example",
          .uid = "u",
          .siret = "s"};
}
const Expected expected{"https://provider.example", "quadrille", "n", now};

TEST(Claims, each_wrong_claim_is_refused_by_name) {
  EXPECT_TRUE(check_claims(good(), expected));
  const std::pair<const char*, std::function<void(Claims&)>> wrongs[] = {
      {"iss", [](Claims& claims) { claims.issuer += "/"; }},
      {"sub", [](Claims& claims) { claims.subject.clear(); }},
      {"sub", [](Claims& claims) { claims.subject.assign(256, 'x'); }},
      {"aud", [](Claims& claims) { claims.audience = {"another"}; }},
      {"aud", [](Claims& claims) { claims.audience.clear(); }},
      {"azp", [](Claims& claims) { claims.audience.emplace_back("another"); }},
      {"azp", [](Claims& claims) { claims.authorized_party = "another"; }},
      {"exp", [](Claims& claims) { claims.expires_at_s = now.utc_ms / 1000 - 60; }},
      {"exp", [](Claims& claims) { claims.expires_at_s = 0; }},
      {"iat", [](Claims& claims) { claims.issued_at_s = now.utc_ms / 1000 + 61; }},
      {"nonce", [](Claims& claims) { claims.nonce = "m"; }},
      {"nonce", [](Claims& claims) { claims.nonce.clear(); }}};
  for (const auto& [claim, change] : wrongs) {
    Claims claims = good();
    change(claims);
    const auto checked = check_claims(claims, expected);
    ASSERT_FALSE(checked) << claim;
    EXPECT_EQ(checked.error().field, claim);
  }
  Claims empty_nonce = good();
  empty_nonce.nonce.clear();
  EXPECT_FALSE(check_claims(empty_nonce, {expected.issuer, expected.client, "", now}));
}

class IdentityStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), migrations());
  }
  testing::FixedChance chance_{4};
};

TEST_P(IdentityStore, a_request_is_good_once_and_for_ten_minutes) {
  auto tx = database().write();
  keep_request(*tx, "state", {"nonce", "verifier"}, now);
  EXPECT_FALSE(take_request(*tx, "other", now));
  const auto taken = take_request(*tx, "state", now);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->nonce, "nonce");
  EXPECT_FALSE(take_request(*tx, "state", now));
  keep_request(*tx, "late", {"nonce", "verifier"}, now);
  EXPECT_FALSE(take_request(*tx, "late", {now.utc_ms + provider_request_lasts_ms}));
  tx->commit();
}

TEST_P(IdentityStore, a_subject_gets_one_account_without_rights_and_never_somebody_elses) {
  auto tx = database().write();
  const Asker by{local_viewer("local:test", {}), "", "", now};
  const auto taken = create_person(*tx, {"camille.renard@police.example", "Another"}, chance_, by);
  const auto first = person_of_claims(*tx, good(), chance_, now);
  ASSERT_TRUE(taken && first);
  EXPECT_NE(first->id, taken->id) << "an e-mail address is no proof of who somebody is";
  EXPECT_EQ(first->name, "Camille Renard");
  EXPECT_TRUE(load_viewer(*tx, *first, now).standings.empty());
  EXPECT_EQ(person_of_claims(*tx, good(), chance_, now)->id, first->id);
  Claims other = good();
  other.issuer = "https://another.example";
  EXPECT_NE(person_of_claims(*tx, other, chance_, now)->id, first->id) << "a subject is one within its issuer only";
  ASSERT_TRUE(disable_person(*tx, first->id, by));
  EXPECT_EQ(person_of_claims(*tx, good(), chance_, now).error().kind, ErrorKind::forbidden);
  tx->commit();
}

INSTANTIATE_TEST_SUITE_P(Databases, IdentityStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::access
