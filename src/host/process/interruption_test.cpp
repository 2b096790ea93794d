#include "host/process/interruption.h"

#include <gtest/gtest.h>

#include <csignal>

namespace quadrille::process {
namespace {

TEST(Interruption, a_signal_cancels_the_work_and_every_stage_of_it) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Progress work;
    const auto stage = work.stage(0, 0.5);
    const Interruption interruption(work);
    EXPECT_EQ(interruption.signal(), 0);
    EXPECT_FALSE(stage.is_cancelled());
    ASSERT_EQ(std::raise(signal), 0);
    EXPECT_EQ(interruption.signal(), signal);
    EXPECT_TRUE(work.is_cancelled());
    EXPECT_TRUE(stage.is_cancelled());
  }
}

TEST(InterruptionDeathTest, the_second_signal_ends_the_process_and_so_does_one_after_the_work) {
  EXPECT_EXIT(
      {
        Progress work;
        const Interruption interruption(work);
        (void)std::raise(SIGINT);
        (void)std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
  EXPECT_EXIT(
      {
        Progress work;
        {
          const Interruption interruption(work);
        }
        (void)std::raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace quadrille::process
