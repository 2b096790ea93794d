# The measuring of bench/peers: Rscript bench/peers.R PROGRAM. Processor time, so that a busy machine matters less. Ours is
# that of the whole command, start, reading and writing files included; the peer's that of its call alone: the ratios are
# on the peer's side.
suppressWarnings(suppressMessages({library(spatstat.explore); library(spdep); library(surveillance); library(sparr); library(survival)}))
program <- normalizePath(commandArgs(TRUE)[1])
setwd(tempdir())
set.seed(1)

lab <- function(...) {
  time <- system.time(text <- paste(system2(program, c("lab", ...), stdout = TRUE), collapse = ""))
  list(text = text, seconds = time[["user.child"]] + time[["sys.child"]])
}
numbers <- function(text, key) {
  found <- regmatches(text, gregexpr(sprintf('"%s":(null|[-0-9.e+]+)', key), text))[[1]]
  as.numeric(sub("null", "NA", sub(".*:", "", found)))
}
timed <- function(call) { gc(FALSE); time <- system.time(call); time[["user.self"]] + time[["sys.self"]] }
quick <- function(call, times = 5) min(replicate(times, timed(eval(call, globalenv()))))
show <- function(what, peer, ours, theirs, difference, kind = "relative")
  cat(sprintf("%-58s %-26s %9.4f s %9.4f s %8.1f x   %s %.1e\n", what, peer, ours, theirs, theirs / ours, kind, difference))
cat(sprintf("%-58s %-26s %11s %11s %10s   %s\n", "method", "peer", "ours", "peer's", "ratio", "largest difference"))

square <- owin(c(0, 10000), c(0, 10000))
write_points <- function(n) {
  knots <- cbind(runif(10, 500, 9500), runif(10, 500, 9500))[sample(10, n / 2, TRUE), ]
  x <- c(runif(n / 2, 0, 10000), pmin(pmax(knots[, 1] + rnorm(n / 2, 0, 250), 0), 10000))
  y <- c(runif(n / 2, 0, 10000), pmin(pmax(knots[, 2] + rnorm(n / 2, 0, 250), 0), 10000))
  write.csv(data.frame(x, y), "points.csv", row.names = FALSE)
  suppressWarnings(ppp(x, y, square))
}
best_lab <- function(...) { all <- lapply(1:3, function(i) lab(...)); all[[which.min(sapply(all, `[[`, "seconds"))]] }
grid_of <- function() as.matrix(read.csv("grid.csv", header = FALSE))
density_options <- c("--points", "points.csv", "--cell-m", "50", "--extent", "0,0,10000,10000", "--out", "grid.csv")

points <- write_points(100000)
for (edge in c(FALSE, TRUE)) {
  theirs <- quick(quote(d <- density.ppp(points, sigma = 250, dimyx = 200, edge = edge)))
  for (method in c("exact", "binned")) {
    ours <- best_lab("density", density_options, "--sigma-m", "250", "--method", method, "--edge", if (edge) "uniform" else "none")
    show(sprintf("density, 100,000 points, 200 x 200, %s%s", method, if (edge) ", edge" else ""), "spatstat density.ppp (fft)",
         ours$seconds, theirs, max(abs(grid_of() - d$v)) / max(d$v))
  }
}
points <- write_points(20000)
theirs <- timed(d <- bivariate.density(points, h0 = 250, adapt = TRUE, resolution = 200, edge = "none", verbose = FALSE))
ours <- best_lab("density", density_options, "--sigma-m", "250", "--method", "adaptive")
show("density, 20,000 points, 200 x 200, adaptive", "sparr bivariate.density", ours$seconds, theirs,
     max(abs(grid_of() - 20000 * as.matrix(d$z))) / max(20000 * as.matrix(d$z)))

side <- 200
values <- matrix(rpois(side * side, 1.5), side)
write.table(values, "counts.csv", sep = ",", row.names = FALSE, col.names = FALSE)
row_major <- as.vector(t(values))
queen <- cell2nb(side, side, type = "queen")
with_self <- nb2listw(include.self(queen), style = "B")
standardised <- nb2listw(queen, style = "W")
theirs <- quick(quote(g <- localG(row_major, with_self)), 3)
ours <- best_lab("hotspots", "--grid", "counts.csv")
show("Gi*, 40,000 cells, with q", "spdep localG (links given)", ours$seconds, theirs,
     max(abs(numbers(ours$text, "z") - as.vector(g))), "absolute")
theirs <- quick(quote(i <- localmoran(row_major, standardised)), 3)
ours <- best_lab("moran", "--grid", "counts.csv")
show("Moran, global and local, 40,000 cells", "spdep localmoran (alone)", ours$seconds, theirs,
     max(abs(numbers(sub('.*"cells"', "", ours$text), "z") - i[, "Z.Ii"])), "absolute")

