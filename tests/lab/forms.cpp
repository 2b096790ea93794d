#include "forms.h"

#include <functional>
#include <sstream>

namespace quadrille::tests {
namespace {

// Numbers that look drawn and are the same everywhere: Weyl's sequence.
double drawn(int i, double step) {
  const double value = (i + 1) * step;
  return value - static_cast<double>(static_cast<long long>(value));
}

std::string text(const std::function<void(std::ostream&)>& write) {
  std::ostringstream out;
  write(out);
  return out.str();
}

std::string places(int count) {
  return text([&](std::ostream& out) {
    out << "id,x,y\n";
    for (int i = 0; i < count; ++i) out << "p" << i << "," << 250 * (i % 10) << "," << 250 * (i / 10) << "\n";
  });
}

// Events at places over days, more of them at the first places, and five a day at p3 from `outbreak` on.
std::string events(int count, int at_places, int days, int outbreak) {
  return text([&](std::ostream& out) {
    out << "loc,day\n";
    for (int i = 0; i < count; ++i) {
      const double u = drawn(i, 0.6180339887);
      out << "p" << static_cast<int>(u * u * at_places) << "," << static_cast<int>(drawn(i, 0.7548776662) * days)
          << "\n";
    }
    for (int day = outbreak; day < days; ++day)
      for (int k = 0; k < 5; ++k) out << "p3," << day << "\n";
  });
}

std::string timed_points(int count) {
  return text([&](std::ostream& out) {
    out << "x,y,t_days\n";
    for (int i = 0; i < count; ++i) {
      const double x = 2000 * drawn(i, 0.7548776662);
      const double y = 2000 * drawn(i, 0.5698402910);
      const double t = 200 * drawn(i, 0.6180339887);
      out << x << "," << y << "," << t << "\n";
      if (i % 3 == 0) out << x + 30 << "," << y - 20 << "," << t + 1.5 << "\n";
    }
  });
}

std::string points(int count) {
  return text([&](std::ostream& out) {
    out << "x,y\n";
    for (int i = 0; i < count; ++i)
      out << 10000 * drawn(i, 0.7548776662) << "," << 10000 * drawn(i, 0.5698402910) << "\n";
  });
}

std::string matrix(int columns, int rows) {
  return text([&](std::ostream& out) {
    for (int i = 0; i < columns * rows; ++i)
      out << static_cast<int>(8 * drawn(i, 0.6180339887)) + (i % columns < 3 ? i / columns / 4 : 0)
          << (i % columns + 1 == columns ? "\n" : ",");
  });
}

std::string weeks(int count, bool has_holes) {
  return text([&](std::ostream& out) {
    out << "week,count\n";
    for (int i = 0; i < count; ++i)
      if (!has_holes || i % 2 == 0) out << i << "," << 5 + static_cast<int>(12 * drawn(i, 0.6180339887)) << "\n";
  });
}

std::string panel(int units, int late_start) {
  return text([&](std::ostream& out) {
    out << "unit,t,treat,post,y\n";
    for (int u = 0; u < units; ++u)
      for (int t = 0; t < 12; ++t) {
        const bool is_treated = u < 2;
        const bool is_post = t >= (u == 1 ? late_start : 8) && (is_treated || late_start == 8);
        out << "u" << u << "," << t << "," << is_treated << "," << is_post << ","
            << 20 + 3 * u + static_cast<int>(9 * drawn(12 * u + t, 0.6180339887)) - (is_treated && is_post ? 8 : 0)
            << "\n";
      }
  });
}

// Thirty places; the three with the most before are treated.
std::string reversion() {
  return text([&](std::ostream& out) {
    out << "treated,before,after\n";
    for (int i = 0; i < 30; ++i)
      out << (i < 3 ? 1 : 0) << "," << (i < 3 ? 20 + i : static_cast<int>(16 * drawn(i, 0.6180339887))) << ","
          << 2 + static_cast<int>(14 * drawn(i, 0.7548776662)) << "\n";
  });
}

std::string recurrent() {
  return text([&](std::ostream& out) {
    out << "id,start,stop,event,lit\n";
    for (int i = 0; i < 40; ++i) {
      double start = 0;
      for (int k = 0; k < 3; ++k) {
        const double stop = start + 3 + 40 * drawn(3 * i + k, 0.7548776662) / (1 + i % 2);
        out << i << "," << start << "," << stop << "," << (k < 2 || i % 5 == 0 ? 1 : 0) << "," << i % 2 << "\n";
        start = stop;
      }
    }
  });
}

std::string durations(int causes, bool has_groups) {
  return text([&](std::ostream& out) {
    out << (has_groups ? "time,status,group\n" : "time,status\n");
    for (int i = 0; i < 30; ++i) {
      out << 1 + static_cast<int>(60 * drawn(i, 0.7548776662)) << "," << (i % 4 == 0 ? 0 : 1 + i % causes);
      out << (has_groups ? (i % 2 == 0 ? ",lit\n" : ",dark\n") : "\n");
    }
  });
}

// Visits every week, to half of the places for ten weeks only; each third return is by the second cause.
std::string visits(bool has_causes) {
  return text([&](std::ostream& out) {
    out << (has_causes ? "left,right,cause,group\n" : "left,right,group\n");
    for (int i = 0; i < 60; ++i) {
      const int week = static_cast<int>(20 * drawn(i, 0.7548776662));
      const bool is_back = i % 2 == 0 || week < 10;
      out << 7 * (is_back ? week : 10) << "," << (is_back ? std::to_string(7 * week + 7) : "");
      if (has_causes) out << "," << (is_back ? std::to_string(1 + (i % 3 == 0)) : "");
      out << (i % 5 < 2 ? ",lit\n" : ",dark\n");
    }
  });
}

}  // namespace

std::map<std::string, std::string> example_files(std::string_view form) {
  if (form == "scan") return {{"events.csv", events(300, 40, 120, 112)}, {"places.csv", places(40)}};
  if (form == "density") return {{"points.csv", points(50)}};
  if (form == "hotspots" || form == "moran") return {{"counts.csv", matrix(12, 10)}};
  if (form == "emerging") return {{"counts.csv", matrix(8, 6 * 24)}};
  if (form == "knox" || form == "sepp") return {{"events.csv", timed_points(240)}};
  if (form == "change") return {{"weeks.csv", weeks(260, false)}};
  if (form == "survival") return {{"times.csv", durations(1, true)}};
  if (form == "displacement")
    return {{"counts.csv",
             "role,before,after\ncontrol,308,318\ntreated,207,110\ndisplacement_control,150,140\n"
             "displacement_treated,178,157\n"}};
  if (form == "reversion") return {{"places.csv", reversion()}};
  if (form == "rings")
    return {{"nodes.csv", "id,x,y\na,0,0\nb,400,0\nc,400,100\nd,0,100\n"},
            {"edges.csv", "from,to,metres\na,b,400\nb,c,100\nc,d,400\n"},
            {"treated.csv", "x,y\n0,-5\n"},
            {"events.csv", "x,y,after\n100,0,0\n0,100,1\n400,50,1\n200,110,0\n200,300,1\n90,-3,1\n"}};
  if (form == "did" || form == "synthetic") return {{"panel.csv", panel(8, 8)}};
  if (form == "forecast" || form == "evaluate")
    return {{"events.csv", events(1500, 80, 720, 700)}, {"places.csv", places(80)}};
  return {};
}

std::map<std::string, std::string> variant_files() {
  std::string at_once = "x,y,t_days\n";
  for (int i = 0; i < 10; ++i) at_once += std::to_string(100 * i) + ",0,7\n";
  std::string no_trigger = "x,y,t_days\n";
  for (int i = 0; i < 60; ++i)
    no_trigger += std::to_string(1000 * (i * 7 % 60)) + "," + std::to_string(1000 * (i * 11 % 60)) + "," +
                  std::to_string(100 * i) + "\n";
  std::string quiet = "week,count\n";
  for (int week = 0; week < 120; ++week) quiet += std::to_string(week) + ",0\n";
  std::string observed = "day\n";
  for (int day = 0; day < 200; ++day) observed += std::to_string(day) + "\n";
  std::string population = "id,population\n";
  for (int i = 0; i < 40; ++i) population += "p" + std::to_string(i) + "," + std::to_string(100 + 10 * i) + "\n";
  // A line a place; the first is treated.
  const auto alike = [](int count, const std::string& first, const std::string& others) {
    std::string rows = "treated,before,after\n" + first;
    for (int i = 1; i < count; ++i) rows += others;
    return rows;
  };
  const std::string huge_places = alike(12, "1,1e308,3\n", "0,1e308,1\n");
  const std::string nine_places = alike(9, "1,5,3\n", "0,5,3\n");
  const std::string all_treated = alike(12, "1,5,3\n", "1,5,3\n");
  const std::string quiet_places = alike(12, "1,5,0\n", "0,5,3\n");
  std::string same_before = "unit,t,treat,post,y\n";
  for (int u = 0; u < 5; ++u)
    for (int t = 0; t < 8; ++t)
      same_before += "u" + std::to_string(u) + "," + std::to_string(t) + "," + (u == 0 ? "1" : "0") + "," +
                     (t >= 5 ? "1" : "0") + "," + std::to_string(t < 5 ? 10 + t : 10 + u) + "\n";
  return {{"places.csv", places(40)},
          {"events.csv", events(300, 40, 120, 112)},
          {"one_place.csv", "loc,day,count\np0,3,4\np0,9,5\n"},
          {"without_days.csv", "loc\np3\np3\np3\np3\np4\np9\np20\n"},
          {"controls.csv", events(200, 40, 120, 120)},
          {"population.csv", population},
          {"points.csv", points(50)},
          {"values.csv", "x,y,value\n0,0,1\n10,0,2\n20,0,9\n30,0,8\n5000,0,3\n"},
          {"repeated.csv", "x,y\n0,0\n0,0\n10,0\n20,0\n20,0\n20,0\n30,0\n"},
          {"counts.csv", matrix(12, 10)},
          {"equal.csv", "3,3,3\n3,3,3\n3,3,3\n"},
          {"stack.csv", matrix(8, 6 * 24)},
          {"timed.csv", timed_points(240)},
          {"at_once.csv", at_once},
          {"no_trigger.csv", no_trigger},
          {"weeks.csv", weeks(300, false)},
          {"holes.csv", weeks(260, true)},
          {"quiet.csv", quiet},
          {"roles.csv", example_files("displacement").at("counts.csv")},
          {"two_roles.csv", "role,before,after,weight\ncontrol,30.5,31,2\ntreated,31.5,30,1\n"},
          {"reversion.csv", reversion()},
          {"nodes.csv", example_files("rings").at("nodes.csv")},
          {"edges.csv", example_files("rings").at("edges.csv")},
          {"treated.csv", example_files("rings").at("treated.csv")},
          {"ring_events.csv", example_files("rings").at("events.csv")},
          {"zero.csv", "role,before,after\ncontrol,0,3\ntreated,6,2\n"},
          {"panel.csv", panel(8, 8)},
          {"staggered.csv", panel(8, 10)},
          {"same_before.csv", same_before},
          {"durations.csv", durations(1, false)},
          {"groups.csv", durations(1, true)},
          {"causes.csv", durations(2, false)},
          {"censored.csv", "time,status\n3,1\n9,0\n12,0\n14,0\n"},
          {"visits.csv", visits(false)},
          {"visits_causes.csv", visits(true)},
          {"never.csv", "left,right\n3,\n9,\n"},
          {"recurrent.csv", recurrent()},
          {"bladder.csv",
           "\"id\",\"rx\",\"number\",\"size\",\"start\",\"stop\",\"event\",\"enum\"\na,1,1,3,0,1,0,1\nb,2,2,1,0,4,1,1\n"
           "b,2,2,1,4,9,1,2\nc,1,1,1,0,6,1,1\nc,1,1,1,6,9,0,2\nd,2,5,1,0,5,1,1\nd,2,5,1,5,10,1,2\ne,1,4,2,0,3,1,1\n"
           "e,1,4,2,3,20,1,2\nf,2,1,2,0,7,1,1\nf,2,1,2,7,9,0,2\ng,1,3,4,0,2,1,1\ng,1,3,4,2,12,1,2\n"},
          {"far.csv", "x,y\n1e300,0\n"},
          {"huge.csv", "1e300,1\n-1e300,2\n"},
          {"huge_roles.csv", "role,before,after\ntreated,1e308,1e308\ncontrol,1e308,1e-308\n"},
          {"huge_places.csv", huge_places},
          {"nine_places.csv", nine_places},
          {"all_treated.csv", all_treated},
          {"quiet_places.csv", quiet_places},
          {"node_twice.csv", "id,x,y\na,0,0\na,400,0\n"},
          {"no_such_node.csv", "from,to,metres\na,z,400\n"},
          {"negative_street.csv", "from,to,metres\na,b,-400\n"},
          {"short_street.csv", "from,to,metres\na,b,200\n"},
          {"off_streets.csv", "x,y\n0,-5000\n"},
          {"half_after.csv", "x,y,after\n100,0,0.5\n"},
          {"observed.csv", observed},
          {"early.csv", events(400, 40, 150, 150)}};
}

std::vector<Run> variants() {
  return {
      {"scan",
       "--events events.csv --places places.csv --model permutation --mode retrospective --days-max 20 --replicas 99",
       "/clusters/0/recurrence_days"},
      {"scan",
       "--events events.csv --places places.csv --model permutation --mode prospective --radius-max-m 600 --share-max "
       ".3 --days-max 20 --last-day 121 --replicas 99 --seed 3 --threads 2 --stop-after 20",
       "/clusters/0/first_date"},
      {"scan",
       "--events events.csv --places places.csv --model poisson --population population.csv --mode prospective "
       "--days-max 20 --replicas 99 --start 2020-01-01"},
      {"scan", "--events without_days.csv --places places.csv --model poisson --population population.csv --spatial",
       "/clusters/0/recurrence_days"},
      {"scan",
       "--events events.csv --places places.csv --model bernoulli --controls controls.csv --mode retrospective "
       "--days-max 20 --replicas 99"},
      {"scan", "--events events.csv --places places.csv --model bernoulli --controls controls.csv --spatial"},
      {"scan", "--events one_place.csv --places places.csv --model permutation --mode retrospective --days-max 5"},
      {"density", "--points points.csv --sigma-m 400 --cell-m 200 --extent 0,0,10000,10000"},
      {"density",
       "--points points.csv --sigma-m 400 --cell-m 200 --extent -500,-500,9000,9000 --method binned --edge uniform"},
      {"density", "--points points.csv --sigma-m 400 --cell-m 200 --extent 0,0,9000,9000 --method adaptive"},
      {"density", "--points points.csv --sigma-m 400 --cell-m 200 --extent 0,0,9000,9000 --edge none --out out.csv"},
      {"hotspots", "--grid counts.csv"},
      {"hotspots", "--grid counts.csv --fdr by --p exact"},
      {"hotspots", "--grid equal.csv --p normal"},
      {"hotspots", "--points values.csv --distance-m 15"},
      {"hotspots", "--points repeated.csv --distance-m 15 --p exact"},
      {"moran", "--grid counts.csv --fdr by"},
      {"moran", "--grid equal.csv", "/global/z"},
      {"moran", "--grid equal.csv", "/cells/0/z"},
      {"moran", "--points values.csv --distance-m 15", "/cells/4/z"},
      {"emerging", "--stack stack.csv --steps 24 --z 1.645 --trend-alpha .1 --steps-back 0 --threads 2"},
      {"emerging", "--grids counts.csv,counts.csv,counts.csv,counts.csv"},
      {"knox", "--events timed.csv --near-m 100 --near-days 3 --replicas 99 --seed 2 --threads 2"},
      {"knox", "--events timed.csv --near-m 50,100,200 --near-days 2,7,300 --replicas 99"},
      {"knox", "--events timed.csv --near-m 100 --near-days 3 --replicas 99 --local"},
      {"knox", "--events at_once.csv --near-m 150 --near-days 3 --replicas 99", "/z"},
      {"knox", "--events at_once.csv --near-m 10,150 --near-days 3 --replicas 99", "/bands/0/ratio"},
      {"sepp", "--events timed.csv --held-out .25 --threads 2"},
      {"sepp", "--events no_trigger.csv --bandwidths-m 5000", "/theta_interval"},
      {"change", "--series weeks.csv"},
      {"change",
       "--series weeks.csv --method farrington --b 3 --w 2 --no-periods 4 --threshold 1 --alpha .01 "
       "--past-weeks-not-included 26 --threshold-method muan --power 1/2"},
      {"change", "--series weeks.csv --method farrington --b 3 --threshold nbPlugin --no-trend"},
      {"change", "--series holes.csv --method farrington --b 2 --w 1"},
      {"change", "--series quiet.csv --method farrington --b 2 --w 1", "/rows/0/upper"},
      {"change", "--series weeks.csv --method ears --variant C3 --baseline 9 --min-sigma .5 --alpha .01"},
      {"change", "--series weeks.csv --method ears"},
      {"change", "--series weeks.csv --method cusum --k 1 --h 3 --m 10 --trans rossi --first-week 100"},
      {"survival", "--times durations.csv", "/log_rank"},
      {"survival", "--times groups.csv --model km"},
      {"survival", "--times censored.csv --model km", "/curves/0/median"},
      {"survival", "--times causes.csv --model aalen_johansen"},
      {"survival", "--times groups.csv --model weibull", "/coefficients/0/robust_standard_error"},
      {"survival", "--times recurrent.csv --model ag --covariates lit"},
      {"survival", "--times bladder.csv --model pwp", "/coefficients/3/estimate"},
      {"survival", "--times recurrent.csv --model pwp"},
      {"displacement", "--counts roles.csv --dispersion 1.8"},
      {"displacement", "--counts roles.csv", "/wdd_overdispersed"},
      {"displacement", "--counts two_roles.csv", "/e_test_p"},
      {"displacement", "--counts two_roles.csv", "/wdq"},
      {"displacement", "--counts zero.csv", "/irr"},
      {"did", "--panel panel.csv", "/dates_p"},
      {"did", "--panel staggered.csv --replicas 99 --seed 3 --threads 2"},
      {"reversion", "--counts reversion.csv", "/matched"},
      {"rings",
       "--nodes nodes.csv --edges edges.csv --treated treated.csv --events ring_events.csv --limits-m 100,300,900 "
       "--beside-m 20"},
      {"did", "--panel staggered.csv", "/trend_difference"},
      {"synthetic", "--panel panel.csv"},
      {"synthetic", "--panel same_before.csv", "/ratio"},
      {"forecast", "--events events.csv --places places.csv --train-until 100 --horizon 7 --method history",
       "/settings/tau_days"},
      {"forecast", "--events events.csv --places places.csv --train-until 100 --horizon 7 --method sepp"},
      {"forecast",
       "--events early.csv --places places.csv --train-until 150 --horizon 7 --method kernel --observed observed.csv"},
      {"forecast", "--events events.csv --places places.csv --train-until 119 --horizon 7 --method auto"},
      {"evaluate", "--events events.csv --places places.csv --origins 80:110:7 --horizon 7 --top 3,8 --method blend"},
      {"evaluate", "--events events.csv --places places.csv --origins 80:110:7 --horizon 7 --top 3 --method decay"},
      {"evaluate",
       "--events early.csv --places places.csv --origins 152:180:7 --horizon 7 --top 3 --observed observed.csv "
       "--method "
       "history --seed 4",
       "/scores/0/pai/value"},
      {"survival", "--times visits.csv --model turnbull", "/curves/0/competing"},
      {"survival", "--times visits_causes.csv --model turnbull"},
      {"survival", "--times never.csv --model turnbull", "/curves/0/median/to"},
      {"survival", "--times visits.csv --model weibull", "/coefficients/1/robust_standard_error"}};
}

}  // namespace quadrille::tests
