import { diagnoseEach } from './run.ts';
import { protocols } from './systems/protocols.ts';

diagnoseEach(protocols);
