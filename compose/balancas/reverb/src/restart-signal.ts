// The restart signal. The real server polls Laravel's cache for it; the stand-in polls the age of a file:
//   docker compose exec reverb touch /tmp/reverb-restart
import { statSync } from 'node:fs';

const POLL_MILLISECONDS = 5000;

export function onRestartSignal(file: string, action: () => void): void {
  const atStart = changedAt(file);
  setInterval(() => {
    if (changedAt(file) !== atStart) action();
  }, POLL_MILLISECONDS);
}

const changedAt = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
