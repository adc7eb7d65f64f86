// SPDX-License-Identifier: MIT

// small_calls N: makes N calls, getppid, seek and read in turn. Prints the nanoseconds that they took.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	nr, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	file, err := os.Open("/etc/passwd")
	if err != nil {
		panic(err)
	}
	bytes := make([]byte, 16)
	start := time.Now()
	for i := 0; i < nr; i += 3 {
		os.Getppid()
		if _, err := file.Seek(int64(i&15), 0); err != nil {
			panic(err)
		}
		if _, err := file.Read(bytes); err != nil {
			panic(err)
		}
	}
	fmt.Println(time.Since(start).Nanoseconds())
}
