// The program itself on a terminal: Ctrl-C while it works ends it soon, with a sentence, and leaves nothing behind.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "testing/databases.h"

namespace quadrille {
namespace {

constexpr int patience_ms = 120'000;  // waited out only by a failure

// `quadrille ARGUMENTS` with a terminal of its own (what it shows there can be read, what is typed there is sent) and
// its standard output in a pipe.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    int terminal = -1;
    std::array<int, 2> out{};
    EXPECT_EQ(openpty(&master_, &terminal, nullptr, nullptr, nullptr), 0);
    EXPECT_EQ(pipe(out.data()), 0);
    arguments.insert(arguments.begin(), QUADRILLE_PROGRAM);
    std::vector<char*> words;
    for (auto& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      setsid();
      ioctl(terminal, TIOCSCTTY, 0);
      dup2(terminal, STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      dup2(terminal, STDERR_FILENO);
      setenv("LC_ALL", "C", 1);
      execv(words[0], words.data());
      _exit(127);
    }
    close(terminal);
    close(out[1]);
    out_ = out[0];
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(master_);
    close(out_);
  }

  // Reads the terminal until the text stands there; false when the program ended without.
  bool shows(const std::string& text) {
    while (shown_.find(text) == std::string::npos)
      if (!read_some(master_, shown_)) return false;
    return true;
  }
  void type(char key) { EXPECT_EQ(write(master_, &key, 1), 1); }
  void send(int signal) const { EXPECT_EQ(kill(pid_, signal), 0); }

  // Its exit code; 128 + signal where one killed it, with 1000 added to tell the two apart.
  int wait() {
    while (read_some(master_, shown_)) {
    }
    while (read_some(out_, printed_)) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + 128 + WTERMSIG(status);
  }
  [[nodiscard]] const std::string& shown() const { return shown_; }
  [[nodiscard]] const std::string& printed() const { return printed_; }

 private:
  static bool read_some(int from, std::string& into) {
    pollfd ready{from, POLLIN, 0};
    if (poll(&ready, 1, patience_ms) <= 0) return false;
    std::array<char, 4096> bytes{};
    const auto count = read(from, bytes.data(), bytes.size());
    if (count <= 0) return false;
    into.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }

  int master_ = -1;
  int out_ = -1;
  pid_t pid_ = -1;
  std::string shown_;
  std::string printed_;
};

constexpr char ctrl_c = 3;

int run(const std::vector<std::string>& arguments) { return Program(arguments).wait(); }

class InterruptedCommand : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const auto path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  [[nodiscard]] std::string instance() const { return "--data-dir=" + folder_.path().string(); }

  // A territory of one sector, ready for facts.
  void found_a_town() {
    const auto sectors = write(
        "sectors.geojson",
        R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Le Port"},"geometry":{"type":"Polygon","coordinates":[[[5.30,43.30],[5.36,43.30],[5.36,43.33],[5.30,43.33],[5.30,43.30]]]}}]})");
    write(
        "m.json",
        R"({"source":"s","columns":{"id":"id","datetime":"when","category":"what","x":"lon","y":"lat"},)"
        R"("datetime":{"format":"%Y-%m-%d %H:%M","time_zone":"Europe/Paris"},"categories":{"DEAL":{"as":"dealing"}}})");
    ASSERT_EQ(run({"init", instance()}), 0);
    ASSERT_EQ(run({"territory", "create", "ville", "--name=Ville", instance()}), 0);
    ASSERT_EQ(run({"territory", "sectors", "ville", sectors, instance()}), 0);
  }
  std::string facts(int count) {
    Random random({7}, 1);
    std::string text = "id,when,what,lon,lat\n";
    for (int i = 0; i < count; ++i)
      text += std::to_string(i) + ",2026-0" + std::to_string(1 + random.next_below(6)) + "-" +
              std::to_string(10 + random.next_below(18)) + " 22:15,DEAL,5.3" +
              std::to_string(10'000 + random.next_below(50'000)) + ",43.3" +
              std::to_string(10'000 + random.next_below(20'000)) + "\n";
    return write("facts" + std::to_string(count) + ".csv", text);
  }
  Program import_of(const std::string& file) {
    return Program({"import", file, "--mapping", (folder_.path() / "m.json").string(), instance()});
  }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(InterruptedCommand, an_analysis_prints_no_json_and_says_that_it_was_cancelled) {
  std::string events = "loc,day\n";
  std::string places = "id,x,y\n";
  Random random({3}, 1);
  for (int i = 0; i < 500; ++i)
    places += std::to_string(i) + "," + std::to_string(random.next_below(10'000)) + "," +
              std::to_string(random.next_below(10'000)) + "\n";
  for (int i = 0; i < 5'000; ++i)
    events += std::to_string(random.next_below(500)) + "," + std::to_string(random.next_below(90)) + "\n";
  // A million replicas: it would take minutes.
  Program scan({"lab", "scan", "--events", write("e.csv", events), "--places", write("p.csv", places), "--model",
                "permutation", "--mode", "prospective", "--days-max", "28", "--replicas", "1000000"});
  ASSERT_TRUE(scan.shows("scan  [")) << scan.shown();
  scan.type(ctrl_c);
  EXPECT_EQ(scan.wait(), 130);
  EXPECT_EQ(scan.printed(), "");
  EXPECT_NE(scan.shown().find("quadrille lab scan: cancelled; nothing was kept"), std::string::npos) << scan.shown();
}

TEST_F(InterruptedCommand, an_import_leaves_no_fact_and_can_be_done_again) {
  found_a_town();
  const auto file = facts(400'000);
  auto import = import_of(file);
  ASSERT_TRUE(import.shows("import  [")) << import.shown();
  import.type(ctrl_c);
  EXPECT_EQ(import.wait(), 130);
  EXPECT_EQ(import.printed(), "");
  EXPECT_NE(import.shown().find("quadrille import: cancelled; nothing was kept"), std::string::npos) << import.shown();
  Program picture({"picture", instance()});
  EXPECT_EQ(picture.wait(), 2);
  EXPECT_NE(picture.shown().find("has no facts yet"), std::string::npos) << picture.shown();
  EXPECT_EQ(import_of(facts(1'000)).wait(), 0);
}

TEST_F(InterruptedCommand, a_terminated_one_says_so_too_and_no_study_is_saved) {
  found_a_town();
  ASSERT_EQ(import_of(facts(60'000)).wait(), 0);
  Program save({"study", "save", "--title=Printemps", "--first-day=2026-03-01", instance()});
  ASSERT_TRUE(save.shows("picture  [")) << save.shown();
  save.send(SIGTERM);
  EXPECT_EQ(save.wait(), 143);
  EXPECT_NE(save.shown().find("cancelled; nothing was kept"), std::string::npos) << save.shown();
  Program list({"study", "list", instance()});
  EXPECT_EQ(list.wait(), 0);
  EXPECT_EQ(list.printed(), "");
}

}  // namespace
}  // namespace quadrille
