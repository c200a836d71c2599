import { diagnoseEach } from './run.ts';
import { blindNine } from './systems/blind-nine.ts';

diagnoseEach(blindNine);
