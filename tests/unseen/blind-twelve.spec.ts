import { diagnoseEach } from './run.ts';
import { blindTwelve } from './systems/blind-twelve.ts';

diagnoseEach(blindTwelve);
