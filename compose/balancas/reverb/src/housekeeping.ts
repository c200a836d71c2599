// The one tick since the server's start: first prune, then ping, and only clients with a subscription.
import type { Channels } from './channels.ts';
import type { ReverbConfig } from './config.ts';
import type { Output } from './output.ts';

export function keepHouse(config: ReverbConfig, channels: Channels, output: Output): NodeJS.Timeout {
  return setInterval(() => {
    const inactive = () => [...channels.subscribedClients()].filter((client) => client.isInactive(config.pingInterval));

    output.detail('Pruning Stale Connections');
    for (const client of inactive().filter(({ pinged }) => pinged)) {
      client.sendError(4201, 'Pong reply not received in time');
      channels.unsubscribeFromAll(client);
      client.connection.end();
      output.detail('Connection Pruned', client.id);
    }

    output.detail('Pinging Inactive Connections');
    for (const client of inactive()) {
      if (client.usesControlFrames) client.connection.ping();
      else client.send({ event: 'pusher:ping' });
      client.pinged = true;
      output.detail('Connection Pinged', client.id);
    }
  }, config.tickSeconds * 1000);
}
