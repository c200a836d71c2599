import { diagnoseEach } from './run.ts';
import { slowFirst } from './systems/slow-first.ts';

diagnoseEach(slowFirst);
