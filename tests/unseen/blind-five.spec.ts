import { diagnoseEach } from './run.ts';
import { blindFive } from './systems/blind-five.ts';

diagnoseEach(blindFive);
