import { diagnoseEach } from './run.ts';
import { beside } from './systems/beside.ts';

diagnoseEach(beside);
