import { diagnoseEach } from './run.ts';
import { blindEight } from './systems/blind-eight.ts';

diagnoseEach(blindEight);
