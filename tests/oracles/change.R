# Expected values of src/engine/analysis/change_test.cpp: R's package surveillance on a series drawn by a formula that
# the test repeats. Prints C++ initializer rows: method, week, expected, upper, alarm.
#   Rscript tests/oracles/change.R
suppressMessages(library(surveillance))
n <- 400
t <- 1:n
count <- floor(20 + 8 * sin(2 * pi * t / 52) + 0.02 * t + ((t * 7919) %% 13) - 6)
count[c(150, 151, 320, 380)] <- count[c(150, 151, 320, 380)] + 25
series <- new("sts", observed = matrix(count), start = c(2001, 1), freq = 52)
show <- function(name, sts, expected) {
  rows <- seq(1, nrow(sts), length.out = 12)
  for (i in as.integer(rows))
    cat(sprintf('    {"%s", %d, %.10f, %.10f, %s},\n', name, as.integer(n - nrow(sts) + i), expected[i],
                upperbound(sts)[i], ifelse(alarms(sts)[i], "true", "false")))
}
farrington <- function(name, ...) {
  sts <- farringtonFlexible(series, control = list(..., glmWarnings = FALSE))
  show(name, sts, sts@control$expected)
}
farrington("delta b=5 w=3", b = 5, w = 3)
farrington("delta b=3 w=2 alpha=.01 weights 1", b = 3, w = 2, alpha = 0.01, weightsThreshold = 1)
farrington("delta power 1/2", b = 4, w = 3, powertrans = "1/2")
farrington("delta power none, no trend", b = 4, w = 3, powertrans = "none", trend = FALSE)
farrington("nbPlugin 10 periods", b = 4, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, alpha = 0.01,
           thresholdMethod = "nbPlugin")
farrington("muan 10 periods", b = 4, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, alpha = 0.01,
           thresholdMethod = "muan")
farrington("delta 4 periods", b = 3, w = 4, noPeriods = 4)
for (m in c("C1", "C2", "C3")) {
  sts <- earsC(series, control = list(method = m))
  show(m, sts, rep(NA_real_, nrow(sts)))
}
for (trans in c("standard", "rossi", "anscombe", "none")) {
  sts <- cusum(series, control = list(range = 101:n, k = 1.04, h = 2.26, m = NULL, trans = trans, alpha = NULL))
  show(paste("cusum", trans), sts, rep(mean(count[1:100]), nrow(sts)))
}
