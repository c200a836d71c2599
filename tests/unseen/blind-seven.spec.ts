import { diagnoseEach } from './run.ts';
import { blindSeven } from './systems/blind-seven.ts';

diagnoseEach(blindSeven);
