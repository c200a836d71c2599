/** Where one host and port of a URL really leads when the browser or a probe asks for it. */
export interface AddressRule {
  host: string;
  port: number;
  to: { address: string; port: number } | 'no-record';
}
