import { diagnoseEach } from './run.ts';
import { policies } from './systems/policy.ts';

diagnoseEach(policies);
