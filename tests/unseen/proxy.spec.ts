import { diagnoseEach } from './run.ts';
import { proxies } from './systems/proxy.ts';

diagnoseEach(proxies);
