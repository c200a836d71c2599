import { diagnoseEach } from './run.ts';
import { blindSix } from './systems/blind-six.ts';

diagnoseEach(blindSix);
