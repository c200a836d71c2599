import { diagnoseEach } from './run.ts';
import { reloads } from './systems/reloads.ts';

diagnoseEach(reloads);
