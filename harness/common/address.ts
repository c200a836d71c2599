/** Where one host and port of a URL really leads when the browser or a probe asks for it. */
export interface AddressRule {
  host: string;
  port: number;
  to: { address: string; port: number } | 'no-record';
}

/** The port that a URL names, also where it does so by its scheme. */
export function portOf(url: URL | string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (/^(https|wss):$/.test(protocol) ? 443 : 80) : Number(port);
}

/** The host and port of a URL as addresses are documented: `app.example.com:443`. */
export const addressOf = (url: URL | string): string => `${new URL(url).hostname}:${portOf(url)}`;
