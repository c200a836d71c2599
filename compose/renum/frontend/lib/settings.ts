// Next.js writes these values into the bundle when it builds it; the names must stand here in full.
export const API_URL = process.env.NEXT_PUBLIC_API_URL;

/** Where the socket is. The fallback is a developer's own machine, whoever the visitor is. */
export const WEBSOCKET_URL = process.env.NEXT_PUBLIC_WEBSOCKET_URL || process.env.NEXT_PUBLIC_WEBSOCKET_FALLBACK;

/** Key of localStorage under which signing in leaves the token. */
export const TOKEN_KEY = 'renum.token';

/** Key of localStorage from which the socket takes it. */
export const WEBSOCKET_TOKEN_KEY = process.env.NEXT_PUBLIC_WEBSOCKET_TOKEN_KEY || TOKEN_KEY;
