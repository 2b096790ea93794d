# Expected values of the adaptive density in src/engine/analysis/density_test.cpp.
#   Rscript tests/oracles/density.R
suppressMessages(library(sparr))
set.seed(1)
n <- 400
i <- 1:n
x <- ((i * 7919) %% 10007) / 10007 * 4000
y <- ((i * 104729) %% 10009) / 10009 * 4000
x[1:200] <- 1500 + (x[1:200] - 2000) / 8; y[1:200] <- 1500 + (y[1:200] - 2000) / 8
pp <- ppp(x, y, owin(c(0,4000), c(0,4000)))
for (e in c("none","uniform")) {
 d <- bivariate.density(pp, h0=300, adapt=TRUE, resolution=200, edge=e, verbose=FALSE)
 for (p in list(c(1510,1510),c(1010,2010),c(3010,3010),c(210,210),c(3990,2010))) cat(sprintf("%s %g %g %.10g\n", e, p[1],p[2], n*d$z[list(x=p[1],y=p[2])]))
 cat(range(d$h), d$gamma, "\n")
}
