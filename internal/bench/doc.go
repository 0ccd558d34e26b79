// Package bench measures the whole pipeline against baselines that run beside
// it: ratios within one run on one machine, never times. It holds only
// benchmarks; `make bench` prints them.
package bench
