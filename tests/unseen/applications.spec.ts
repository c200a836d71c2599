import { diagnoseEach } from './run.ts';
import { applications } from './systems/applications.ts';

diagnoseEach(applications);
