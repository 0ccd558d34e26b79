// Package house holds the rules of the house (internal/README.md) as tests over the module's source; it has no product code.
package house
