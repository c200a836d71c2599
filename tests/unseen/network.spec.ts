import { diagnoseEach } from './run.ts';
import { network } from './systems/network.ts';

diagnoseEach(network);
