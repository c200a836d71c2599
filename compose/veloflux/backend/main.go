// The VeloFlux backend: API and WebSockets (9090), Prometheus metrics (8080), admin API (9000).
package main

import (
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	settings := settingsFromEnvironment()
	server := &Server{
		settings: settings,
		store:    newStore(settings.RedisAddr),
		hub:      newHub(),
		upgrade:  upgrader(settings.AllowedOrigins),
	}
	go server.hub.run()

	failed := make(chan error)
	for addr, handler := range map[string]http.Handler{
		settings.APIAddr:     server.api(),
		settings.MetricsAddr: server.prometheusMetrics(),
		settings.AdminAddr:   server.admin(),
	} {
		listener, err := net.Listen("tcp", addr)
		if err != nil {
			fail(err)
		}
		// Nothing that would end a socket: only the head of a request has to come in time.
		serving := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
		go func() { failed <- serving.Serve(listener) }()
	}
	slog.Info("ready", "api", settings.APIAddr, "metrics", settings.MetricsAddr, "admin", settings.AdminAddr)
	fail(<-failed)
}

func fail(err error) {
	slog.Error("stopped", "error", err)
	os.Exit(1)
}
