// Package house holds the rules of the house (ARCHITECTURE) as tests over the module's source; it has no product code.
package house
