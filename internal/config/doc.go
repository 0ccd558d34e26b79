// Package config finds, reads and checks the configuration: flags before
// environment before file before defaults, decoded at once into a typed
// struct. It knows where each value came from and never prints a secret.
//
// viper is confined to this package, one instance a Load. It folds keys to
// lower case and splits them at dots, so the maps that hold people's own words
// (aliases, rules, profiles) are decoded by the YAML library.
package config
