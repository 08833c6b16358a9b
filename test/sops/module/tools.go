//go:build tools

// Keeps the command among what `go mod tidy` leaves in go.mod.
package tools

import _ "github.com/getsops/sops/v3/cmd/sops"
