// SPDX-License-Identifier: MIT

// Goroutines read and write files, and allocate enough for several garbage collections.
package main

import (
	"bytes"
	"fmt"
	"os"
	"sync"
)

const planted = false

func readConfig() []byte {
	data, err := os.ReadFile("input")
	if err != nil {
		panic(err)
	}
	return data
}

func writeResult(job int, data []byte) {
	name := fmt.Sprintf("result.%d", job)
	file, err := os.Create(name)
	if err != nil {
		panic(err)
	}
	file.Write(data[:16])
	if planted {
		file.Sync()
	}
	file.Close()
	os.Remove(name)
}

func handle(job int) int {
	data := bytes.Repeat(readConfig(), 20)
	writeResult(job, data)
	return len(data)
}

func main() {
	var group sync.WaitGroup
	jobs := make(chan int)
	sums := make([]int, 4)
	for i := range sums {
		group.Add(1)
		go func() {
			defer group.Done()
			for job := range jobs {
				sums[i] += handle(job)
			}
		}()
	}
	for job := 0; job < 200; job++ {
		jobs <- job
	}
	close(jobs)
	group.Wait()
	total := 0
	for _, sum := range sums {
		total += sum
	}
	fmt.Println(total)
}
