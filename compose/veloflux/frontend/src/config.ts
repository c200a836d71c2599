/** The page's addresses. Those of the sockets are fixed when the bundle is built. */

const setting = (value: string | undefined): string => (value ?? '').trim();

/** On the machine itself the backend's own port; anywhere else the load balancer that served the page. */
const websocketBase = (): string =>
  location.hostname === 'localhost'
    ? 'ws://localhost:9090/api/ws'
    : `${location.protocol.replace('http', 'ws')}//${location.host}/api/ws`;

export const CONFIG = {
  API_BASE: '/api',
  WEBSOCKET: setting(import.meta.env.VITE_WS_URL) || websocketBase(),
  ENDPOINTS: setting(import.meta.env.VITE_WS_ENDPOINTS).split(','),
  PROMETHEUS: 'http://localhost:9091',
  ALERTMANAGER: 'http://localhost:9092',
};
