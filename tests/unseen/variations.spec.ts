import { diagnoseEach } from './run.ts';
import { variations } from './systems/variations.ts';

diagnoseEach(variations);
