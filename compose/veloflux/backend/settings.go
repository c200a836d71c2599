package main

import (
	"os"
	"strings"
	"time"
)

// Settings come from the environment; the defaults are the documented ports.
type Settings struct {
	APIAddr        string
	MetricsAddr    string
	AdminAddr      string
	RedisAddr      string
	PrometheusURL  string
	AllowedOrigins []string
	AccessToken    string

	// A client that answers no ping within ReadDeadline is gone.
	PingInterval time.Duration
	ReadDeadline time.Duration
}

func settingsFromEnvironment() Settings {
	return Settings{
		APIAddr:        env("API_ADDR", ":9090"),
		MetricsAddr:    env("METRICS_ADDR", ":8080"),
		AdminAddr:      env("ADMIN_ADDR", ":9000"),
		RedisAddr:      env("REDIS_ADDR", "redis:6379"),
		PrometheusURL:  env("PROMETHEUS_URL", "http://prometheus:9090"),
		AllowedOrigins: strings.Fields(env("ALLOWED_ORIGINS", "")),
		AccessToken:    env("ACCESS_TOKEN", "demo-token"),
		PingInterval:   54 * time.Second,
		ReadDeadline:   60 * time.Second,
	}
}

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
