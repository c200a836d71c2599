import { diagnoseEach } from './run.ts';
import { connections } from './systems/connections.ts';

diagnoseEach(connections);
