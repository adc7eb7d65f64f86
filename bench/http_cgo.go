// SPDX-License-Identifier: MIT

//go:build cgo

// compute for http_server.go, in C, so that the program is linked to the C library.
package main

// #include <unistd.h>
// static int add_parent(int value) { return value + (int)getppid(); }
import "C"

func compute(value int) int {
	return int(C.add_parent(C.int(value)))
}
