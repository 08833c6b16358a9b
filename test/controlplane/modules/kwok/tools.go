//go:build tools

// Package main names the fake kubelet used in tests.
package main

import _ "sigs.k8s.io/kwok/cmd/kwok"
