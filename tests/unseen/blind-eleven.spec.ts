import { diagnoseEach } from './run.ts';
import { blindEleven } from './systems/blind-eleven.ts';

diagnoseEach(blindEleven);
