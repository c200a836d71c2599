package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// prometheusMetrics is port 8080: metrics, and nothing else.
func (s *Server) prometheusMetrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(backendCollector{s.store})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}

var (
	backendUp = prometheus.NewDesc("veloflux_backend_up", "1 when the backend is up, 0 when it is down.", []string{"backend", "url"}, nil)
	storeUp   = prometheus.NewDesc("veloflux_redis_up", "1 when Redis answers.", nil, nil)
)

// backendCollector reads the store at each scrape.
type backendCollector struct{ store *Store }

func (c backendCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- backendUp
	descriptions <- storeUp
}

func (c backendCollector) Collect(metrics chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	backends, err := c.store.Backends(ctx)
	metrics <- prometheus.MustNewConstMetric(storeUp, prometheus.GaugeValue, oneIf(err == nil))
	seen := map[string]bool{}
	for _, backend := range backends {
		series := backend.Name + " " + backend.URL
		if seen[series] {
			continue // backends need not differ, series must
		}
		seen[series] = true
		metrics <- prometheus.MustNewConstMetric(backendUp, prometheus.GaugeValue, oneIf(backend.Status != "down"), backend.Name, backend.URL)
	}
}

func oneIf(condition bool) float64 {
	if condition {
		return 1
	}
	return 0
}

// Target is what Prometheus says of one thing that it scrapes.
type Target struct {
	Job    string `json:"job"`
	Health string `json:"health"`
	Error  string `json:"error,omitempty"`
}

// scrapeTargets asks Prometheus, again and again for a second as long as it has not scraped yet; nil when it does not
// answer.
func (s *Server) scrapeTargets(ctx context.Context) []Target {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	for {
		targets, err := s.askPrometheus(ctx)
		if err != nil {
			slog.Warn("Prometheus does not answer", "error", err)
			return nil
		}
		fresh := len(targets) == 0 || slices.ContainsFunc(targets, func(target Target) bool { return target.Health == "unknown" })
		if !fresh {
			return targets
		}
		select {
		case <-ctx.Done():
			return targets
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *Server) askPrometheus(ctx context.Context) ([]Target, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.settings.PrometheusURL+"/api/v1/targets?state=active", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var body struct {
		Data struct {
			ActiveTargets []struct {
				ScrapePool string `json:"scrapePool"`
				Health     string `json:"health"`
				LastError  string `json:"lastError"`
			} `json:"activeTargets"`
		} `json:"data"`
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		return nil, err
	}
	targets := []Target{}
	for _, target := range body.Data.ActiveTargets {
		targets = append(targets, Target{target.ScrapePool, target.Health, target.LastError})
	}
	return targets, nil
}

// receiveAlerts is the route to which AlertManager can post. The documented receiver URL,
// /api/alerts/webhook, is not it.
func (s *Server) receiveAlerts(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Alerts []struct {
			Status string            `json:"status"`
			Labels map[string]string `json:"labels"`
		} `json:"alerts"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	for _, alert := range body.Alerts {
		if alert.Status != "firing" {
			continue
		}
		if err := s.store.AddAlert(r.Context(), Alert{alert.Labels["alertname"], alert.Labels["url"]}); err != nil {
			s.unavailable(w, err)
			return
		}
	}
	s.announcing.Lock()
	defer s.announcing.Unlock()
	alerts, err := s.store.Alerts(r.Context())
	if err != nil {
		s.unavailable(w, err)
		return
	}
	s.hub.broadcast("alert", map[string]any{"alerts": alerts})
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) listAlerts(w http.ResponseWriter, r *http.Request) {
	alerts, err := s.store.Alerts(r.Context())
	if err != nil {
		s.unavailable(w, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"alerts": alerts})
}
