//go:build tools

// Package main names the forge used in tests.
package main

import _ "code.gitea.io/gitea"
