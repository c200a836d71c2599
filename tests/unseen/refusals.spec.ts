import { diagnoseEach } from './run.ts';
import { refusals } from './systems/refusals.ts';

diagnoseEach(refusals);
