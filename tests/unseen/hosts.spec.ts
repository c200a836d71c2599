import { diagnoseEach } from './run.ts';
import { hosts } from './systems/hosts.ts';

diagnoseEach(hosts);
