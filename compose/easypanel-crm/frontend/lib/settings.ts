// Next.js writes these values into the bundle when it builds: what the container's environment says later changes nothing.
const apiUrl = process.env.NEXT_PUBLIC_API_URL;
const tokenIn = (process.env.NEXT_PUBLIC_WS_TOKEN_IN || 'auth,header').split(',');

export const settings = {
  apiUrl,
  wsUrl: process.env.NEXT_PUBLIC_WS_URL || apiUrl,
  transports: (process.env.NEXT_PUBLIC_WS_TRANSPORTS || 'websocket,polling').split(',') as ('websocket' | 'polling')[],
  tryAllTransports: process.env.NEXT_PUBLIC_WS_TRY_ALL_TRANSPORTS === 'true',
  timeoutMs: Number(process.env.NEXT_PUBLIC_WS_TIMEOUT_MS || 20_000),
  withCredentials: process.env.NEXT_PUBLIC_WS_WITH_CREDENTIALS === 'true',
  tokenInAuth: tokenIn.includes('auth'),
  tokenInHeader: tokenIn.includes('header'),
  messageEvent: process.env.NEXT_PUBLIC_MESSAGE_EVENT || 'message:new',
  /** Effects that depend on a callback made anew by every render. */
  unstableEffects: process.env.NEXT_PUBLIC_UNSTABLE_EFFECTS === 'true',
};
