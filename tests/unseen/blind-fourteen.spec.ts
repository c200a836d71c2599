import { diagnoseEach } from './run.ts';
import { blindFourteen } from './systems/blind-fourteen.ts';

diagnoseEach(blindFourteen);
