import { diagnoseEach } from './run.ts';
import { behind } from './systems/behind.ts';

diagnoseEach(behind);
