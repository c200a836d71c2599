package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Server answers on the three documented ports.
type Server struct {
	settings Settings
	store    *Store
	hub      *Hub
	upgrade  *websocket.Upgrader

	// announcing keeps updates in order: the last one sent must be the last one read.
	announcing sync.Mutex
}

// endpoints are the sockets that exist. One document lists four more: ai, security, billing, health.
var endpoints = []string{"backends", "metrics", "status"}

func (s *Server) api() http.Handler {
	mux := http.NewServeMux()
	for _, endpoint := range endpoints {
		mux.HandleFunc("GET /api/ws/"+endpoint, serveSocket(s.hub, s.upgrade, endpoint, s.settings))
	}
	mux.HandleFunc("GET /health", s.health)
	mux.HandleFunc("POST /api/auth/login", s.login)
	mux.HandleFunc("GET /api/status", s.status)
	mux.HandleFunc("GET /api/metrics", s.metrics)
	mux.HandleFunc("GET /api/backends", s.listBackends)
	mux.HandleFunc("GET /api/backends/{id}", s.getBackend)
	mux.HandleFunc("POST /api/backends", s.signedIn(s.createBackend))
	mux.HandleFunc("PUT /api/backends/{id}", s.signedIn(s.updateBackend))
	mux.HandleFunc("DELETE /api/backends/{id}", s.signedIn(s.deleteBackend))
	mux.HandleFunc("GET /api/alerts", s.listAlerts)
	mux.HandleFunc("POST /api/alerts", s.receiveAlerts)
	return logged(mux)
}

// admin is the API of port 9000. It has no health, metrics, config or reload route.
func (s *Server) admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /admin/backends", s.signedIn(s.createBackend))
	mux.HandleFunc("DELETE /admin/backends/{id}", s.signedIn(s.deleteBackend))
	mux.HandleFunc("POST /admin/drain/{id}", s.signedIn(s.drainBackend))
	return logged(mux)
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	if err := s.store.Ping(r.Context()); err != nil {
		answer(w, http.StatusServiceUnavailable, map[string]string{"status": "degraded", "redis": err.Error()})
		return
	}
	answer(w, http.StatusOK, map[string]string{"status": "healthy", "redis": "ok"})
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	var credentials struct{ User, Password string }
	if err := json.NewDecoder(r.Body).Decode(&credentials); err != nil || credentials.User != "demo" || credentials.Password != "demo" {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "usuário ou senha inválidos"})
		return
	}
	answer(w, http.StatusOK, map[string]string{"token": s.settings.AccessToken})
}

// status tells what the dashboard's status card shows: each backend, and whether Prometheus can scrape.
func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	backends, err := s.store.Backends(r.Context())
	if err != nil {
		s.unavailable(w, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"backends": backends, "targets": s.scrapeTargets(r.Context())})
}

func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	backends, err := s.store.Backends(r.Context())
	if err != nil {
		s.unavailable(w, err)
		return
	}
	up := 0
	for _, backend := range backends {
		if backend.Status == "up" {
			up++
		}
	}
	answer(w, http.StatusOK, map[string]any{"backends": backends, "total": len(backends), "up": up})
}

func (s *Server) listBackends(w http.ResponseWriter, r *http.Request) {
	backends, err := s.store.Backends(r.Context())
	if err != nil {
		s.unavailable(w, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"backends": backends})
}

func (s *Server) getBackend(w http.ResponseWriter, r *http.Request) {
	backend, err := s.store.Backend(r.Context(), r.PathValue("id"))
	if err != nil {
		s.unavailable(w, err)
		return
	}
	answer(w, http.StatusOK, backend)
}

func (s *Server) createBackend(w http.ResponseWriter, r *http.Request) {
	backend, ok := readBackend(w, r)
	if !ok {
		return
	}
	backend, err := s.store.Create(r.Context(), backend)
	if err != nil {
		s.unavailable(w, err)
		return
	}
	s.announce(r.Context(), "created")
	answer(w, http.StatusCreated, backend)
}

func (s *Server) updateBackend(w http.ResponseWriter, r *http.Request) {
	old, err := s.store.Backend(r.Context(), r.PathValue("id"))
	if err != nil {
		s.unavailable(w, err)
		return
	}
	backend, ok := readBackend(w, r)
	if !ok {
		return
	}
	backend.ID, backend.CreatedAt = old.ID, old.CreatedAt
	s.save(w, r, backend)
}

func (s *Server) drainBackend(w http.ResponseWriter, r *http.Request) {
	backend, err := s.store.Backend(r.Context(), r.PathValue("id"))
	if err != nil {
		s.unavailable(w, err)
		return
	}
	backend.Status = "draining"
	s.save(w, r, backend)
}

func (s *Server) save(w http.ResponseWriter, r *http.Request, backend Backend) {
	if err := s.store.Save(r.Context(), backend); err != nil {
		s.unavailable(w, err)
		return
	}
	s.announce(r.Context(), "updated")
	answer(w, http.StatusOK, backend)
}

func (s *Server) deleteBackend(w http.ResponseWriter, r *http.Request) {
	if err := s.store.Delete(r.Context(), r.PathValue("id")); err != nil {
		s.unavailable(w, err)
		return
	}
	s.announce(r.Context(), "removed")
	w.WriteHeader(http.StatusNoContent)
}

// announce sends the rows of the list as it is now to every client: the documented backend_update.
func (s *Server) announce(ctx context.Context, what string) {
	s.announcing.Lock()
	defer s.announcing.Unlock()
	backends, err := s.store.Backends(ctx)
	if err != nil {
		slog.Error("cannot announce", "error", err)
		return
	}
	rows := make([]map[string]string, len(backends))
	for i, backend := range backends {
		rows[i] = map[string]string{"id": backend.ID, "name": backend.Name, "status": backend.Status}
	}
	s.hub.broadcast("backend_update", map[string]any{
		"backends":  rows,
		"timestamp": time.Now().UTC().Format(time.RFC3339),
		"type":      what,
	})
}

func readBackend(w http.ResponseWriter, r *http.Request) (Backend, bool) {
	backend := Backend{Status: "up"}
	if err := json.NewDecoder(r.Body).Decode(&backend); err != nil || backend.Name == "" {
		answer(w, http.StatusBadRequest, map[string]string{"error": "informe o nome do backend"})
		return backend, false
	}
	return backend, true
}

func (s *Server) signedIn(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+s.settings.AccessToken {
			answer(w, http.StatusUnauthorized, map[string]string{"error": "não autenticado"})
			return
		}
		next(w, r)
	}
}

func (s *Server) unavailable(w http.ResponseWriter, err error) {
	if errors.Is(err, errNotFound) {
		answer(w, http.StatusNotFound, map[string]string{"error": "backend não encontrado"})
		return
	}
	answer(w, http.StatusServiceUnavailable, map[string]string{"error": "redis: " + err.Error()})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		slog.Warn("answer not sent", "error", err)
	}
}

// logged writes the path as it arrived, which tells what a proxy in front made of it.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		slog.Info("request", "method", r.Method, "path", r.URL.Path, "host", r.Host)
		next.ServeHTTP(w, r)
	})
}
