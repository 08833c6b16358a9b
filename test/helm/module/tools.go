//go:build tools

// Package main names the Helm that charts are rendered with in tests.
package main

import _ "helm.sh/helm/v4/cmd/helm"
