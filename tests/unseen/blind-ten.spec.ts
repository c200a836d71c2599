import { diagnoseEach } from './run.ts';
import { blindTen } from './systems/blind-ten.ts';

diagnoseEach(blindTen);
