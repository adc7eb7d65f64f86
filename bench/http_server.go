// SPDX-License-Identifier: MIT

// http_server PORT: answers each request with a short text. Writes its process id to http.pid when it listens.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func answer(writer http.ResponseWriter, request *http.Request) {
	fmt.Fprintf(writer, "%d %s\n", compute(len(request.URL.Path)), request.URL.Path)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go http.Serve(listener, http.HandlerFunc(answer))
	err = os.WriteFile("http.pid", []byte(fmt.Sprintln(os.Getpid())), 0o600)
	if err != nil {
		panic(err)
	}
	<-stop
}
