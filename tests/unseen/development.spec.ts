import { diagnoseEach } from './run.ts';
import { development } from './systems/development.ts';

diagnoseEach(development);