weeks <- 600
series <- rpois(weeks, 20 + 8 * sin(2 * pi * (1:weeks) / 52))
write.csv(data.frame(week = 1:weeks, count = series), "weeks.csv", row.names = FALSE)
sts <- new("sts", observed = matrix(series), start = c(2001, 1), freq = 52)
judged <- 290:weeks
theirs <- timed(f <- farringtonFlexible(sts, list(range = judged, b = 5, w = 3, alpha = 0.05, glmWarnings = FALSE)))
ours <- best_lab("change", "--series", "weeks.csv", "--method", "farrington", "--b", "5", "--w", "3")
upper <- tail(numbers(ours$text, "upper"), length(judged))
show(sprintf("Farrington flexible, %d weeks judged", length(judged)), "surveillance", ours$seconds, theirs,
     max(abs(upper / upperbound(f) - 1), na.rm = TRUE))
theirs <- quick(quote(f <- earsC(sts, list(method = "C2"))), 3)
ours <- best_lab("change", "--series", "weeks.csv", "--method", "ears", "--variant", "C2")
show("EARS C2, 600 weeks", "surveillance", ours$seconds, theirs,
     max(abs(numbers(ours$text, "upper") / tail(upperbound(f), length(numbers(ours$text, "upper"))) - 1), na.rm = TRUE))

n <- 2000
events <- data.frame(x = runif(n, 0, 5000), y = runif(n, 0, 5000), t_days = round(runif(n, 0, 365), 3))
write.csv(events, "events.csv", row.names = FALSE)
theirs <- timed({
  ds <- as.matrix(dist(events[, 1:2])); dt <- as.matrix(dist(events$t_days))
  k <- surveillance::knox(dt[lower.tri(dt)], ds[lower.tri(ds)], eps.t = 14, eps.s = 200, simulate.p.value = FALSE)
})
ours <- best_lab("knox", "--events", "events.csv", "--near-m", "200", "--near-days", "14", "--replicas", "999")
show("Knox, 2,000 events, 999 replicas", "surveillance, no replica", ours$seconds, theirs,
     max(abs(numbers(ours$text, "observed")[1] - k$statistic), abs(numbers(ours$text, "expected")[1] - k$null.value)),
     "absolute")
theirs <- timed(for (r in 1:20) {
  ds <- as.matrix(dist(events[, 1:2])); ts <- events$t_days[sample(n)]
  sum(ds[lower.tri(ds)] <= 200 & as.matrix(dist(ts))[lower.tri(ds)] <= 14)
}) / 20 * 999
show("the same, times permuted", "plain R, from 20 replicas", ours$seconds, theirs, NA, "none:")

subjects <- 2500
history <- do.call(rbind, lapply(1:subjects, function(id) {
  gaps <- 1 + ceiling(rexp(4) * 50); stops <- cumsum(gaps)
  data.frame(id, start = c(0, head(stops, -1)), stop = stops, event = c(1, 1, 1, 0), lit = id %% 2, x = rnorm(4), enum = 1:4)
}))
write.csv(history[, c("id", "start", "stop", "event", "lit", "x")], "recurrent.csv", row.names = FALSE)
theirs <- quick(quote(fit <- coxph(Surv(stop - start, event) ~ lit + x + cluster(id) + strata(enum), history)), 3)
ours <- best_lab("survival", "--times", "recurrent.csv", "--model", "pwp")
show("recurrent events (PWP), 10,000 intervals", "survival coxph", ours$seconds, theirs,
     max(abs(numbers(ours$text, "estimate") - coef(fit))), "absolute")
durations <- data.frame(time = ceiling(200 * rexp(100000)), status = rbinom(100000, 1, 0.7), group = rep(c("a", "b"), 50000))
write.csv(durations, "times.csv", row.names = FALSE)
theirs <- quick(quote({fit <- survfit(Surv(time, status) ~ group, durations); test <- survdiff(Surv(time, status) ~ group, durations)}), 3)
ours <- best_lab("survival", "--times", "times.csv")
show("Kaplan-Meier and log-rank, 100,000 subjects", "survival survfit, survdiff", ours$seconds, theirs,
     abs(numbers(ours$text, "chi_squared") / test$chisq - 1))
returned <- 50 * rexp(20000)^0.7
week <- floor(returned / 7)
visits <- data.frame(left = 7 * pmin(week, 10), right = ifelse(week < 10, 7 * week + 7, NA), group = rep(c("a", "b"), 10000))
visits$left <- pmax(0, visits$left - 7 * (runif(20000) < 0.3))
write.csv(visits, "visits.csv", row.names = FALSE, na = "")
theirs <- quick(quote(fit <- survfit(Surv(left, right, type = "interval2") ~ group, transform(visits, left = ifelse(left == 0, NA, left)))), 3)
ours <- best_lab("survival", "--times", "visits.csv", "--model", "turnbull")
at <- summary(fit, times = 7 * (1:10), extend = TRUE)$surv
show("Turnbull, 20,000 subjects seen weekly", "survival survfit", ours$seconds, theirs,
     max(abs(at - numbers(ours$text, "survival_after")[rep(1:10, 2) + rep(c(0, 11), each = 10)])), "absolute")
theirs <- quick(quote(fit <- survreg(Surv(left, right, type = "interval2") ~ group, transform(visits, left = ifelse(left == 0, NA, left)))), 3)
ours <- best_lab("survival", "--times", "visits.csv", "--model", "weibull")
show("Weibull of intervals, 20,000 subjects", "survival survreg", ours$seconds, theirs,
     max(abs(numbers(ours$text, "estimate") - coef(fit))), "absolute")
