import { diagnoseEach } from './run.ts';
import { workers } from './systems/workers.ts';

diagnoseEach(workers);
