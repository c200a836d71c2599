/** How probes, publishers and subscribers reach a service directly: its published port on this machine. */
export interface Reach {
  /** @throws UserError when the service is not running or does not publish the port. */
  at(service: string, port: number): { host: string; port: number };
  /** True when the service has a container. */
  runs(service: string): boolean;
}
