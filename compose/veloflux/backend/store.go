package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sort"
	"time"

	"github.com/redis/go-redis/v9"
)

// Backend is a server behind the load balancer.
type Backend struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	URL       string    `json:"url"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"created_at"`
}

// Alert is what AlertManager told us: the rule's name, and the address of the backend.
type Alert struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

const (
	backendsKey = "veloflux:backends"
	alertsKey   = "veloflux:alerts"

	// Older ones make room for newer ones, so that answers and frames stay small.
	keptBackends = 50
	keptAlerts   = 50
)

var errNotFound = errors.New("not found")

// Store keeps backends and alerts in Redis.
type Store struct {
	redis *redis.Client
}

func newStore(addr string) *Store {
	return &Store{redis.NewClient(&redis.Options{
		Addr:        addr,
		DialTimeout: time.Second,
		MaxRetries:  -1,
		// After as many failures as the pool has places, the client would not dial for a second.
		PoolSize: 1000,
	})}
}

func (s *Store) Ping(ctx context.Context) error { return s.redis.Ping(ctx).Err() }

// Backends returns all backends, newest first.
func (s *Store) Backends(ctx context.Context) ([]Backend, error) {
	values, err := s.redis.HVals(ctx, backendsKey).Result()
	if err != nil {
		return nil, err
	}
	backends := make([]Backend, len(values))
	for i, value := range values {
		if err := json.Unmarshal([]byte(value), &backends[i]); err != nil {
			return nil, err
		}
	}
	sort.Slice(backends, func(i, j int) bool { return backends[i].CreatedAt.After(backends[j].CreatedAt) })
	return backends, nil
}

func (s *Store) Backend(ctx context.Context, id string) (Backend, error) {
	var backend Backend
	value, err := s.redis.HGet(ctx, backendsKey, id).Bytes()
	if errors.Is(err, redis.Nil) {
		return backend, errNotFound
	}
	if err != nil {
		return backend, err
	}
	return backend, json.Unmarshal(value, &backend)
}

func (s *Store) Create(ctx context.Context, backend Backend) (Backend, error) {
	backend.ID = rand.Text()[:8]
	backend.CreatedAt = time.Now().UTC()
	if err := s.Save(ctx, backend); err != nil {
		return backend, err
	}
	all, err := s.Backends(ctx)
	if err != nil {
		return backend, err
	}
	for _, old := range all[min(len(all), keptBackends):] {
		if err := s.Delete(ctx, old.ID); err != nil {
			return backend, err
		}
	}
	return backend, nil
}

func (s *Store) Save(ctx context.Context, backend Backend) error {
	value, err := json.Marshal(backend)
	if err != nil {
		return err
	}
	return s.redis.HSet(ctx, backendsKey, backend.ID, value).Err()
}

func (s *Store) Delete(ctx context.Context, id string) error {
	return s.redis.HDel(ctx, backendsKey, id).Err()
}

// Alerts returns the received alerts, newest first.
func (s *Store) Alerts(ctx context.Context) ([]Alert, error) {
	values, err := s.redis.LRange(ctx, alertsKey, 0, -1).Result()
	if err != nil {
		return nil, err
	}
	alerts := make([]Alert, len(values))
	for i, value := range values {
		if err := json.Unmarshal([]byte(value), &alerts[i]); err != nil {
			return nil, err
		}
	}
	return alerts, nil
}

func (s *Store) AddAlert(ctx context.Context, alert Alert) error {
	value, err := json.Marshal(alert)
	if err != nil {
		return err
	}
	pipe := s.redis.TxPipeline()
	pipe.LRem(ctx, alertsKey, 0, value) // AlertManager repeats a whole group when one of its alerts is new.
	pipe.LPush(ctx, alertsKey, value)
	pipe.LTrim(ctx, alertsKey, 0, keptAlerts-1)
	_, err = pipe.Exec(ctx)
	return err
}
