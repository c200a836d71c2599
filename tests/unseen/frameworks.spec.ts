import { diagnoseEach } from './run.ts';
import { frameworks } from './systems/frameworks.ts';

diagnoseEach(frameworks);
