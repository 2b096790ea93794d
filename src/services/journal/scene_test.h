#pragma once

#include <string>

#include "services/provenance/provenance.h"
#include "services/recall/recall.h"
#include "services/retention/scene_test.h"
#include "services/studies/studies.h"

// The scene of retention with every table that the log's references name.

namespace quadrille::journal {

class LogScene : public retention::Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {recall::migrations(), provenance::migrations(), studies::migrations()})
      database::migrate(database(), steps);
  }
  // A look as the edge records it.
  void look(const access::Person& who, const std::string& subject, const std::string& outcome = "rows=1") {
    recorder->record({.actor = "person:" + std::to_string(who.id.value),
                      .action = audit::Action::consultation,
                      .territory = port.id,
                      .subject = subject,
                      .outcome = outcome});
  }
};

}  // namespace quadrille::journal
