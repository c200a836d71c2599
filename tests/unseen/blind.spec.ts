import { diagnoseEach } from './run.ts';
import { blindHealthy } from './systems/blind-healthy.ts';
import { blindPages } from './systems/blind-pages.ts';
import { blindProxies } from './systems/blind-proxies.ts';
import { blindServers } from './systems/blind-servers.ts';

diagnoseEach([...blindProxies, ...blindServers, ...blindPages, ...blindHealthy]);
