import { diagnoseEach } from './run.ts';
import { blindFifteen } from './systems/blind-fifteen.ts';

diagnoseEach(blindFifteen);
