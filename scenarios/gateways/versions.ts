/** The programs with which the scenarios were read; another version may answer and say other things. */
import type { Proxy } from './expected.ts';

interface Program {
  name: string;
  /** Major and minor version. */
  version: string;
  /** A command that prints it. */
  command: readonly string[];
}

const inShell = (command: string): string[] => ['sh', '-c', `${command} 2>&1`];

export const PROGRAMS: Readonly<Record<Proxy, Program>> = {
  nginx: { name: 'nginx', version: '1.26', command: inShell('nginx -v') },
  traefik: { name: 'Traefik', version: '3.5', command: ['traefik', 'version'] },
  caddy: { name: 'Caddy', version: '2.6', command: ['caddy', 'version'] },
  haproxy: { name: 'HAProxy', version: '3.0', command: ['haproxy', '-v'] },
  apache: { name: 'Apache', version: '2.4', command: ['apache2', '-v'] },
};
