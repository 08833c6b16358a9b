//go:build tools

// Package main names the etcd server used in tests.
package main

import _ "go.etcd.io/etcd/server/v3"
