import { diagnoseEach } from './run.ts';
import { blindThirteen } from './systems/blind-thirteen.ts';

diagnoseEach(blindThirteen);
