package main

import (
	"encoding/json"
	"log/slog"
	"time"
)

// Frame is a message on a socket, in the documented form.
type Frame struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      any    `json:"data"`
}

func newFrame(kind string, data any) []byte {
	frame, err := json.Marshal(Frame{kind, time.Now().UTC().Format(time.RFC3339), data})
	if err != nil {
		panic(err) // our own types always marshal
	}
	return frame
}

// Hub knows every connected client. There is one hub for all endpoints, as the document's sample of
// the metrics endpoint shows: it carries backend_update, and so does every other endpoint.
type Hub struct {
	clients    map[*Client]bool
	register   chan *Client
	unregister chan *Client
	frames     chan []byte
}

func newHub() *Hub {
	return &Hub{
		clients:    map[*Client]bool{},
		register:   make(chan *Client),
		unregister: make(chan *Client),
		frames:     make(chan []byte),
	}
}

func (h *Hub) run() {
	for {
		select {
		case client := <-h.register:
			h.clients[client] = true
			slog.Info("WebSocket connected", "endpoint", client.endpoint, "client", client.id, "clients", len(h.clients))
		case client := <-h.unregister:
			h.remove(client)
		case frame := <-h.frames:
			for client := range h.clients {
				select {
				case client.outbox <- frame:
				default: // too slow to keep
					h.remove(client)
				}
			}
		}
	}
}

func (h *Hub) remove(client *Client) {
	if !h.clients[client] {
		return
	}
	delete(h.clients, client)
	close(client.outbox)
	slog.Info("WebSocket disconnected", "endpoint", client.endpoint, "client", client.id, "clients", len(h.clients))
}

func (h *Hub) broadcast(kind string, data any) { h.frames <- newFrame(kind, data) }
