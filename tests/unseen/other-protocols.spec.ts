import { diagnoseEach } from './run.ts';
import { otherProtocols } from './systems/other-protocols.ts';

diagnoseEach(otherProtocols);
