/** How probes, publishers and subscribers reach a service directly: its published port on this machine. */
export interface Reach {
  /** @throws UserError when the service is not running or does not publish the port. */
  at(service: string, port: number): { host: string; port: number };
  /** True when the service has a container. */
  runs(service: string): boolean;
  /**
   * Runs a command inside a service's container.
   *
   * @returns what it printed
   * @throws UserError when it fails, or the service does not run
   */
  exec(service: string, command: readonly string[]): Promise<string>;
}
