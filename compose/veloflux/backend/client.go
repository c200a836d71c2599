package main

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const writeWait = 5 * time.Second

// Client is one connected socket.
type Client struct {
	id       string
	endpoint string
	hub      *Hub
	conn     *websocket.Conn
	outbox   chan []byte
}

// upgrader lets in the documented pages, which come from other origins (ports) than the API, and
// programs that send no Origin at all. Without a list it is gorilla's own check: the origin must be of the host that is
// asked.
func upgrader(allowedOrigins []string) *websocket.Upgrader {
	if len(allowedOrigins) == 0 {
		return &websocket.Upgrader{}
	}
	return &websocket.Upgrader{
		CheckOrigin: func(r *http.Request) bool {
			origin := r.Header.Get("Origin")
			return origin == "" || slices.Contains(allowedOrigins, origin)
		},
	}
}

func serveSocket(hub *Hub, upgrade *websocket.Upgrader, endpoint string, settings Settings) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrade.Upgrade(w, r, nil)
		if err != nil {
			return // Upgrade has answered
		}
		now := time.Now().UTC()
		client := &Client{
			id:       now.Format("20060102150405") + "-" + strings.ToLower(rand.Text()[:6]),
			endpoint: endpoint,
			hub:      hub,
			conn:     conn,
			outbox:   make(chan []byte, 16),
		}
		client.outbox <- newFrame("connected", map[string]string{"client_id": client.id, "status": "connected"})
		hub.register <- client
		go client.write(settings.PingInterval)
		go client.read(settings.ReadDeadline)
	}
}

// read waits for the end of the connection: clients only ever send pongs.
func (c *Client) read(deadline time.Duration) {
	defer func() {
		c.hub.unregister <- c
		c.conn.Close()
	}()
	extend := func(string) error { return c.conn.SetReadDeadline(time.Now().Add(deadline)) }
	c.conn.SetReadLimit(4096)
	c.conn.SetPongHandler(extend)
	if err := extend(""); err != nil {
		return
	}
	for {
		if _, _, err := c.conn.ReadMessage(); err != nil {
			return
		}
	}
}

func (c *Client) write(pingInterval time.Duration) {
	ping := time.NewTicker(pingInterval)
	defer func() {
		ping.Stop()
		c.conn.Close()
	}()
	for {
		select {
		case frame, ok := <-c.outbox:
			if !ok {
				_ = c.send(websocket.CloseMessage, nil) // the connection ends either way
				return
			}
			if err := c.send(websocket.TextMessage, frame); err != nil {
				return
			}
		case <-ping.C:
			if err := c.send(websocket.PingMessage, nil); err != nil {
				return
			}
		}
	}
}

func (c *Client) send(kind int, frame []byte) error {
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return err
	}
	return c.conn.WriteMessage(kind, frame)
}
