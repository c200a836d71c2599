import { diagnoseEach } from './run.ts';
import { gateways } from './systems/gateways.ts';

diagnoseEach(gateways);
